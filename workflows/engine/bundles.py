"""Bundles: each process with the exact content of all that it refers to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows.database import insert_or, table_of
from workflows.engine import compiled, manifests
from workflows.engine.model import ProcessModel
from workflows.engine.source_files import Part
from workflows.engine.tables import Bundle, DefinitionVersion


@dataclass(frozen=True)
class _Latest:
    """The version in force of one definition."""

    id: int
    content_hash: str
    model: ProcessModel | None


def renew(session: Session) -> Mapping[str, ProcessModel]:
    """
    Give every process whose own or referred content changed a new bundle for new cases.

    Returns the model of every process in force.
    """
    versions = _versions_in_force(session)
    active = {
        row.process_key: row
        for row in session.execute(
            select(Bundle.id, Bundle.process_key, Bundle.bundle_hash).where(Bundle.is_active)
        )
    }
    for (kind, key), version in versions.items():
        if kind != "process" or version.model is None:
            continue
        manifest = _manifest(key, versions)
        bundle_hash = manifests.digest(key, manifest)
        if key in active and active[key].bundle_hash == bundle_hash:
            continue
        _activate(
            session,
            {
                "process_key": key,
                "definition_version_id": version.id,
                "bundle_hash": bundle_hash,
                "manifest": manifest,
                "message_starts": sorted(version.model.message_starts),
                "signal_starts": sorted(version.model.signal_starts),
                "is_active": True,
            },
        )
    return {key: found.model for (_, key), found in versions.items() if found.model is not None}


def with_drafts(
    session: Session, keys: Iterable[str], drafts: Iterable[Part]
) -> dict[str, dict[str, str]]:
    """Return by key the manifests that processes would have if some drafts were in force."""
    versions = _versions_in_force(session)
    versions |= {
        (part.kind, part.key): _Latest(0, part.content_hash, part.process) for part in drafts
    }
    return {key: _manifest(key, versions) for key in keys}


def _versions_in_force(session: Session) -> dict[tuple[str, str], _Latest]:
    """Return everything in force, processes with their models."""
    version = DefinitionVersion
    rows = session.execute(
        select(
            version.id,
            version.kind,
            version.key,
            version.content_hash,
            version.file_name,
            version.source,
        )
        .where(version.is_latest)
        .order_by(version.kind, version.key)
    )
    return {
        (row.kind, row.key): _Latest(
            row.id,
            row.content_hash,
            compiled.process(row.key, row.content_hash, row.source, row.file_name)
            if row.kind == "process"
            else None,
        )
        for row in rows
    }


def _manifest(key: str, versions: Mapping[tuple[str, str], _Latest]) -> dict[str, str]:
    """Return the content of a process and of all that it refers to, directly or through calls."""
    manifest, called = _core(key, versions)
    while called:
        name = called.pop()
        core, calls = _core(name, versions)
        found = manifests.linked(name, core)
        if not found.keys() <= manifest.keys():
            called |= calls
        manifest |= found
    return dict(sorted(manifest.items()))


def _core(key: str, versions: Mapping[tuple[str, str], _Latest]) -> tuple[dict[str, str], set[str]]:
    """Return a manifest without calls of latest versions, and the processes that are called so."""
    manifest: dict[str, str] = {}
    called: set[str] = set()
    ahead = [("process", key)]
    while ahead:
        kind, name = place = ahead.pop()
        if kind == "service" or f"{kind}:{name}" in manifest:
            continue
        version = versions[place]
        manifest[f"{kind}:{name}"] = version.content_hash
        if version.model is not None:
            ahead.extend(version.model.bound_references)
            called |= version.model.latest_calls
    return manifest, called


def _activate(session: Session, values: dict[str, Any]) -> None:
    """Put a bundle in place of the active one, or bring back one with exactly this content."""
    session.execute(
        update(table_of(Bundle))
        .where(Bundle.process_key == values["process_key"], Bundle.is_active)
        .values(is_active=False)
    )
    known = keep(session, {**values, "is_active": False})
    session.execute(update(table_of(Bundle)).where(Bundle.id == known).values(is_active=True))


def keep(session: Session, values: dict[str, Any]) -> int:
    """Insert a bundle unless there is one with exactly this content; return its number."""
    same = select(Bundle.id).where(Bundle.bundle_hash == values["bundle_hash"])
    known = session.scalar(same)
    if known is None:
        # Another case may need the same one at the same moment; the slower one waits here.
        insertion = insert_or(session, table_of(Bundle)).values(**values)
        session.execute(insertion.on_conflict_do_nothing())
        known = session.scalar(same)
    assert known is not None
    return known
