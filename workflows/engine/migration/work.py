"""
The work of a migration: cases are looked at, or migrate, in batches and one by one.

Each case migrates in the transaction that also notes how far the migration has come. A
worker that is killed leaves no half of one; another goes on behind the last.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.database import Database, table_of
from workflows.engine import backoff, compiled
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.failures import CaseNotFound, TryAgainLater
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.jobs import port
from workflows.engine.jobs.port import Backlog, Claim, WorkerDied
from workflows.engine.letters import told
from workflows.engine.migration import notes, runs, targets
from workflows.engine.migration.cases import Answer, Blocked, Examiner, Verdict
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.targets import Target
from workflows.engine.migration.verdicts import Found, Hindrance, Wish
from workflows.engine.migration_tables import CaseMigration
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Bundle, Instance

logger = logging.getLogger(__name__)

BATCH = 100
MOVED_ON = "target_moved_on"  # why a migration stopped by itself; else the name of an error

_run = table_of(CaseMigration)
_instance = table_of(Instance)
_NOW = port.moment("now")
_CLAIM = port.claiming(
    _run,
    _run.c.id.in_(
        select(_run.c.id)
        .where(
            _run.c.id == bindparam("number"),
            # A statement that is prepared knows no lists.
            or_(*(_run.c.state == str(state) for state in sorted(runs.WORKING))),
            port.may_be_tried(_run, _NOW),
        )
        .with_for_update(skip_locked=True)
    ),
)


class Interrupted(Exception):
    """The migration was stopped, or belongs to another worker; this case is left alone."""


@dataclass(frozen=True)
class _Batch:
    """Some cases of a migration, and what looks at them."""

    run: CaseMigration
    claim: Claim
    examiner: Examiner
    cases: Sequence[dict[str, Any]]
    occasion: Occasion


class MigrationWork:
    """Looks at the cases of a migration, and lets them migrate when that was confirmed."""

    name = "migration"
    lane = port.CASES
    most_attempts = MOST_ATTEMPTS

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the migrations that a worker can go on with."""
        rows = session.scalars(
            select(_run.c.id)
            .where(_run.c.state.in_(runs.WORKING), port.may_be_tried(_run, now))
            .order_by(_run.c.id)
            .limit(limit)
        )
        return [str(number) for number in rows]

    def next_due(self, _session: Session, _now: datetime) -> datetime | None:
        """Leave a migration to the next poll."""
        return None

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt and lend the migration to this worker."""
        until = now + backoff.lease()
        return port.claimed(session, key, _CLAIM, number=int(key), now=now, until=until)

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Do one batch; say whether there was anything to do."""
        with database.reading() as session:
            batch = _batch(session, claim, occasion)
        try:
            if batch.run.state == RunState.EXAMINING:
                _examine(database, batch)
            else:
                for row in batch.cases:
                    _migrate(database, batch, row)
        except Interrupted:
            return False
        with database.unit_of_work() as session:
            _settle(session, batch)
        return True

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the migration wait for its next attempt."""
        _write(session, claim, problem=told(problem), retry_at=retry_at)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """
        Pass over the case that stops its worker every time, and tell so; else stop.

        Cases that have migrated stay so.
        """
        if isinstance(problem, WorkerDied) and _pass_over(session, claim, problem, now):
            _write(session, claim, retry_at=None, attempts=0)
            return
        stopped = {"state": str(RunState.STOPPED), "ended_at": now}
        _write(session, claim, problem=told(problem), retry_at=None, attempts=0, **stopped)

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Count the migrations that a worker could go on with."""
        waiting = select(func.count(), func.min(_run.c.begun_at)).where(
            _run.c.state.in_(runs.WORKING), port.may_be_tried(_run, now)
        )
        number, oldest = session.execute(waiting).one()
        return Backlog(self.name, number, oldest, 0)


WORK = MigrationWork()


def _batch(session: Session, claim: Claim, occasion: Occasion) -> _Batch:
    """Return the next cases of a migration; none when another version came into force."""
    run = session.get_one(CaseMigration, int(claim.key), populate_existing=True)
    to = targets.target(session, run.bundle_id)
    wish = Wish(run.mapping, run.restarts_timers)
    # After a death only one is tried, so that it is known which one it was.
    found = _next(session, run, to, BATCH if claim.attempt == 1 else 1)
    return _Batch(run, claim, Examiner(to, wish), found, occasion)


def _next(session: Session, run: CaseMigration, to: Target, limit: int) -> Sequence[dict[str, Any]]:
    """Return the rows of the next cases, with the hash of their bundle."""
    if not _is_in_force(session, run):
        return ()
    older = [each.bundle_id for each in targets.older(session, to)]
    rows = session.execute(
        select(*_instance.c, Bundle.bundle_hash)
        .join_from(_instance, Bundle, _instance.c.bundle_id == Bundle.id)
        .where(
            _instance.c.id > run.position,
            _instance.c.definition_key == run.process_key,
            _instance.c.status.in_(OPEN_STATUSES),
            _instance.c.bundle_id.in_(older),
        )
        .order_by(_instance.c.id)
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]


def _pass_over(session: Session, claim: Claim, problem: Exception, now: datetime) -> bool:
    """Tell of the next case that it cannot be done; say whether there is one."""
    run = session.get_one(CaseMigration, int(claim.key), populate_existing=True)
    is_dry = run.state == RunState.EXAMINING
    for values in _next(session, run, targets.target(session, run.bundle_id), 1):
        number = values["id"]
        answer = _unforeseen(number, problem, Verdict.BLOCKED if is_dry else Verdict.FAILED)
        found = [(number, values["definition_version"], answer)]
        return notes.note(session, run.id, found, position=number, attempt=claim.attempt, now=now)
    return False


def _is_in_force(session: Session, run: CaseMigration) -> bool:
    """Say whether new cases still start with the version to which cases migrate."""
    return bool(session.scalar(select(Bundle.is_active).where(Bundle.id == run.bundle_id)))


def _examine(database: Database, batch: _Batch) -> None:
    """Look at the cases of a batch and keep the verdicts."""
    with database.reading() as session:
        found = [
            (values["id"], values["definition_version"], _look(session, batch, values))
            for values in batch.cases
        ]
    if not found:
        return
    with database.unit_of_work() as session:
        _note(session, batch, found)


def _look(session: Session, batch: _Batch, values: dict[str, Any]) -> Answer:
    """Look at one case; one that cannot be looked at holds up no other."""
    try:
        bundle = compiled.load(session, values["bundle_id"], values["bundle_hash"])
        return batch.examiner.look(session, values, bundle, batch.occasion)
    except (DBAPIError, TryAgainLater):
        raise
    except Exception as problem:  # noqa: BLE001 (one case must not hold up the others)
        return _unforeseen(values["id"], problem, Verdict.BLOCKED)


def _migrate(database: Database, batch: _Batch, values: dict[str, Any]) -> None:
    """Migrate one case and note it, in one transaction; one that cannot stays untouched."""
    run, number = batch.run, values["id"]
    who = run.confirmed_by or ""
    occasion = Occasion(Actor(who, who), batch.occasion.now, batch.occasion.calendar)
    try:
        with database.unit_of_work() as session:
            answer = batch.examiner.migrate(session, number, run.reason, occasion)
            _note(session, batch, [(number, values["definition_version"], answer)])
        return
    except Blocked as blocked:
        answer = blocked.answer
    except CaseNotFound:
        answer = Answer(Verdict.ENDED)
    except (DBAPIError, TryAgainLater, Interrupted):
        raise
    except Exception as problem:  # noqa: BLE001 (one case must not hold up the others)
        answer = _unforeseen(number, problem, Verdict.FAILED)
    with database.unit_of_work() as session:
        _note(session, batch, [(number, values["definition_version"], answer)])


def _unforeseen(instance_id: int, problem: Exception, verdict: Verdict) -> Answer:
    """Return the answer for a case at which something went wrong that nobody foresaw."""
    logger.error("migration failed", extra={"instance_id": instance_id}, exc_info=problem)
    return Answer(verdict, (Found(Hindrance.REFUSED, "", "", told(problem)),))


def _note(session: Session, batch: _Batch, found: list[tuple[int, int, Answer]]) -> None:
    """Keep verdicts and how far the migration has come, unless it was stopped."""
    is_mine = notes.note(
        session,
        batch.run.id,
        found,
        position=found[-1][0],
        attempt=batch.claim.attempt,
        now=batch.occasion.now,
    )
    if not is_mine:
        raise Interrupted


def _settle(session: Session, batch: _Batch) -> None:
    """Give the migration back; end it when there are no more cases."""
    run = session.get_one(CaseMigration, batch.run.id, populate_existing=True, with_for_update=True)
    if run.attempts != batch.claim.attempt or run.state not in runs.WORKING:
        return
    run.attempts, run.retry_at, run.problem = 0, None, None
    if not _is_in_force(session, run):
        run.problem = MOVED_ON
        actor = Actor(run.confirmed_by or run.begun_by, "")
        runs.stop(session, run, actor=actor, now=batch.occasion.now)
    elif not batch.cases:
        runs.finish(session, run, now=batch.occasion.now)
    session.flush()


def _write(session: Session, claim: Claim, **values: Any) -> None:
    """Write what becomes of a migration, unless another worker has it by now."""
    session.execute(
        update(_run)
        .where(_run.c.id == int(claim.key), _run.c.attempts == claim.attempt)
        .values(**values)
    )
