"""
A process as it would run: in force, or with drafts that nobody has approved yet.

It is put together in memory. Nothing is published for it, and whatever is played with
it touches no case, no person and no letter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.engine import bundles, compiled, definitions, examination, manifests, scenarios
from workflows.engine.compiled import CompiledBundle, Content
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.model import ProcessModel
from workflows.engine.recent import Recent
from workflows.engine.scenarios import Played
from workflows.engine.source_files import Part, SourceFile
from workflows.engine.tables import DefinitionVersion
from workflows.errors import Conflict
from workflows.studio_states import EDITABLE, Subject
from workflows.studio_tables import DefinitionDraft

_MOST_BOXES = 32


class SandboxRefused(Conflict):
    """A draft that the checks refuse cannot be played; the findings say why."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.findings = [each for each in findings if each.is_error]
        super().__init__(
            Sentence("“%(name)s” has errors. Mend them first; then it can be played.", name=name)
        )


@dataclass(frozen=True)
class Sandbox:
    """
    A process with all that it calls, asks and shows, ready to be played.

    Attributes:
        bundle_hash: What it is made of; the same content always has the same one.
        drafts: The parts of it that are no versions yet.

    """

    bundle_hash: str
    bundle: CompiledBundle
    drafts: Mapping[Content, Part]

    @property
    def process(self) -> ProcessModel:
        """The outermost process."""
        return self.bundle.executable.process

    def play(self, document: Mapping[str, object]) -> Played:
        """Play a scenario as far as it goes."""
        return scenarios.replay(document, self.bundle.executable, self.bundle.forms)

    def source(self, session: Session, full_key: str) -> bytes:
        """
        Return the diagram of one of its processes.

        Raises:
            DefinitionNotFound: It has no such process.

        """
        content_hash = self.bundle.manifest.get(f"process:{full_key}", "")
        content = "process", manifests.key_of(full_key), content_hash
        if content in self.drafts:
            return self.drafts[content].file.content
        found = compiled.source_of(session, content)
        if found is None:
            raise DefinitionNotFound("process", content[1])
        return found


# Each page puts them together again; the checks of a large process take their time.
_boxes = Recent(_MOST_BOXES)


def in_force(session: Session, key: str) -> Sandbox:
    """
    Return a process as new cases start it now.

    Raises:
        DefinitionNotFound: No process in force has this key.

    """
    found = definitions.active_bundle(session, key)
    bundle = compiled.load(session, found.id, found.bundle_hash)
    return Sandbox(found.bundle_hash, bundle, {})


def with_draft(
    session: Session, key: str, draft: DefinitionDraft, others: Sequence[DefinitionDraft] = ()
) -> Sandbox:
    """
    Return a process as it would run with a draft, and with others that are without errors.

    Raises:
        SandboxRefused: The checks find an error in the draft itself.

    """
    return with_draft_each(session, [key], draft, others)[key]


def with_draft_each(
    session: Session,
    keys: Collection[str],
    draft: DefinitionDraft,
    others: Sequence[DefinitionDraft] = (),
) -> dict[str, Sandbox]:
    """
    Return several processes by key as they would run with a draft.

    Each of them is in force or is the draft itself.

    Raises:
        SandboxRefused: The checks find an error in the draft itself.

    """
    drafts = [draft, *others]
    made_of = frozenset(keys), tuple(_file(each) for each in drafts), _mark(session)
    boxes: dict[str, Sandbox] = _boxes.get(made_of, lambda: _made(session, keys, drafts))
    return boxes


def _made(
    session: Session, keys: Collection[str], drafts: Sequence[DefinitionDraft]
) -> dict[str, Sandbox]:
    """Put sandboxes together; of several drafts, only the first one must be without errors."""
    parts, findings = _examined(session, drafts)
    if len(drafts) > 1 and _has_error(findings):
        parts, findings = _examined(session, drafts[:1])
    if _has_error(findings):
        raise SandboxRefused(drafts[0].name, findings)
    _refuse_other(drafts[0], parts)
    found = bundles.with_drafts(session, keys, parts)
    offered = {(part.kind, part.key, part.content_hash): part for part in parts}
    return {key: _assembled(session, key, manifest, offered) for key, manifest in found.items()}


def _refuse_other(draft: DefinitionDraft, parts: Sequence[Part]) -> None:
    """Refuse a draft in which something else stands than what it is of."""
    if all((part.kind, part.key) != (draft.kind, draft.key) for part in parts):
        message = Sentence("The draft of “%(draft)s” holds something else.", draft=draft.key)
        remedy = Sentence("Give it the id “%(draft)s” again.", draft=draft.key)
        raise SandboxRefused(draft.name, [Finding("draft-of-another", message, remedy)])


def _mark(session: Session) -> tuple[int, ...]:
    """Return what tells that the same definitions are in force as before."""
    version = DefinitionVersion
    return tuple(session.scalars(select(version.id).where(version.is_latest).order_by(version.id)))


def _file(draft: DefinitionDraft) -> SourceFile:
    """Return a draft as a file that could be published."""
    return SourceFile(draft.file_name, draft.source)


def _assembled(
    session: Session, key: str, manifest: Mapping[str, str], drafts: Mapping[Content, Part]
) -> Sandbox:
    """Return a process with those drafts that its manifest names."""
    named = {(each.kind, each.key, each.content_hash) for each in manifests.entries(manifest)}
    used = {content: part for content, part in drafts.items() if content in named}
    bundle_hash, bundle = compiled.assembled(session, key, manifest, used)
    return Sandbox(bundle_hash, bundle, used)


def _has_error(findings: Sequence[Finding]) -> bool:
    """Say whether anything was found that must be mended."""
    return any(finding.is_error for finding in findings)


def held_by(session: Session, actor: Actor, *, besides: Subject) -> Sequence[DefinitionDraft]:
    """Return the drafts that somebody has open, but for one of them."""
    query = select(DefinitionDraft).where(
        DefinitionDraft.status.in_(EDITABLE), DefinitionDraft.editor == actor.username
    )
    found = session.scalars(query.order_by(DefinitionDraft.id)).all()
    return [each for each in found if each.subject != besides]


def _examined(
    session: Session, drafts: Sequence[DefinitionDraft]
) -> tuple[list[Part], list[Finding]]:
    """Return what is in some drafts, and what publishing them would find."""
    return examination.examine(session, [_file(draft) for draft in drafts])
