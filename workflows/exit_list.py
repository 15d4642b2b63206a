"""Finding exits: who left or may leave, why, and how far it is."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.csv_text import as_csv
from workflows.engine.tables import UserTask
from workflows.exit_tables import ExitCase, ExitState, HandoverItem
from workflows.member_visibility import is_known_to, named_or_numbered
from workflows.paging import Page, all_newest_first, newest_first
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember

COLUMNS = ("member", "name", "pool", "reason", "state", "opened", "effective", "cooling_off_until")


@dataclass(frozen=True)
class ExitFilter:
    """What a list of exits is narrowed to; what is empty does not narrow."""

    text: str = ""
    state: ExitState | None = None
    reason: str = ""
    pool: str = ""


def find(
    session: Session,
    actor: Actor,
    wanted: ExitFilter,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ExitCase]:
    """
    Return exits that the actor may read, the newest first, in one statement.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    query = visible(_narrowed(_exits(), wanted), actor)
    return newest_first(session, query, ExitCase.id, limit=limit, cursor=cursor)


def reasons(session: Session, actor: Actor, *, pool: str = "") -> dict[str, int]:
    """Count the exits in effect that an actor may read by their reason, the most common first."""
    wanted = ExitFilter(state=ExitState.EFFECTIVE, pool=pool)
    number = func.count()
    query = (
        visible(_narrowed(_exits(), wanted), actor)
        .with_only_columns(ExitCase.reason, number.label("number"), maintain_column_froms=True)
        .group_by(ExitCase.reason)
        .order_by(number.desc(), ExitCase.reason)
    )
    return {row.reason: row.number for row in session.execute(query)}


def as_file(session: Session, actor: Actor, wanted: ExitFilter) -> str:
    """Return the exits as CSV; nothing of what anybody wrote is in it."""
    query = visible(_narrowed(_exits(), wanted), actor)
    found = all_newest_first(session, query, ExitCase.id)
    return as_csv(COLUMNS, (_cells(case) for case in found))


def _cells(case: ExitCase) -> tuple[str, ...]:
    """Return the cells of one line."""
    member = case.member
    return (
        member.number,
        member.person.display_name,
        member.pool.code,
        case.reason,
        case.state.value,
        case.opened_at.date().isoformat(),
        case.effective_on.isoformat() if case.effective_on else "",
        case.cooling_off_until.isoformat() if case.cooling_off_until else "",
    )


def handover(session: Session, case: ExitCase) -> list[HandoverItem]:
    """Return what somebody takes over from a member who left."""
    query = select(HandoverItem).where(HandoverItem.exit_case_id == case.id)
    return list(session.scalars(query.order_by(HandoverItem.id)))


def open_steps(session: Session, instance_id: int | None, of: str | None) -> list[UserTask]:
    """Return the open steps of a case with their deadlines; `of` narrows them to one person."""
    query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    if of is not None:
        query = query.where(UserTask.assignee == of)
    return list(session.scalars(query.order_by(UserTask.due_at, UserTask.id)))


def visible(query: Select[ExitCase], actor: Actor) -> Select[ExitCase]:
    """Leave out what is about people of whom an actor may not know this."""
    sees_all = sees_every_case(actor)
    return query.where(is_known_to(actor, sees_all=sees_all))


def _exits() -> Select[ExitCase]:
    """Return the query for exits together with member, person and pool."""
    member = joinedload(ExitCase.member)
    return (
        select(ExitCase)
        .join(PoolMember, PoolMember.id == ExitCase.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .join(Pool, Pool.id == PoolMember.pool_id)
        .options(
            member.joinedload(PoolMember.pool),
            member.joinedload(PoolMember.person).joinedload(Person.unit),
        )
    )


def _narrowed(query: Select[ExitCase], wanted: ExitFilter) -> Select[ExitCase]:
    """Apply a filter."""
    if wanted.state is not None:
        query = query.where(ExitCase.state == wanted.state)
    if wanted.reason:
        query = query.where(ExitCase.reason == wanted.reason)
    if wanted.pool:
        query = query.where(Pool.code == wanted.pool)
    return query.where(*named_or_numbered(wanted.text))
