"""The cases of care and correction that somebody may see: what is due first comes first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload

from workflows.actors import Actor
from workflows.case_access import is_blind
from workflows.correction_access import is_correction_office
from workflows.correction_states import CaseState, Level
from workflows.correction_tables import CorrectionCase
from workflows.database import UtcDateTime
from workflows.engine.tables import UserTask
from workflows.member_visibility import is_close_to, named_or_numbered
from workflows.paging import CursorRefused, Page, bounded, from_cursor, one_page
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember

# What waits for nothing with a date comes last.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CorrectionFilter:
    """What the list is narrowed to; what is empty does not narrow."""

    text: str = ""
    level: Level | None = None
    state: CaseState = CaseState.OPEN
    overdue: bool = False


@dataclass(frozen=True)
class Waiting:
    """A user task for which a case waits."""

    name: str
    who: tuple[str, ...]  # a username, or groups


@dataclass(frozen=True)
class CorrectionLine:
    """A case in the list; `due_at` is the first thing that somebody has to do."""

    case: CorrectionCase
    due_at: datetime | None
    waits: tuple[Waiting, ...]

    @property
    def member(self) -> PoolMember:
        """Return the membership that the case is about."""
        return self.case.member


def find(
    session: Session,
    actor: Actor,
    wanted: CorrectionFilter,
    *,
    now: datetime,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CorrectionLine]:
    """
    Return the cases that an actor may see, the most overdue first, in two statements.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit, due = bounded(limit), _due()
    query = _visible(_narrowed(_cases(due), wanted, due, now), actor)
    if cursor is not None:
        query = query.where(tuple_(due, CorrectionCase.id) > tuple_(*_position(cursor)))
    lines = _lines(session, query.order_by(due, CorrectionCase.id).limit(limit + 1))
    return one_page(lines, limit, lambda last: (_text(last.due_at), last.case.id))


def every(
    session: Session, actor: Actor, wanted: CorrectionFilter, *, now: datetime
) -> list[CorrectionLine]:
    """Return all cases that an actor may see, the most overdue first, in two statements."""
    due = _due()
    query = _visible(_narrowed(_cases(due), wanted, due, now), actor)
    return _lines(session, query.order_by(due, CorrectionCase.id))


def counts_by_level(session: Session, actor: Actor) -> dict[Level | None, int]:
    """Return how many open cases of each level an actor may see; None is not decided yet."""
    query: Select[*tuple[Any, ...]] = (
        select(CorrectionCase.level, func.count().label("number"))
        .join(PoolMember, PoolMember.id == CorrectionCase.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .where(CorrectionCase.state == CaseState.OPEN)
        .group_by(CorrectionCase.level)
    )
    return {row.level: row.number for row in session.execute(_visible(query, actor))}


def _cases(due: ColumnElement[datetime]) -> Select[*tuple[Any, ...]]:
    """Return the query for cases together with all that a list shows of them."""
    member = joinedload(CorrectionCase.member)
    return (
        select(CorrectionCase, due.label("due_at"))
        .join(PoolMember, PoolMember.id == CorrectionCase.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .options(
            member.joinedload(PoolMember.pool),
            member.joinedload(PoolMember.person).joinedload(Person.unit),
        )
    )


def _lines(session: Session, query: Select[*tuple[Any, ...]]) -> list[CorrectionLine]:
    """Return the cases of a query with what they wait for."""
    rows = session.execute(query).all()
    waits = _waiting(session, [case.instance_id for case, _ in rows])
    return [
        CorrectionLine(case, None if at == _NEVER else at, tuple(waits[case.instance_id]))
        for case, at in rows
    ]


def _due() -> ColumnElement[datetime]:
    """Return when the first thing in a case is due: a user task, else the next checkpoint."""
    user_tasks = (
        select(func.min(UserTask.due_at))
        .where(UserTask.instance_id == CorrectionCase.instance_id, UserTask.state == "open")
        .correlate(CorrectionCase)
        .scalar_subquery()
    )
    never = literal(_NEVER, UtcDateTime())
    return func.coalesce(user_tasks, CorrectionCase.next_checkpoint_at, never, type_=UtcDateTime())


def _narrowed(
    query: Select[*tuple[Any, ...]],
    wanted: CorrectionFilter,
    due: ColumnElement[datetime],
    now: datetime,
) -> Select[*tuple[Any, ...]]:
    """Apply a filter."""
    query = query.where(CorrectionCase.state == wanted.state)
    if wanted.level is not None:
        query = query.where(CorrectionCase.level == wanted.level)
    if wanted.overdue:
        query = query.where(due < now)
    return query.where(*named_or_numbered(wanted.text))


def _visible(query: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    """Leave out the cases of which an actor may not know; mentors see those they help with."""
    if is_blind(actor):
        return query.where(Person.username == actor.username)
    if is_correction_office(actor):
        return query
    return query.where(is_close_to(actor, CorrectionCase.helper == actor.username))


def _waiting(session: Session, instance_ids: Sequence[int]) -> dict[int, list[Waiting]]:
    """Return for whom the cases wait, by instance."""
    waits: defaultdict[int, list[Waiting]] = defaultdict(list)
    if not instance_ids:
        return waits
    rows = session.execute(
        select(UserTask.instance_id, UserTask.name, UserTask.assignee, UserTask.candidate_groups)
        .where(UserTask.instance_id.in_(instance_ids), UserTask.state == "open")
        .order_by(UserTask.due_at, UserTask.id)
    )
    for row in rows:
        who = (row.assignee,) if row.assignee else tuple(row.candidate_groups)
        waits[row.instance_id].append(Waiting(row.name, who))
    return waits


def _text(due_at: datetime | None) -> str:
    """Write a moment into a cursor."""
    return (due_at or _NEVER).isoformat()


def _position(cursor: str) -> tuple[datetime, int]:
    """
    Return the position that a cursor stands for.

    Raises:
        CursorRefused: It is not one of this list.

    """
    text, case_id = from_cursor(cursor, str, int)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CursorRefused from error
    if moment.tzinfo is None:
        raise CursorRefused
    return moment, case_id
