"""
Who lets running cases migrate to the version in force: a designer asks, somebody else confirms.

A migration acts on many cases at once, as a publication does on all that come: where the
installation wants two persons for the one, it wants them for the other. Whoever began or
proposed it does not confirm it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from workflows import second_persons
from workflows.actors import Actor
from workflows.engine import definitions
from workflows.engine.migration import runs
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.verdicts import Wish
from workflows.engine.migration_tables import CaseMigration
from workflows.permissions import Action, DraftFacts, allows, check

OPEN = (RunState.EXAMINING, RunState.EXAMINED, RunState.PROPOSED, RunState.MIGRATING)


def begin(
    session: Session,
    process_key: str,
    *,
    mapping: Mapping[str, str],
    restarts_timers: bool,
    actor: Actor,
    now: datetime,
) -> CaseMigration:
    """
    Begin a dry run over every open case that does not run on the version in force.

    Raises:
        DefinitionNotFound: There is no such process.
        NothingToMigrate: There is no such case.
        MigrationUnderWay: A migration of them was proposed, or runs.
        MappingRefused: The mapping names what is not there.

    """
    check(actor, Action.MIGRATE_CASES)
    wish = Wish(dict(mapping), restarts_timers)
    return runs.begin(session, process_key, wish, actor=actor, now=now)


def propose(
    session: Session, number: int, *, reason: str, four_eyes: bool, actor: Actor, now: datetime
) -> CaseMigration:
    """
    Ask for the migration that a dry run has looked at; without a second person it begins at once.

    Raises:
        MigrationNotFound: There is none.
        MigrationMovedOn: It was proposed or stopped meanwhile.
        ReasonMissing: There is no reason.
        TargetMovedOn: Another version came into force since the dry run.

    """
    check(actor, Action.MIGRATE_CASES)
    run = runs.held(session, number, RunState.EXAMINED)
    runs.propose(session, run, reason=reason, actor=actor, now=now)
    if not four_eyes:
        runs.confirm(session, run, actor=actor, now=now)
        return run
    process = definitions.in_force(session, "process", run.process_key)
    name = process.name if process is not None else run.process_key
    second_persons.tell_of_migration(session, run.id, name, _hands(run), now=now)
    return run


def confirm(session: Session, number: int, *, actor: Actor, now: datetime) -> CaseMigration:
    """
    Let the cases of a proposed migration migrate; a worker does it.

    Raises:
        NotAllowed: The actor began or proposed it.
        MigrationNotFound: There is none.
        MigrationMovedOn: It was stopped, or somebody else has confirmed it.
        TargetMovedOn: Another version came into force since the dry run.

    """
    check(actor, Action.SEE_MIGRATIONS)
    run = runs.held(session, number, RunState.PROPOSED)
    check(actor, Action.CONFIRM_MIGRATION, DraftFacts(_hands(run)))
    runs.confirm(session, run, actor=actor, now=now)
    return run


def stop(session: Session, number: int, *, actor: Actor, now: datetime) -> CaseMigration:
    """
    Stop a migration before it is done; whoever may ask for one or confirm one may.

    Raises:
        MigrationNotFound: There is none.
        MigrationMovedOn: It is over.

    """
    if not may_stop(actor):
        check(actor, Action.MIGRATE_CASES)
    run = runs.held(session, number, *OPEN)
    runs.stop(session, run, actor=actor, now=now)
    return run


def may_stop(actor: Actor) -> bool:
    """Say whether an actor may stop migrations."""
    return allows(actor, Action.MIGRATE_CASES) or allows(
        actor, Action.CONFIRM_MIGRATION, DraftFacts()
    )


def may_confirm(actor: Actor, run: CaseMigration) -> bool:
    """Say whether an actor may confirm a migration."""
    is_waiting = run.state == RunState.PROPOSED
    return is_waiting and allows(actor, Action.CONFIRM_MIGRATION, DraftFacts(_hands(run)))


def _hands(run: CaseMigration) -> frozenset[str]:
    """Return everybody who had a hand in a migration before it is confirmed."""
    return frozenset(name for name in (run.begun_by, run.proposed_by) if name)
