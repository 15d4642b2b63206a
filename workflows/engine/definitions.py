"""Definitions: publish processes, decisions and forms, and find what is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import (
    bundles,
    compiled,
    examination,
    journal,
    manifests,
    start_arming,
)
from workflows.engine.compiled import CompiledBundle
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.forms import FormDocument
from workflows.engine.model import ExecutableProcess
from workflows.engine.parts_in_force import part_of
from workflows.engine.prepared import Prepared
from workflows.engine.source_files import Part, SourceFile
from workflows.engine.tables import Bundle, DefinitionVersion
from workflows.errors import Invalid, NotFound

__all__ = ["DefinitionNotFound", "PublishRefused", "Published", "SourceFile", "publish"]

_PUBLISH_LOCK = 72_010_452  # any number that nothing else locks
_ACTIVE = EntityQuery(
    select(Bundle).where(Bundle.process_key == bindparam("key"), Bundle.is_active)
)
_HASH = Prepared(select(Bundle.bundle_hash).where(Bundle.id == bindparam("id")), of_entities=True)


class DefinitionNotFound(NotFound):
    """Nothing in force has this key."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"There is no {kind} “{key}”.")


class PublishRefused(Invalid):
    """Files with faults: each finding names one place and the remedy; nothing was changed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        errors = [finding for finding in self.findings if finding.is_error]
        count = (
            Sentence("One fault was found, so nothing was published.")
            if len(errors) == 1
            else Sentence(
                "%(count)s faults were found, so nothing was published.", count=len(errors)
            )
        )
        super().__init__(Sentence.together((count, *map(str, errors[:1]))))


@dataclass(frozen=True)
class Published:
    """
    What a call of `publish` put into force.

    Attributes:
        versions: One version for each process, decision and form in the
            files; content that was published before keeps its version.
        new: Those of them that were not in force before.
        findings: Warnings.

    """

    versions: list[DefinitionVersion]
    new: list[DefinitionVersion]
    findings: list[Finding]


def publish(
    session: Session,
    files: Sequence[SourceFile],
    *,
    actor: Actor,
    now: datetime,
    brings_back: bool = True,
) -> Published:
    """
    Put files into force, all of them or none; their order does not matter.

    Content that is in force is left as it is. Content of an older version
    brings that version back, unless `brings_back` says no. Cases that run keep
    what they started with; new cases of every process that refers to
    something new start with it.

    Raises:
        PublishRefused: At least one file has an error.

    """
    _lock(session)
    parts, findings = examination.examine(session, files)
    if any(finding.is_error for finding in findings):
        raise PublishRefused(findings)
    versions, new = [], []
    for part in parts:
        version = _known_version(session, part)
        if version is None:
            version = _insert(session, part, findings, actor, now)
            new.append(version)
        elif brings_back and not version.is_latest:
            _replace(session, part)
            version.is_latest = True
            new.append(version)
        versions.append(version)
    if new:
        session.flush()
        start_arming.arm(session, bundles.renew(session), now=now)
    for version in new:
        what = f"{version.kind}:{version.key}:{version.version}"
        journal.audit(session, actor.username, "definition.publish", "definition", what, at=now)
    return Published(versions, new, findings)


def latest(session: Session, kind: str, key: str) -> DefinitionVersion:
    """
    Return the version in force of a process, decision or form.

    Raises:
        DefinitionNotFound: There is none.

    """
    version = session.scalars(
        select(DefinitionVersion).where(
            DefinitionVersion.kind == kind,
            DefinitionVersion.key == key,
            DefinitionVersion.is_latest,
        )
    ).one_or_none()
    if version is None:
        raise DefinitionNotFound(kind, key)
    return version


def in_force(session: Session, kind: str, key: str) -> Part | None:
    """Return the part in force of a kind and key, with its file."""
    try:
        return part_of(latest(session, kind, key))
    except DefinitionNotFound:
        return None


def processes(session: Session) -> list[DefinitionVersion]:
    """Return the processes in force by name."""
    return list(
        session.scalars(
            select(DefinitionVersion)
            .where(DefinitionVersion.kind == "process", DefinitionVersion.is_latest)
            .order_by(DefinitionVersion.name, DefinitionVersion.key)
        )
    )


def executable(session: Session, bundle_id: int) -> ExecutableProcess:
    """Return the compiled process of a bundle."""
    return bundle(session, bundle_id).executable


def start_form(session: Session, key: str) -> FormDocument | None:
    """
    Return the form that a new case of a process asks first, if it has one.

    Raises:
        DefinitionNotFound: No process in force has this key.

    """
    bundle = active_bundle(session, key)
    found = compiled.load(session, bundle.id, bundle.bundle_hash)
    form_key = found.executable.process.start_form
    return found.forms[form_key] if form_key else None


def diagram(session: Session, bundle_id: int, full_key: str) -> bytes:
    """
    Return the BPMN source of a process as the cases of a bundle run it.

    `full_key` is that of its model: two versions of one process may run in a case.

    Raises:
        DefinitionNotFound: The bundle has no such process.

    """
    content_hash = bundle(session, bundle_id).manifest.get(f"process:{full_key}")
    process_key = manifests.key_of(full_key)
    source = session.scalar(
        select(DefinitionVersion.source).where(
            DefinitionVersion.kind == "process",
            DefinitionVersion.key == process_key,
            DefinitionVersion.content_hash == content_hash,
        )
    )
    if source is None:
        raise DefinitionNotFound("process", process_key)
    return source


def active_bundle(session: Session, process_key: str) -> Bundle:
    """
    Return the bundle with which new cases of a process start.

    Raises:
        DefinitionNotFound: No process in force has this key.

    """
    bundle = _ACTIVE.first(session, key=process_key)
    if bundle is None:
        raise DefinitionNotFound("process", process_key)
    return bundle


def bundle(session: Session, bundle_id: int) -> CompiledBundle:
    """
    Return a compiled bundle by its number.

    Raises:
        DefinitionNotFound: There is no such bundle.

    """
    row = _HASH.one_or_none(session, id=bundle_id)
    if row is None:
        raise DefinitionNotFound("bundle", str(bundle_id))
    return compiled.load(session, bundle_id, row["bundle_hash"])


def _lock(session: Session) -> None:
    """Let one publication run at a time; SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PUBLISH_LOCK})


def _known_version(session: Session, part: Part) -> DefinitionVersion | None:
    """Return the version that has the same content, if it was published before."""
    return session.scalars(
        select(DefinitionVersion).where(
            DefinitionVersion.kind == part.kind,
            DefinitionVersion.key == part.key,
            DefinitionVersion.content_hash == part.content_hash,
        )
    ).one_or_none()


def _replace(session: Session, part: Part) -> None:
    """Take the version in force of a key out of force."""
    session.execute(
        update(table_of(DefinitionVersion))
        .where(
            DefinitionVersion.kind == part.kind,
            DefinitionVersion.key == part.key,
            DefinitionVersion.is_latest,
        )
        .values(is_latest=False)
    )


def _insert(
    session: Session, part: Part, findings: Sequence[Finding], actor: Actor, now: datetime
) -> DefinitionVersion:
    """Insert a version behind those that its key has already."""
    same_key = (DefinitionVersion.kind == part.kind, DefinitionVersion.key == part.key)
    numbers = session.scalars(select(DefinitionVersion.version).where(*same_key)).all()
    _replace(session, part)
    warnings = [found.to_json() for found in findings if found.file_name == part.file.name]
    values = {
        "kind": part.kind,
        "key": part.key,
        "version": max(numbers, default=0) + 1,
        "name": part.name[:200],
        "file_name": part.file.name[:200],
        "content_hash": part.content_hash,
        "source": part.file.content,
        "findings": warnings,
        "published_at": now,
        "published_by": actor.username,
        "is_latest": True,
    }
    number = session.execute(
        insert(table_of(DefinitionVersion)).values(**values).returning(DefinitionVersion.id)
    ).scalar_one()
    return session.get_one(DefinitionVersion, number, populate_existing=True)
