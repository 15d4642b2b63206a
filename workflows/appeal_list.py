"""Finding appeals: what is contested, how far it is, and until when it has to be decided."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from workflows.actors import Actor
from workflows.appeal_tables import Appeal, AppealOutcome, AppealState
from workflows.case_access import sees_every_case
from workflows.csv_text import as_csv
from workflows.groups import APPEALS_SECRETARY
from workflows.member_visibility import is_known_to
from workflows.paging import Page, all_newest_first, newest_first
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember

COLUMNS = ("member", "name", "pool", "matter", "ground", "state", "outcome", "filed", "closed")


@dataclass(frozen=True)
class AppealFilter:
    """What a list of appeals is narrowed to; what is empty does not narrow."""

    state: AppealState | None = None
    outcome: AppealOutcome | None = None
    matter: str = ""


def find(
    session: Session,
    actor: Actor,
    wanted: AppealFilter,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Appeal]:
    """
    Return appeals that the actor may read, the newest first, in one statement.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    query = _visible(_narrowed(_appeals(), wanted), actor)
    return newest_first(session, query, Appeal.id, limit=limit, cursor=cursor)


def as_file(session: Session, actor: Actor, wanted: AppealFilter) -> str:
    """Return the appeals as CSV; nothing of what anybody wrote is in it."""
    query = _visible(_narrowed(_appeals(), wanted), actor)
    found = all_newest_first(session, query, Appeal.id)
    return as_csv(COLUMNS, (_cells(appeal) for appeal in found))


def _cells(appeal: Appeal) -> tuple[str, ...]:
    """Return the cells of one line."""
    member = appeal.member
    return (
        member.number,
        member.person.display_name,
        member.pool.code,
        appeal.matter,
        appeal.ground or "",
        appeal.state.value,
        appeal.outcome.value if appeal.outcome else "",
        appeal.filed_at.date().isoformat(),
        appeal.closed_at.date().isoformat() if appeal.closed_at else "",
    )


def _visible(query: Select[Appeal], actor: Actor) -> Select[Appeal]:
    """Leave out what is about people of whom an actor may not know this."""
    sees_all = sees_every_case(actor) or APPEALS_SECRETARY in actor.groups
    return query.where(is_known_to(actor, sees_all=sees_all))


def _appeals() -> Select[Appeal]:
    """Return the query for appeals together with member, person and pool."""
    member = joinedload(Appeal.member)
    return (
        select(Appeal)
        .join(PoolMember, PoolMember.id == Appeal.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .options(
            member.joinedload(PoolMember.pool),
            member.joinedload(PoolMember.person).joinedload(Person.unit),
        )
    )


def _narrowed(query: Select[Appeal], wanted: AppealFilter) -> Select[Appeal]:
    """Apply a filter."""
    if wanted.state is not None:
        query = query.where(Appeal.state == wanted.state)
    if wanted.outcome is not None:
        query = query.where(Appeal.outcome == wanted.outcome)
    if wanted.matter:
        query = query.where(Appeal.matter == wanted.matter)
    return query
