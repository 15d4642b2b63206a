"""Finding check-ins: who was asked how they are, by whom, and how many talks took place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from workflows import units
from workflows.actors import Actor
from workflows.check_in_tables import (
    CheckIn,
    CheckInKind,
    CheckInState,
    SupportAction,
    WellbeingNote,
)
from workflows.csv_text import as_csv
from workflows.errors import NotFound
from workflows.mentoring_access import CheckInFacts, visible_check_ins
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember

# Nothing of what was said leaves by a file.
COLUMNS = ("member", "number", "kind", "responsible", "state", "opened_on", "closed_on")
_COUNTED = (CheckInState.HELD, CheckInState.MISSED, CheckInState.REFUSED)


class UnknownCheckIn(NotFound):
    """No check-in has this number."""

    def __init__(self) -> None:
        super().__init__("There is no such check-in.")


@dataclass(frozen=True)
class Coverage:
    """How many of the check-ins of one kind took place."""

    held: int
    missed: int
    refused: int

    @property
    def percent(self) -> int | None:
        """Return the share of talks that were held; None where none was due."""
        due = self.held + self.missed + self.refused
        return round(100 * self.held / due) if due else None


@dataclass(frozen=True)
class Told:
    """A check-in with its member and with what its reader asks the policy about."""

    check_in: CheckIn
    member: PoolMember
    facts: CheckInFacts


def find(
    session: Session,
    actor: Actor,
    *,
    kind: CheckInKind | None = None,
    state: CheckInState | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[tuple[CheckIn, PoolMember]]:
    """
    Return the check-ins of which an actor knows, with their members, newest first.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = _narrowed(_visible(actor), kind, state).order_by(CheckIn.id.desc()).limit(limit + 1)
    if cursor is not None:
        (check_in_id,) = from_cursor(cursor, int)
        query = query.where(CheckIn.id < check_in_id)
    rows = [(row.CheckIn, row.PoolMember) for row in session.execute(query)]
    return one_page(rows, limit, lambda last: (last[0].id,))


def coverage(session: Session, actor: Actor, *, since: date) -> Mapping[CheckInKind, Coverage]:
    """Return how many check-ins of each kind were held since a day, in one statement."""
    query = (
        _visible(actor)
        .where(CheckIn.opened_on >= since, CheckIn.state.in_(_COUNTED))
        .with_only_columns(
            CheckIn.kind, CheckIn.state, func.count().label("number"), maintain_column_froms=True
        )
        .group_by(CheckIn.kind, CheckIn.state)
    )
    found = {(row.kind, row.state): row.number for row in session.execute(query)}
    return {
        kind: Coverage(*(found.get((kind, state), 0) for state in _COUNTED)) for kind in CheckInKind
    }


def export(session: Session, actor: Actor) -> str:
    """Return the check-ins of which an actor knows as CSV, without anything that was said."""
    rows = session.execute(_visible(actor).order_by(CheckIn.id))
    return as_csv(COLUMNS, (_cells(row.CheckIn, row.PoolMember) for row in rows))


def _cells(check_in: CheckIn, member: PoolMember) -> tuple[str, ...]:
    """Return the cells of one check-in."""
    return (
        member.person.display_name,
        member.number,
        check_in.kind.value,
        check_in.responsible,
        check_in.state.value,
        check_in.opened_on.isoformat(),
        check_in.closed_on.isoformat() if check_in.closed_on else "",
    )


def told(session: Session, check_in_id: int) -> Told:
    """
    Return a check-in with its member and its facts for the policy.

    Raises:
        UnknownCheckIn: There is none with this number.

    """
    row = session.execute(_joined().where(CheckIn.id == check_in_id)).one_or_none()
    if row is None:
        raise UnknownCheckIn
    check_in, member = row.CheckIn, row.PoolMember
    heads = {*units.superiors(session, member.person), member.accountable_head or ""}
    note = session.get(WellbeingNote, check_in_id)
    facts = CheckInFacts(
        member=member.person.username,
        talked=frozenset({check_in.responsible, check_in.held_by} - {""}),
        heads=frozenset(heads - {"", member.person.username}),
        outcome=check_in.outcome,
        written_by=note.written_by if note else None,
    )
    return Told(check_in, member, facts)


def wellbeing(session: Session, check_in: CheckIn, *, today: date) -> WellbeingNote | None:
    """Return what was said about life, as long as it is kept; ask the policy first."""
    note = session.get(WellbeingNote, check_in.id)
    return note if note is not None and note.expires_on > today else None


def actions(session: Session, check_in: CheckIn) -> list[SupportAction]:
    """Return what was done after a check-in."""
    return list(
        session.scalars(
            select(SupportAction)
            .where(SupportAction.check_in_id == check_in.id)
            .order_by(SupportAction.id)
        )
    )


def _joined() -> Select[CheckIn, PoolMember]:
    """Return the query for check-ins with their members."""
    person = joinedload(PoolMember.person)
    return (
        select(CheckIn, PoolMember)
        .join(PoolMember, PoolMember.id == CheckIn.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .options(joinedload(PoolMember.pool), person.joinedload(Person.unit))
    )


def _visible(actor: Actor) -> Select[CheckIn, PoolMember]:
    """Return the query for the check-ins of which an actor knows."""
    return _joined().where(visible_check_ins(actor))


def _narrowed(
    query: Select[CheckIn, PoolMember], kind: CheckInKind | None, state: CheckInState | None
) -> Select[CheckIn, PoolMember]:
    """Apply the filters."""
    if kind is not None:
        query = query.where(CheckIn.kind == kind)
    return query if state is None else query.where(CheckIn.state == state)
