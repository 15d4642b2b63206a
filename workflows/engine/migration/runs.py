"""
A migration of many cases: looked at first, then asked for, confirmed and done in batches.

    examining -> examined -> proposed -> migrating -> done

A worker leads from examining to examined, and from migrating to done; people do the rest.
From every state but the last it can be stopped: cases that have migrated stay so.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import definitions, journal
from workflows.engine.migration import targets
from workflows.engine.migration.refusals import (
    MappingRefused,
    MigrationMovedOn,
    MigrationNotFound,
    MigrationUnderWay,
    NothingToMigrate,
    ReasonMissing,
    TargetMovedOn,
)
from workflows.engine.migration.verdicts import Wish
from workflows.engine.migration_tables import CaseMigration, CaseVerdict
from workflows.engine.model import ProcessModel

_verdict = table_of(CaseVerdict)


class RunState(StrEnum):
    """How far a migration is."""

    EXAMINING = "examining"
    EXAMINED = "examined"
    PROPOSED = "proposed"
    MIGRATING = "migrating"
    DONE = "done"
    STOPPED = "stopped"


OVER = frozenset({RunState.DONE, RunState.STOPPED})
WORKING = frozenset({RunState.EXAMINING, RunState.MIGRATING})


def begin(
    session: Session, process_key: str, wish: Wish, *, actor: Actor, now: datetime
) -> CaseMigration:
    """
    Begin to look at every open case that does not run on the version in force.

    A dry run that nobody has asked to carry out is replaced.

    Raises:
        DefinitionNotFound: There is no such process.
        NothingToMigrate: There is no such case.
        MigrationUnderWay: A migration of them was proposed, or runs.
        MappingRefused: The mapping names what is not there.

    """
    to = targets.in_force(session, process_key)
    found = targets.older(session, to)
    if not found:
        raise NothingToMigrate(process_key)
    _check_mapping(session, to, [each.bundle_id for each in found], wish)
    _replace_dry_run(session, process_key, actor, now)
    run = CaseMigration(
        process_key=process_key,
        bundle_id=to.bundle_id,
        version=to.version,
        state=RunState.EXAMINING,
        mapping=dict(wish.mapping),
        restarts_timers=wish.restarts_timers,
        total=sum(each.cases for each in found),
        begun_by=actor.username,
        begun_at=now,
    )
    session.add(run)
    session.flush()
    _audit(session, run, "migration.examine", actor, now)
    return run


def _check_mapping(
    session: Session, to: targets.Target, bundle_ids: Collection[int], wish: Wish
) -> None:
    """Refuse a mapping from or to elements that no version has."""
    if not wish.mapping:
        return
    known: set[str] = set()
    for bundle_id in bundle_ids:
        known |= _ids(definitions.executable(session, bundle_id).process)
    after = _ids(to.bundle.executable.process)
    for old, new in wish.mapping.items():
        if old not in known:
            raise MappingRefused(old, Sentence("the older versions"))
        if new and new not in after:
            raise MappingRefused(new, Sentence("version %(number)s", number=to.version))


def _ids(process: ProcessModel) -> set[str]:
    """Return the ids of the elements and flows of a process."""
    return {*process.nodes, *process.flows}


def _replace_dry_run(session: Session, process_key: str, actor: Actor, now: datetime) -> None:
    """Stop the migration of a process that was only looked at."""
    run = current(session, process_key)
    if run is None:
        return
    if run.state not in (RunState.EXAMINING, RunState.EXAMINED):
        raise MigrationUnderWay
    session.execute(delete(_verdict).where(_verdict.c.migration_id == run.id))
    _end(session, run, RunState.STOPPED, actor, now)


def current(session: Session, process_key: str) -> CaseMigration | None:
    """Return the open migration of a process, locked, if there is one."""
    return session.scalars(
        select(CaseMigration)
        .where(CaseMigration.process_key == process_key, CaseMigration.state.not_in(OVER))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def held(session: Session, number: int, *states: RunState) -> CaseMigration:
    """
    Lock a migration that is in one of these states.

    Raises:
        MigrationNotFound: There is none.
        MigrationMovedOn: It is in another state.

    """
    run = session.scalars(
        select(CaseMigration)
        .where(CaseMigration.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if run is None:
        raise MigrationNotFound(number)
    if run.state not in states:
        raise MigrationMovedOn(run.state)
    return run


def propose(
    session: Session, run: CaseMigration, *, reason: str, actor: Actor, now: datetime
) -> None:
    """
    Ask a second person to let the cases of a dry run migrate.

    Raises:
        ReasonMissing: There is no reason.
        TargetMovedOn: Another version came into force.

    """
    if not reason.strip():
        raise ReasonMissing
    must_be_in_force(session, run)
    run.state, run.reason = RunState.PROPOSED, reason.strip()
    run.proposed_by, run.proposed_at = actor.username, now
    session.flush()
    _audit(session, run, "migration.propose", actor, now)


def confirm(session: Session, run: CaseMigration, *, actor: Actor, now: datetime) -> None:
    """
    Let the cases of a proposed migration migrate; a worker does it.

    Raises:
        TargetMovedOn: Another version came into force.

    """
    to = must_be_in_force(session, run)
    run.state, run.confirmed_by, run.confirmed_at = RunState.MIGRATING, actor.username, now
    run.position = run.done = 0
    run.total = sum(each.cases for each in targets.older(session, to))
    session.flush()
    _audit(session, run, "migration.confirm", actor, now)


def stop(session: Session, run: CaseMigration, *, actor: Actor, now: datetime) -> None:
    """Stop a migration; what has migrated stays so, and nothing else does."""
    _end(session, run, RunState.STOPPED, actor, now)


def must_be_in_force(session: Session, run: CaseMigration) -> targets.Target:
    """
    Return where the cases of a migration go.

    Raises:
        TargetMovedOn: That is not in force any more.

    """
    to = targets.in_force(session, run.process_key)
    if to.bundle_id != run.bundle_id:
        raise TargetMovedOn
    return to


def finish(session: Session, run: CaseMigration, *, now: datetime) -> None:
    """Note that every case was looked at, or has migrated."""
    if run.state == RunState.EXAMINING:
        run.state = RunState.EXAMINED
        session.flush()
        return
    actor = Actor(run.confirmed_by or "", run.confirmed_by or "")
    _end(session, run, RunState.DONE, actor, now)


def _end(
    session: Session, run: CaseMigration, state: RunState, actor: Actor, now: datetime
) -> None:
    """End a migration."""
    run.state, run.ended_by, run.ended_at = state, actor.username, now
    run.attempts, run.retry_at = 0, None
    session.flush()
    _audit(session, run, f"migration.{'finish' if state == RunState.DONE else 'stop'}", actor, now)


def _audit(session: Session, run: CaseMigration, action: str, actor: Actor, now: datetime) -> None:
    """Write who did what to a migration."""
    data = {"process": run.process_key, "version": run.version, "total": run.total}
    journal.audit(session, actor.username, action, "case_migration", run.id, at=now, data=data)
