"""Finding appeals: what is contested, how far it is, and until when it has to be decided."""

import csv
import io
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from workflows import units
from workflows.actors import SYSTEM, Actor
from workflows.appeal_tables import Appeal, AppealOutcome, AppealState
from workflows.case_access import is_blind, sees_every_case
from workflows.groups import APPEALS_SECRETARY
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember
from workflows.roster_export import guarded

COLUMNS = ("member", "name", "pool", "matter", "ground", "state", "outcome", "filed", "closed")
_FILE_LIMIT = 10_000


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
    limit = bounded(limit)
    query = _visible(_narrowed(_appeals(), wanted), actor)
    if cursor is not None:
        (appeal_id,) = from_cursor(cursor, int)
        query = query.where(Appeal.id < appeal_id)
    found = session.scalars(query.order_by(Appeal.id.desc()).limit(limit + 1)).all()
    return one_page(found, limit, lambda last: (last.id,))


def as_file(session: Session, actor: Actor, wanted: AppealFilter) -> str:
    """Return the appeals as CSV; nothing of what anybody wrote is in it."""
    query = _visible(_narrowed(_appeals(), wanted), actor)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for appeal in session.scalars(query.order_by(Appeal.id.desc()).limit(_FILE_LIMIT)):
        member = appeal.member
        cells = (
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
        writer.writerow([guarded(cell) for cell in cells])
    return output.getvalue()


def _visible(query: Select[Appeal], actor: Actor) -> Select[Appeal]:
    """Leave out what is about people of whom an actor may not know this."""
    if is_blind(actor):
        return query.where(Person.username == actor.username)
    if actor == SYSTEM or sees_every_case(actor) or APPEALS_SECRETARY in actor.groups:
        return query
    own_units = select(units.headed_by(actor.username).c.id)
    return query.where(
        or_(
            Person.username == actor.username,
            PoolMember.accountable_head == actor.username,
            Person.unit_id.in_(own_units),
        )
    )


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
