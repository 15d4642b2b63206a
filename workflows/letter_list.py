"""Letters that did not leave: what waits, what could not be sent and why, what was given up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from workflows import mail
from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.case_facts import cases_about
from workflows.database import UtcDateTime, table_of
from workflows.engine import backoff, letters
from workflows.engine.inbox import parsed_moment
from workflows.engine.jobs import port
from workflows.engine.tables import Outbox
from workflows.paging import Page, bounded, from_cursor, one_page

STEERED = (letters.MAIL, letters.NOTICE)  # a message belongs to its case, and is dealt with there
_outbox = table_of(Outbox)
_IS_GIVEN_UP = or_(
    and_(_outbox.c.kind == letters.MAIL, port.is_given_up(_outbox, mail.MOST_ATTEMPTS)),
    and_(_outbox.c.kind != letters.MAIL, port.is_given_up(_outbox, backoff.MOST_ATTEMPTS)),
)


class LetterState(StrEnum):
    """How it stands with a letter that did not leave."""

    FAILED = "failed"  # nobody tries it any more; a person must decide
    WAITING = "waiting"
    DROPPED = "dropped"  # somebody decided that it need not arrive


_CONDITIONS: dict[LetterState, ColumnElement[bool]] = {
    LetterState.FAILED: and_(_outbox.c.sent_at.is_(None), _IS_GIVEN_UP),
    LetterState.WAITING: and_(_outbox.c.sent_at.is_(None), ~_IS_GIVEN_UP),
    LetterState.DROPPED: and_(_outbox.c.sent_at.is_not(None), _outbox.c.problem.is_not(None)),
}


@dataclass(frozen=True)
class LetterLine:
    """
    One letter in the list.

    Attributes:
        problem: Why the last attempt failed; nothing before the first one.
        case_id, recipient, about: Only for those who may see the case.
        is_late: It is mail of another week, which nobody needs any more.

    """

    id: str
    kind: str
    created_at: datetime
    attempts: int
    retry_at: datetime | None
    dropped_at: datetime | None
    problem: str | None
    case_id: int | None
    recipient: str | None
    about: str | None
    is_late: bool

    @property
    def is_steered(self) -> bool:
        """Say whether it can be dealt with apart from its case."""
        return self.kind in STEERED


@dataclass(frozen=True)
class LetterCounts:
    """How many letters are in which state, and since when the oldest waits, by kind."""

    failed: int
    waiting: int
    waiting_since: dict[str, datetime]


def find(
    session: Session,
    actor: Actor,
    state: LetterState,
    *,
    now: datetime,
    limit: int = 30,
    cursor: str | None = None,
) -> Page[LetterLine]:
    """
    Return one page of letters in a state, in two statements.

    Those of a kind stand together, the oldest first; what was given up begins
    with the latest. Letters about the actor are left out, whatever the office.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = select(_outbox).where(_CONDITIONS[state], *not_about(session, actor))
    if state is LetterState.DROPPED:
        query = _latest_first(query, cursor)
    else:
        query = _by_kind(query, cursor)
    rows = session.execute(query.limit(limit + 1)).all()
    page = one_page(rows, limit, _by_drop if state is LetterState.DROPPED else _by_creation)
    sees_cases = sees_every_case(actor)
    return Page([_line(row, now, sees_cases=sees_cases) for row in page.items], page.next)


def counts(session: Session, actor: Actor) -> LetterCounts:
    """Count what waits and what could not be sent, in two statements."""
    is_failed = case((_IS_GIVEN_UP, 1), else_=0).label("is_failed")
    rows = session.execute(
        select(_outbox.c.kind, is_failed, func.count().label("number"), _oldest())
        .where(_outbox.c.sent_at.is_(None), *not_about(session, actor))
        .group_by(_outbox.c.kind, is_failed)
    ).all()
    return LetterCounts(
        failed=sum(row.number for row in rows if row.is_failed),
        waiting=sum(row.number for row in rows if not row.is_failed),
        waiting_since={row.kind: row.oldest for row in rows if not row.is_failed},
    )


def not_about(session: Session, actor: Actor) -> Sequence[ColumnElement[bool]]:
    """Return the conditions that leave out the letters of cases about the actor himself."""
    own = session.scalars(cases_about(actor.username)).all()
    return [~_outbox.c.id.startswith(f"{number}:") for number in own]


def is_late(kind: str, created_at: datetime, now: datetime) -> bool:
    """Say whether a letter is too old to be of use; only mail can be."""
    return kind == letters.MAIL and now - created_at > mail.STALE_AFTER


def usernames(lines: Collection[LetterLine]) -> set[str]:
    """Return everybody whom a list of letters names."""
    return {line.recipient for line in lines if line.recipient and line.is_steered}


def _oldest() -> Any:
    """Return the moment since when the oldest of a group waits."""
    return func.min(_outbox.c.created_at, type_=UtcDateTime()).label("oldest")


def _by_kind(query: Select[Any], cursor: str | None) -> Select[Any]:
    """Order letters that wait, as their index has them."""
    place = (_outbox.c.kind, _outbox.c.created_at, _outbox.c.id)
    if cursor is not None:
        kind, text, letter_id = from_cursor(cursor, str, str, str)
        after = tuple_(literal(kind), _moment(text), literal(letter_id))
        query = query.where(tuple_(*place) > after)
    return query.order_by(*place)


def _latest_first(query: Select[Any], cursor: str | None) -> Select[Any]:
    """Order letters that were given up, as their index has them."""
    place = (_outbox.c.sent_at, _outbox.c.id)
    if cursor is not None:
        text, letter_id = from_cursor(cursor, str, str)
        query = query.where(tuple_(*place) < tuple_(_moment(text), literal(letter_id)))
    return query.order_by(*(column.desc() for column in place))


def _moment(text: str) -> ColumnElement[Any]:
    """Return a moment that a cursor holds."""
    return literal(parsed_moment(text), UtcDateTime())


def _by_creation(row: Row[Any]) -> tuple[str, str, str]:
    """Return the position of a letter among those that wait."""
    return row.kind, row.created_at.isoformat(), row.id


def _by_drop(row: Row[Any]) -> tuple[str, str]:
    """Return the position of a letter among those that were given up."""
    return row.sent_at.isoformat(), row.id


def _line(row: Row[Any], now: datetime, *, sees_cases: bool) -> LetterLine:
    """Return one letter; what tells of a case only to those who may see it."""
    number = row.id.partition(":")[0]
    # The words of a mail server are about mail; those of a case may be about anybody.
    told = row.problem if sees_cases or row.kind == letters.MAIL else _without_values(row.problem)
    return LetterLine(
        id=row.id,
        kind=row.kind,
        created_at=row.created_at,
        attempts=row.attempts,
        retry_at=row.retry_at,
        dropped_at=row.sent_at,
        problem=told,
        case_id=int(number) if sees_cases and number.isdecimal() else None,
        recipient=row.recipient if sees_cases else None,
        about=str(row.payload.get("name", "")) if sees_cases else None,
        is_late=is_late(row.kind, row.created_at, now),
    )


def _without_values(problem: str | None) -> str | None:
    """Return the name of an error, but no sentence that could name somebody."""
    return problem if problem is None or problem.isidentifier() else ""
