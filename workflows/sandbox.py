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
from workflows.actors import Actor
from workflows.engine import bundles, compiled, definitions, examination, manifests, scenarios
from workflows.engine.compiled import CompiledBundle, Content
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.model import ProcessModel
from workflows.engine.scenarios import Played
from workflows.engine.source_files import Part, SourceFile
from workflows.errors import Conflict
from workflows.studio_states import EDITABLE, Subject
from workflows.studio_tables import DefinitionDraft


class SandboxRefused(Conflict):
    """A draft that the checks refuse cannot be played; the findings say why."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.findings = [each for each in findings if each.is_error]
        super().__init__(f"“{name}” has errors. Mend them first; then it can be played.")


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
    parts, findings = _examined(session, [draft, *others])
    if others and _has_error(findings):
        parts, findings = _examined(session, [draft])
    if _has_error(findings):
        raise SandboxRefused(draft.name, findings)
    found = bundles.with_drafts(session, keys, parts)
    drafts = {(part.kind, part.key, part.content_hash): part for part in parts}
    return {key: _assembled(session, key, manifest, drafts) for key, manifest in found.items()}


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
    files = [SourceFile(draft.file_name, draft.source) for draft in drafts]
    return examination.examine(session, files)
