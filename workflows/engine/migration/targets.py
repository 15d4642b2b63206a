"""Which cases run on older versions, and what they would go on in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.engine import compiled, definitions, latest_calls, manifests
from workflows.engine.compiled import CompiledBundle
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.model import ExecutableProcess
from workflows.engine.runtime import codec
from workflows.engine.tables import Bundle, DefinitionVersion, Instance


@dataclass(frozen=True)
class Target:
    """A version that cases can go on in, with the versions of all that it refers to."""

    bundle_id: int
    bundle_hash: str
    process_key: str
    version: int
    manifest: Mapping[str, str]
    bundle: CompiledBundle


@dataclass(frozen=True)
class Older:
    """
    How many cases run in one older set of versions.

    `version` is that of the process itself; it may be the one in force, with older
    tables, forms or called processes.
    """

    bundle_id: int
    version: int
    cases: int


def in_force(session: Session, process_key: str) -> Target:
    """
    Return the version that new cases start with.

    Raises:
        DefinitionNotFound: No process in force has this key.

    """
    return target(session, definitions.active_bundle(session, process_key).id)


def target(session: Session, bundle_id: int) -> Target:
    """Return a version by the number of its bundle."""
    row = session.execute(
        select(Bundle.bundle_hash, Bundle.process_key, Bundle.manifest, DefinitionVersion.version)
        .join(DefinitionVersion, DefinitionVersion.id == Bundle.definition_version_id)
        .where(Bundle.id == bundle_id)
    ).one()
    bundle = compiled.load(session, bundle_id, row.bundle_hash)
    return Target(bundle_id, row.bundle_hash, row.process_key, row.version, row.manifest, bundle)


def older(session: Session, to: Target) -> list[Older]:
    """Return the open cases that run in other versions than these, counted in one statement."""
    rows = session.execute(
        select(
            Instance.bundle_id,
            Instance.definition_version,
            Bundle.manifest,
            func.count().label("number"),
        )
        .join(Bundle, Bundle.id == Instance.bundle_id)
        .where(
            Instance.definition_key == to.process_key,
            Instance.status.in_(OPEN_STATUSES),
            Instance.bundle_id != to.bundle_id,
        )
        .group_by(Instance.bundle_id, Instance.definition_version, Bundle.id)
        .order_by(Instance.definition_version, Instance.bundle_id)
    )
    return [
        Older(row.bundle_id, row.definition_version, row.number)
        for row in rows
        if not manifests.is_same(row.manifest, to.manifest)
    ]


def with_calls(executable: ExecutableProcess, old: ExecutableProcess) -> ExecutableProcess:
    """Return a version with the calls of another one that may run in a case; nothing is kept."""
    if not old.linked:
        return executable
    return replace(
        executable,
        linked={**old.linked, **executable.linked},
        decisions={**old.decisions, **executable.decisions},
    )


def kept(
    session: Session, values: Mapping[str, Any], old: CompiledBundle, to: Target
) -> tuple[int, CompiledBundle]:
    """
    Return the bundle that a locked case moves to.

    A call that chose its version when it was reached keeps that version: the bundle has
    it besides.
    """
    scopes = codec.decode(values["state"], old.executable).scopes.values()
    live = {scope.process.link for scope in scopes if scope.process.link}
    manifest = manifests.moved(to.manifest, old.manifest, live)
    if manifest is to.manifest:
        return to.bundle_id, to.bundle
    return latest_calls.kept(session, to.bundle_id, manifest)
