"""Who calls a process that gets a new version, and whether the new version breaks them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from rules.findings import Finding
from workflows.engine import compiled, manifests
from workflows.engine.checks import check
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.parts_in_force import part_of
from workflows.engine.source_files import Part, Reference
from workflows.engine.surroundings import Find, around
from workflows.engine.tables import Bundle, DefinitionVersion, Instance

FindCallers = Callable[[AbstractSet[str]], Sequence[Part]]


def nobody(_keys: AbstractSet[str]) -> Sequence[Part]:
    """Find no callers: only the files themselves are looked at."""
    return ()


def in_use(session: Session, keys: AbstractSet[str]) -> Sequence[Part]:
    """
    Return the processes that would call new versions of some others.

    Those in force do, directly or through others, and those of running cases that
    ask for the latest version.
    """
    if not keys:
        return ()
    running = select(Instance.bundle_id).where(Instance.status.in_(OPEN_STATUSES))
    rows = session.execute(
        select(Bundle.process_key, Bundle.is_active, Bundle.manifest).where(
            or_(Bundle.is_active, Bundle.id.in_(running))
        )
    )
    wanted: set[tuple[str, str]] = set()
    for row in rows:
        found = {each for each in manifests.entries(row.manifest) if each.kind == "process"}
        if row.is_active:
            calls = any(each.key in keys for each in found)
            found = {each for each in found if calls and each.key == row.process_key}
        elif keys.isdisjoint(manifests.latest(row.manifest)):
            found = set()
        wanted |= {(each.key, each.content_hash) for each in found if each.key not in keys}
    return _versions(session, wanted, keys) if wanted else ()


def _versions(
    session: Session, wanted: Collection[tuple[str, str]], keys: AbstractSet[str]
) -> list[Part]:
    """Return these versions of processes; older ones only where they call latest versions."""
    version = DefinitionVersion
    rows = session.scalars(
        select(version)
        .where(
            version.kind == "process",
            tuple_(version.key, version.content_hash).in_(sorted(wanted)),
        )
        .order_by(version.key, version.version)
    )
    found = []
    for row in rows:
        model = compiled.process(row.key, row.content_hash, row.source, row.file_name)
        if row.is_latest or not model.latest_calls.isdisjoint(keys):
            found.append(part_of(row, model))
    return found


def broken(
    callers: Iterable[Part], parts: Sequence[Part], offered: frozenset[Reference], find: Find
) -> list[Finding]:
    """Return the errors that processes in use would have beside the new parts, and have not."""
    found = []
    for caller in callers:
        errors = _errors(caller, parts, offered, find)
        if errors:
            before = _errors(caller, (), offered, find)
            found += [_told(caller, each) for each in errors if each not in before]
    return found


def _errors(
    caller: Part, parts: Sequence[Part], offered: frozenset[Reference], find: Find
) -> list[Finding]:
    """Return the errors of a process in use beside some parts."""
    assert caller.process is not None
    known = around((*parts, caller), offered, find)
    return [each for each in check(caller.process, known) if each.is_error]


def _told(caller: Part, finding: Finding) -> Finding:
    """Return a finding that says whom it is about: its file is none of those handed in."""
    message = f"The process “{caller.key}”, which is in use, would break: {finding.message}"
    return replace(finding, message=message)
