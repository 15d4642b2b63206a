"""
The sweep: look at every open case within the hour, and say which one cannot be right.

A little of it is done every minute, so that no look takes long and a restart
loses nothing. What it finds becomes an incident: the case is listed among the
stalled ones, with the reason.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.database import Database, insert_or, table_of
from workflows.engine import backoff, incident_opening, timers, verification
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.incident_opening import OPEN_STATUSES, Trouble
from workflows.engine.jobs import port
from workflows.engine.jobs.port import Backlog, Claim, WorkerDied
from workflows.engine.letters import told
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance

CASES = "cases"
INCONSISTENT = "inconsistent"  # the kind of the incident
CHECK_CASE = "check_case"  # its command: a retry looks again
EVERY = timedelta(minutes=1)
ROUNDS_AN_HOUR = 40  # looks in which every case is seen once: less than an hour
_LEAST, _MOST = 100, 5_000

_sweep = table_of(Sweep)


class SweepWork:
    """Looks at the next open cases, and at timers that nobody tries any more."""

    name = "sweep"
    lane = port.CASES
    most_attempts = MOST_ATTEMPTS
    row = CASES  # what the table of sweeps calls it

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the sweep when its minute is over, or when there never was one."""
        is_mine = _sweep.c.name == self.row
        known = session.execute(select(_sweep.c.name).where(is_mine)).first()
        waiting = select(_sweep.c.name).where(is_mine, _sweep.c.due_at <= now, _is_free(now))
        return session.scalars(waiting).all() if known else [self.row]

    def next_due(self, _session: Session, _now: datetime) -> datetime | None:
        """Leave the sweep to the next poll."""
        return None

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt and lend the sweep to this worker."""
        first = {"name": key, "due_at": now, "attempts": 0, "position": 0}
        session.execute(insert_or(session, _sweep).values(first).on_conflict_do_nothing())
        free = (
            select(_sweep.c.name)
            .where(_sweep.c.name == key, _sweep.c.due_at <= now, _is_free(now))
            .with_for_update(skip_locked=True)
        )
        return port.claimed(session, key, _sweep, _sweep.c.name.in_(free), now + backoff.lease())

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Look at the next cases, open incidents for what is wrong, and note how far it came."""
        now = occasion.now
        with database.reading() as session:
            after = position(session, claim)
            last, found = verification.next_disagreements(session, after, _slice(session))
        with database.unit_of_work() as session:
            for instance_id, sentence in found.items():
                # Somebody may have changed the case while this looked: look at it alone.
                still = verification.disagreement(session, instance_id)
                if still is not None:
                    report(session, instance_id, sentence, now=now)
            for timer_id in timers.forgotten(session):
                timers.open_incident(session, timer_id, WorkerDied(), now=now)
            came_to(session, claim, last, now=now)
        # A look that finds nothing is no reason to look again at once.
        return False

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the sweep wait for its next attempt."""
        self._note(session, claim, problem, retry_at=retry_at)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Go on behind the cases that cannot be looked at; the sweep itself never ends."""
        after = position(session, claim)
        behind = session.scalar(
            select(func.max(Instance.id)).where(
                Instance.id.in_(_open_after(after).limit(_slice(session)))
            )
        )
        self._note(
            session,
            claim,
            problem,
            attempts=0,
            retry_at=None,
            due_at=now + EVERY,
            position=behind or 0,
        )

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Say whether the sweep is late."""
        is_late = (_sweep.c.name == self.row, _sweep.c.due_at <= now)
        late = session.scalar(select(_sweep.c.due_at).where(*is_late))
        return Backlog(self.name, int(late is not None), late, 0)

    def _note(self, session: Session, claim: Claim, problem: Exception, **values: object) -> None:
        """Write what becomes of the sweep, unless another worker has it by now."""
        session.execute(
            update(_sweep)
            .where(_sweep.c.name == claim.key, _sweep.c.attempts == claim.attempt)
            .values(problem=told(problem)[:300], **values)
        )


WORK = SweepWork()


def position(session: Session, claim: Claim) -> int:
    """Return the last case that a sweep has looked at in this round."""
    return session.scalar(select(_sweep.c.position).where(_sweep.c.name == claim.key)) or 0


def came_to(session: Session, claim: Claim, last: int | None, *, now: datetime) -> None:
    """Note how far a look came, unless another worker has the sweep by now; None ends the round."""
    values = {"attempts": 0, "retry_at": None, "problem": None, "due_at": now + EVERY}
    if last is None:
        values |= {"round_ended_at": now}
    session.execute(
        update(_sweep)
        .where(_sweep.c.name == claim.key, _sweep.c.attempts == claim.attempt)
        .values(position=last or 0, **values)
    )


def report(session: Session, instance_id: int, sentence: str, *, now: datetime) -> None:
    """Open the incident of a case that does not agree with itself, or renew it."""
    incident_opening.open_incident(
        session,
        Trouble(
            instance_id=instance_id,
            kind=INCONSISTENT,
            message=f"What is stored of this case does not agree: {sentence}",
            command={"kind": CHECK_CASE},
            at=now,
            actor=SYSTEM.username,
        ),
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Say that nobody sweeps at the moment."""
    return port.may_be_tried(_sweep, now)


def _open_after(after: int) -> Select[int]:
    """Select the open cases behind one."""
    return (
        select(Instance.id)
        .where(Instance.id > after, Instance.status.in_(OPEN_STATUSES))
        .order_by(Instance.id)
    )


def _slice(session: Session) -> int:
    """Return how many cases one look takes, so that all are seen within the hour."""
    counted = select(func.count()).select_from(Instance).where(Instance.status.in_(OPEN_STATUSES))
    share = (session.scalar(counted) or 0) // ROUNDS_AN_HOUR + 1
    return min(max(share, _LEAST), _MOST)
