"""What would become of each file of an archive in this installation; nothing is changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, defer

from rules import xml_door
from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine import archive_files, examination
from workflows.engine.archive_files import ArchivedFile, ArchiveRefused
from workflows.engine.publishing import MAX_FILES
from workflows.engine.source_files import SourceFile
from workflows.engine.tables import DefinitionVersion
from workflows.studio_new import ENDINGS
from workflows.studio_states import OPEN, DraftKind
from workflows.studio_tables import DefinitionDraft

Key = tuple[str, str]  # kind and key


class Standing(StrEnum):
    """What a file of an archive is to this installation."""

    NEW = "new"
    CHANGED = "changed"  # another text than the one in force
    SAME = "same"
    CONFLICT = "conflict"  # somebody works on it here
    REFUSED = "refused"


BECOMES_DRAFT = frozenset({Standing.NEW, Standing.CHANGED})


@dataclass(frozen=True)
class Line:
    """
    What would become of one file.

    Attributes:
        in_force: The number of the version here, if there is one.
        older: The number of the older version here that has this very text, if one has.
        draft: The open draft that is in the way.
        reason: Why it is refused.
        findings: Errors to mend in the draft before it can be proposed.

    """

    file: ArchivedFile
    standing: Standing
    in_force: int | None = None
    older: int | None = None
    draft: DefinitionDraft | None = None
    reason: str = ""
    findings: Sequence[Finding] = ()


def _too_many(number: int) -> ArchiveRefused:
    """Return the refusal of an archive that would change more than is imported at once."""
    return ArchiveRefused(
        Sentence(
            "%(number)s files of the archive differ from what is in force here, and at most"
            " %(max_files)s are imported at once. Export one process at a time.",
            number=number,
            max_files=MAX_FILES,
        )
    )


def look(session: Session, content: bytes) -> list[Line]:
    """
    Return what would become of each file of an archive; nothing is changed.

    Raises:
        ArchiveRefused: It cannot be taken.

    """
    files = archive_files.read(content)
    keys = [(file.kind, file.key) for file in files]
    versions, drafts = _versions(session, keys), _drafts(session, keys)
    differing = [file for file in files if not _is_same(file, versions)]
    if len(differing) > MAX_FILES:
        raise _too_many(len(differing))
    parts, found = (
        examination.examine(session, [SourceFile(each.path, each.content) for each in differing])
        if differing
        else ([], [])
    )
    errors = [each for each in found if each.is_error]
    inside: dict[str, set[str]] = {}
    for part in parts:
        inside.setdefault(part.file.name, set()).add(part.key)
    return [
        _line(
            file,
            versions.get((file.kind, file.key), []),
            drafts.get((file.kind, file.key)),
            inside.get(file.path, set()),
            [each for each in errors if each.file_name == file.path],
        )
        for file in files
    ]


def _line(
    file: ArchivedFile,
    versions: Sequence[DefinitionVersion],
    draft: DefinitionDraft | None,
    inside: set[str],
    errors: Sequence[Finding],
) -> Line:
    """Return what would become of a file."""
    in_force = next((each.version for each in versions if each.is_latest), None)
    mine = [each for each in versions if each.content_hash == file.content_hash]
    if any(each.is_latest for each in mine):
        return Line(file, Standing.SAME, in_force)
    older = mine[0].version if mine else None
    reason = _refusal(file, inside, errors)
    if reason:
        return Line(file, Standing.REFUSED, in_force, older, reason=reason)
    if draft is not None:
        return Line(file, Standing.CONFLICT, in_force, older, draft=draft)
    standing = Standing.NEW if in_force is None else Standing.CHANGED
    return Line(file, standing, in_force, older, findings=errors)


def _refusal(file: ArchivedFile, inside: set[str], errors: Sequence[Finding]) -> str:
    """Say in one sentence why a file can be no draft, or nothing."""
    if not xml_door.ID_PATTERN.fullmatch(file.key):
        return f"“{file.key}” is no id: give it letters, digits, “_”, “-” and dots, at most 80."
    if file.kind not in ENDINGS:
        return f"A {file.kind} cannot be a draft here: deploy it on the host."
    if not inside and errors:
        return f"{errors[0].message} {errors[0].remedy}"
    if file.key not in inside:
        return f"The file holds no {file.kind} “{file.key}”, as the manifest says it does."
    if file.kind != DraftKind.DECISION and len(inside) > 1:
        return f"The file holds several: {', '.join(sorted(inside))}. A draft is of one."
    return ""


def _is_same(file: ArchivedFile, versions: Mapping[Key, Sequence[DefinitionVersion]]) -> bool:
    """Say whether this very text is in force."""
    found = versions.get((file.kind, file.key), ())
    return any(each.is_latest and each.content_hash == file.content_hash for each in found)


def _versions(session: Session, keys: Iterable[Key]) -> dict[Key, list[DefinitionVersion]]:
    """Return the versions of some definitions without their texts."""
    version = DefinitionVersion
    query = select(version).where(tuple_(version.kind, version.key).in_(list(keys)))
    found: dict[Key, list[DefinitionVersion]] = {}
    for each in session.scalars(query.options(defer(version.source)).order_by(version.id.desc())):
        found.setdefault((each.kind, each.key), []).append(each)
    return found


def _drafts(session: Session, keys: Iterable[Key]) -> dict[Key, DefinitionDraft]:
    """Return the open drafts of some definitions."""
    draft = DefinitionDraft
    query = select(draft).where(
        tuple_(draft.kind, draft.key).in_(list(keys)), draft.status.in_(OPEN)
    )
    return {(each.kind, each.key): each for each in session.scalars(query)}
