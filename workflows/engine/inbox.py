"""
The inbox: what waits for a person, the most urgent first.

Each page is read by a fixed number of index ranges, one for the person and
one for each group, however many user tasks there are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine.tables import DefinitionVersion, Duty, UserTask, UserTaskCandidate
from workflows.paging import CursorRefused, Page, bounded, from_cursor, one_page

_user_task = table_of(UserTask)
_candidate = table_of(UserTaskCandidate)
_duty = table_of(Duty)


@dataclass(frozen=True)
class InboxCounts:
    """
    How much waits for a person.

    Attributes:
        claimed: Assigned to the person, or taken from a group.
        for_groups: Offered to the person's groups and taken by nobody.

    """

    open: int
    overdue: int
    due_today: int
    claimed: int
    for_groups: int


@dataclass(frozen=True)
class InboxStep:
    """A step of a process in which something waits for a person."""

    definition_key: str
    definition_name: str
    element_id: str
    name: str


def inbox(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    search: str | None = None,
    definition: str | None = None,
    element: str | None = None,
    state: str = "open",
    mine: bool = False,
    overdue: bool = False,
    due_today: bool = False,
    unclaimed: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[UserTask]:
    """
    Return one page of what waits for a person: overdue first, without a due date last.

    A user task is visible to its assignee and, while nobody holds it, to the
    people of its groups whom no duty in the case excludes. `mine` leaves out
    what is offered to groups, `unclaimed` leaves out what the person holds. In
    another state than `open` it returns what the person did, or held when it
    was withdrawn, the latest first.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    filters = _filters(search, definition, element)
    if overdue:
        filters.append(_user_task.c.inbox_at < now)
    if due_today:
        filters += [_user_task.c.inbox_at >= now, _user_task.c.inbox_at < _midnight(now)]
    if state != "open":
        return _closed(session, actor, state, filters, limit=limit, cursor=cursor)
    branches = [] if unclaimed else [_assigned(actor, filters)]
    if not mine:
        branches += [_offered(actor, group, filters) for group in sorted(actor.groups)]
    if not branches:
        return Page([], None)
    after = _position(cursor)
    found = union(*(_first(branch, limit, after) for branch in branches)).subquery()
    user_tasks = session.scalars(
        select(UserTask)
        .join(found, found.c.id == UserTask.id)
        .order_by(UserTask.inbox_at, UserTask.id)
        .limit(limit + 1)
        .execution_options(populate_existing=True)
    ).all()
    return one_page(user_tasks, limit, lambda last: (last.inbox_at.isoformat(), last.id))


def counts(session: Session, actor: Actor, *, now: datetime) -> InboxCounts:
    """Count what waits for a person, in one statement."""
    branches = [_assigned(actor, [])]
    branches += [_offered(actor, group, []) for group in sorted(actor.groups)]
    found = union(*branches).subquery()
    midnight = _midnight(now)
    inbox_at = found.c.inbox_at

    def count(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = session.execute(
        select(
            func.count(),
            count(inbox_at < now),
            count(and_(inbox_at >= now, inbox_at < midnight)),
            count(found.c.is_own == 1),
            count(found.c.is_own == 0),
        ).select_from(found)
    ).one()
    return InboxCounts(*(int(number) for number in row))


def steps(session: Session, actor: Actor) -> list[InboxStep]:
    """Return the steps that have something waiting for a person, in one statement."""
    branches = [_assigned(actor, [])]
    branches += [_offered(actor, group, []) for group in sorted(actor.groups)]
    found = union(*branches).subquery()
    process = DefinitionVersion
    rows = session.execute(
        select(
            _user_task.c.definition_key, process.name, _user_task.c.element_id, _user_task.c.name
        )
        .distinct()
        .join(found, found.c.id == _user_task.c.id)
        .join(
            process,
            and_(
                process.kind == "process",
                process.key == _user_task.c.definition_key,
                process.is_latest,
            ),
        )
        .order_by(process.name, _user_task.c.name)
    )
    return [InboxStep(*row) for row in rows]


def _midnight(now: datetime) -> datetime:
    """Return the end of the day."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _assigned(actor: Actor, filters: list[ColumnElement[bool]]) -> Select[Any]:
    """Select what the person holds."""
    return select(
        _user_task.c.id, _user_task.c.inbox_at.label("inbox_at"), literal(1).label("is_own")
    ).where(_user_task.c.state == "open", _user_task.c.assignee == actor.username, *filters)


def _offered(actor: Actor, group: str, filters: list[ColumnElement[bool]]) -> Select[Any]:
    """Select what is offered to a group and not excluded by a duty of the person."""
    # The list of excluded duties is kept as JSON text: quoted names separated by commas.
    excluded = cast(_user_task.c.excludes, String).contains(
        literal('"').concat(_duty.c.duty).concat('"'), autoescape=False
    )
    holds_excluded = (
        select(_duty.c.duty)
        .where(
            _duty.c.instance_id == _user_task.c.instance_id,
            _duty.c.username == actor.username,
            excluded,
        )
        .exists()
    )
    return (
        select(
            _candidate.c.user_task_id.label("id"),
            _candidate.c.inbox_at.label("inbox_at"),
            literal(0).label("is_own"),
        )
        .join(_user_task, _user_task.c.id == _candidate.c.user_task_id)
        .where(
            _candidate.c.group_name == group,
            _user_task.c.state == "open",
            _user_task.c.assignee.is_(None),
            ~holds_excluded,
            *filters,
        )
    )


def _first(branch: Select[Any], limit: int, after: tuple[datetime, int] | None) -> Select[Any]:
    """Return the first rows of a branch behind the position, one more than a page."""
    row_id, inbox_at = branch.selected_columns[0], branch.selected_columns[1]
    if after is not None:
        branch = branch.where(
            tuple_(inbox_at, row_id)
            > tuple_(literal(after[0], UserTask.inbox_at.type), literal(after[1]))
        )
    return branch.order_by(inbox_at, row_id).limit(limit + 1).subquery().select()


def _closed(
    session: Session,
    actor: Actor,
    state: str,
    filters: list[ColumnElement[bool]],
    *,
    limit: int,
    cursor: str | None,
) -> Page[UserTask]:
    """Return one page of what the person did, the latest first."""
    query = select(UserTask).where(
        UserTask.state == state, UserTask.state != "open", UserTask.assignee == actor.username
    )
    if cursor is not None:
        query = query.where(UserTask.id < from_cursor(cursor, int)[0])
    user_tasks = session.scalars(
        query.where(*filters).order_by(UserTask.id.desc()).limit(limit + 1)
    ).all()
    return one_page(user_tasks, limit, lambda last: (last.id,))


def _filters(
    search: str | None, definition: str | None, element: str | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that are set."""
    table = _user_task.c
    filters: list[ColumnElement[bool]] = []
    for word in (search or "").split()[:8]:
        filters.append(
            or_(
                table.name.icontains(word, autoescape=True),
                table.subject.icontains(word, autoescape=True),
            )
        )
    if definition:
        filters.append(table.definition_key == definition)
    if element:
        filters.append(table.element_id == element)
    return filters


def _position(cursor: str | None) -> tuple[datetime, int] | None:
    """Return the position behind which a page begins."""
    if cursor is None:
        return None
    moment, row_id = from_cursor(cursor, str, int)
    return parsed_moment(moment), row_id


def parsed_moment(text: str) -> datetime:
    """
    Return the moment that a cursor names.

    Raises:
        CursorRefused: It names none.

    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CursorRefused from error
    if moment.tzinfo is None:
        raise CursorRefused
    return moment
