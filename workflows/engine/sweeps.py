"""
The sweep: look at every open case within the hour, and say which one cannot be right.

A little of it is done every minute, so that no look takes long and a restart
loses nothing. What it finds becomes an incident: the case is listed among the
stalled ones, with the reason.
"""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import incident_opening, rounds, timers, verification
from workflows.engine.incident_opening import OPEN_STATUSES, Trouble
from workflows.engine.jobs.port import Claim, WorkerDied
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork
from workflows.engine.tables import Instance

CASES = "cases"
INCONSISTENT = "inconsistent"  # the kind of the incident
CHECK_CASE = "check_case"  # its command: a retry looks again
ROUNDS_AN_HOUR = 40  # looks in which every case is seen once: less than an hour
_LEAST, _MOST = 100, 5_000


class SweepWork(RoundWork):
    """Looks at the next open cases, and at timers that nobody tries any more."""

    name = "sweep"
    row = CASES

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Look at the next cases, open incidents for what is wrong, and note how far it came."""
        now = occasion.now
        with database.reading() as session:
            after = rounds.position(session, claim.key)
            last, found = verification.next_disagreements(session, after, _slice(session))
        with database.unit_of_work() as session:
            for instance_id, sentence in found.items():
                # Somebody may have changed the case while this looked: look at it alone.
                still = verification.disagreement(session, instance_id)
                if still is not None:
                    report(session, instance_id, sentence, now=now)
            for timer_id in timers.forgotten(session):
                timers.open_incident(session, timer_id, WorkerDied(), now=now)
            self.settle(
                session,
                claim,
                due_at=now + EVERY,
                position=last or 0,
                **({"round_ended_at": now} if last is None else {}),
            )
        # A look that finds nothing is no reason to look again at once.
        return False

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Go on behind the cases that cannot be looked at; the sweep itself never ends."""
        after = rounds.position(session, claim.key)
        behind = session.scalar(
            select(func.max(Instance.id)).where(
                Instance.id.in_(_open_after(after).limit(_slice(session)))
            )
        )
        self.postpone(session, claim, problem, until=now + EVERY, position=behind or 0)


WORK = SweepWork()


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
