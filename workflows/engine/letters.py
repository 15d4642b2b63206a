"""The rows of the outbox: how letters are written, claimed, put back and given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import backoff, writes
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.jobs import alarms, port
from workflows.engine.jobs.port import Backlog, Claim
from workflows.engine.prepared import Prepared
from workflows.engine.tables import Outbox
from workflows.errors import UnderstudyError

MESSAGE = "message"
NOTICE = "notice"
MAIL = "mail"
NEVER_TRIED = "NeverTried"  # the problem of a letter that was given up before any attempt

_outbox = table_of(Outbox)
_LONGEST_PROBLEM = 300
_LETTER = (port.CASES, "letter")
_WORK = {MAIL: (port.MAIL, "mail")}  # lane and kind of the work
_FREE_ROWS = select(_outbox.c.id).where(
    _outbox.c.id == bindparam("id"),
    _outbox.c.sent_at.is_(None),
    port.may_be_tried(_outbox, port.moment("now"), bindparam("most", type_=Integer())),
)
_CLAIM = port.claiming(_outbox, _outbox.c.id.in_(_FREE_ROWS.with_for_update(skip_locked=True)))


@cache
def _due(kinds: Sequence[str]) -> Prepared:
    """Return the query for the letters of some kinds that wait, the oldest first."""
    return Prepared(
        select(_outbox.c.id)
        .where(
            _outbox.c.sent_at.is_(None),
            or_(*(_outbox.c.kind == kind for kind in kinds)),
            port.may_be_tried(_outbox, port.moment("now"), bindparam("most", type_=Integer())),
        )
        .order_by(_outbox.c.created_at, _outbox.c.id)
        .limit(bindparam("limit", type_=Integer()))
    )


@dataclass(frozen=True)
class Letter:
    """One row of the outbox, as its deliverer gets it."""

    id: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]


class LetterRows:
    """What all kinds of letters share as background work."""

    name = ""
    most_attempts = MOST_ATTEMPTS

    @property
    def kinds(self) -> Sequence[str]:
        """Return the kinds of letters that this work delivers."""
        raise NotImplementedError

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the letters that wait and that nobody delivers at the moment."""
        due = _due(tuple(self.kinds))
        rows = due.rows(session, now=now, most=self.most_attempts, limit=limit)
        return [letter_id for (letter_id,) in rows]

    def next_due(self, _session: Session, _now: datetime) -> datetime | None:
        """Leave second attempts to the next poll: nobody waits for a letter to the second."""
        return None

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt; a letter that another transaction holds is passed over."""
        until = now + backoff.lease()
        return port.claimed(
            session, key, _CLAIM, id=key, now=now, most=self.most_attempts, until=until
        )

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the letter wait for its next attempt."""
        _note(session, claim, problem, retry_at=retry_at)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Stop trying; the letter stays, with the reason."""
        _note(session, claim, problem, retry_at=None, attempts=self.most_attempts)

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Count the letters that wait, and those that nobody tries any more."""
        is_ours = (_outbox.c.sent_at.is_(None), _outbox.c.kind.in_(self.kinds))
        given_up = port.is_given_up(_outbox, self.most_attempts)
        waiting, oldest = session.execute(
            select(func.count(), func.min(_outbox.c.created_at)).where(*is_ours, ~given_up)
        ).one()
        lost = select(func.count()).select_from(_outbox).where(*is_ours, given_up)
        return Backlog(self.name, waiting, oldest, session.scalar(lost) or 0)


def draft(
    letter_id: str, kind: str, recipient: str, payload: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Return a letter as `write` takes it."""
    return {
        "id": letter_id,
        "kind": kind,
        "recipient": recipient,
        "payload": dict(payload),
        "created_at": now,
    }


def write(session: Session, letters: Sequence[Mapping[str, Any]]) -> None:
    """Write letters into the outbox, and wake a worker for them when this commits."""
    if not letters:
        return
    writes.insert(session, _outbox, letters)
    # A message is delivered by its sender right after the commit; the alarm is for the rest.
    waiting = [(one["kind"], one["id"]) for one in letters if one["kind"] != MESSAGE]
    alarms.ring(session, _alarms(waiting))


def send_again(session: Session, letters: Sequence[tuple[str, str]]) -> None:
    """Let a worker try letters anew, given by kind and id, when this commits."""
    session.execute(
        update(_outbox)
        .where(_outbox.c.id.in_([letter_id for _kind, letter_id in letters]))
        .values(sent_at=None, attempts=0, retry_at=None, problem=None)
    )
    alarms.ring(session, _alarms(letters), are_new=False)


def drop_all(session: Session, letter_ids: Sequence[str], *, now: datetime) -> None:
    """Let letters rest for good; that they have a problem tells them from those that left."""
    session.execute(
        update(_outbox)
        .where(_outbox.c.id.in_(letter_ids))
        .values(sent_at=now, retry_at=None, problem=func.coalesce(_outbox.c.problem, NEVER_TRIED))
    )


def _alarms(letters: Sequence[tuple[str, str]]) -> list[alarms.Alarm]:
    """Return what wakes the workers of letters, given by kind and id."""
    return [(*_WORK.get(kind, _LETTER), letter_id) for kind, letter_id in letters]


def mark_sent(session: Session, letter_id: str, *, now: datetime) -> None:
    """Say that a letter has left."""
    writes.update(session, _outbox, {"id": letter_id}, sent_at=now, retry_at=None, problem=None)


def told(problem: Exception) -> str:
    """Say what went wrong without repeating values: texts of unknown errors may hold them."""
    return str(problem) if isinstance(problem, UnderstudyError) else type(problem).__name__


def _note(session: Session, claim: Claim, problem: Exception, **values: Any) -> None:
    """Write what becomes of a letter, unless another worker has it by now."""
    session.execute(
        update(_outbox)
        .where(_outbox.c.id == claim.key, _outbox.c.attempts == claim.attempt)
        .values(problem=told(problem)[:_LONGEST_PROBLEM], **values)
    )
