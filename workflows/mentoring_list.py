"""The mentor board: every member with mentor, load and missed contacts, the lonely ones first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from workflows import naming, pairings
from workflows.actors import Actor
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState
from workflows.csv_text import as_csv
from workflows.member_visibility import named_or_numbered
from workflows.memberships import UnknownMember
from workflows.mentoring_access import visible_members
from workflows.mentoring_tables import MentorPairing, MentorProfile, PairingKind
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

COLUMNS = ("member", "number", "pool", "mentor", "kind", "since", "load", "capacity", "missed")
_GONE = (Lifecycle.EXITED, Lifecycle.INTAKE)
_HAS_MENTOR = case((MentorPairing.id.is_(None), 0), else_=1)
_MISSED = (
    select(func.count(CheckIn.id))
    .where(
        CheckIn.member_id == PoolMember.id,
        CheckIn.kind == CheckInKind.MENTOR,
        CheckIn.state == CheckInState.MISSED,
        CheckIn.responsible == MentorPairing.mentor,
    )
    .correlate(PoolMember, MentorPairing)
    .scalar_subquery()
)


class BoardState(StrEnum):
    """What the board can be narrowed to."""

    WITHOUT = "without"
    INTERIM = "interim"
    MISSED = "missed"


@dataclass(frozen=True)
class BoardLine:
    """One member on the board; without a mentor there is no load."""

    member: PoolMember
    pairing: MentorPairing | None
    mentor_name: str | None
    load: int
    capacity: int
    missed: int

    @property
    def is_full(self) -> bool:
        """Say whether the mentor takes nobody else."""
        return self.pairing is not None and self.load >= self.capacity


def find(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    state: BoardState | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[BoardLine]:
    """
    Return the members whose mentoring an actor sees: first those without a mentor, then by name.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = _narrowed(_visible(actor), text, state)
    position = (_HAS_MENTOR, Person.sort_name, PoolMember.id)
    if cursor is not None:
        query = query.where(tuple_(*position) > tuple_(*from_cursor(cursor, int, str, int)))
    rows = session.execute(query.order_by(*position).limit(limit + 1)).all()
    lines = _lines(session, rows)
    return one_page(
        lines,
        limit,
        lambda last: (int(last.pairing is not None), last.member.person.sort_name, last.member.id),
    )


def line_of(session: Session, actor: Actor, number: str) -> BoardLine:
    """
    Return the line of one member.

    Raises:
        UnknownMember: There is none with this number whose mentoring the actor sees.

    """
    rows = session.execute(_visible(actor).where(PoolMember.number == number)).all()
    if not rows:
        raise UnknownMember(number)
    return _lines(session, rows)[0]


def counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Return how many members an actor sees, and how many of them need something."""
    number = {
        "all": func.count(),
        **{state.value: func.sum(case((_is(state), 1), else_=0)) for state in BoardState},
    }
    query = _visible(actor).with_only_columns(
        *(column.label(name) for name, column in number.items()), maintain_column_froms=True
    )
    row = session.execute(query).one()._mapping
    return {name: int(row[name] or 0) for name in number}


def export(session: Session, actor: Actor) -> str:
    """Return the whole board of an actor as CSV."""
    position = (_HAS_MENTOR, Person.sort_name, PoolMember.id)
    lines = _lines(session, session.execute(_visible(actor).order_by(*position)).all())
    return as_csv(COLUMNS, (_cells(line) for line in lines))


def _cells(line: BoardLine) -> list[Any]:
    """Return a line of the board in the order of the columns."""
    member, pairing = line.member, line.pairing
    who = [member.person.display_name, member.number, member.pool.name]
    if pairing is None:
        return [*who, "", "", "", "", "", ""]
    since = pairing.started_on.isoformat()
    return [
        *who,
        line.mentor_name,
        pairing.kind.value,
        since,
        line.load,
        line.capacity,
        line.missed,
    ]


def _visible(actor: Actor) -> Select[Any]:
    """Return the query for members, running primary pairings and missed contacts."""
    runs = and_(
        MentorPairing.member_id == PoolMember.id,
        MentorPairing.is_primary,
        MentorPairing.ended_on.is_(None),
    )
    person = joinedload(PoolMember.person)
    return (
        select(PoolMember, MentorPairing, _MISSED.label("missed"))
        .select_from(PoolMember)
        .join(Person, Person.id == PoolMember.person_id)
        .outerjoin(MentorPairing, runs)
        .options(joinedload(PoolMember.pool), person.joinedload(Person.unit))
        .where(PoolMember.lifecycle.not_in(_GONE), visible_members(actor))
    )


def _narrowed(query: Select[Any], text: str, state: BoardState | None) -> Select[Any]:
    """Apply the filters."""
    if state is not None:
        query = query.where(_is(state))
    return query.where(*named_or_numbered(text))


def _is(state: BoardState) -> ColumnElement[bool]:
    """Return the condition that a line is in a state."""
    return {
        BoardState.WITHOUT: MentorPairing.id.is_(None),
        BoardState.INTERIM: MentorPairing.kind == PairingKind.INTERIM,
        BoardState.MISSED: _MISSED > 0,
    }[state]


def _lines(session: Session, rows: Sequence[Any]) -> list[BoardLine]:
    """Add names, loads and capacities of the mentors, in a statement each."""
    mentors = sorted({row.MentorPairing.mentor for row in rows if row.MentorPairing is not None})
    names = naming.names_of(session, mentors)
    loads = pairings.loads(session, mentors)
    profiles = session.scalars(select(MentorProfile).where(MentorProfile.username.in_(mentors)))
    capacities = {profile.username: profile.capacity for profile in profiles}
    return [
        BoardLine(
            member=row.PoolMember,
            pairing=row.MentorPairing,
            mentor_name=names.get(mentor, mentor) if mentor else None,
            load=loads.get(mentor, 0) if mentor else 0,
            capacity=capacities.get(mentor, pairings.USUAL_CAPACITY) if mentor else 0,
            missed=row.missed if mentor else 0,
        )
        for row in rows
        for mentor in [row.MentorPairing.mentor if row.MentorPairing is not None else None]
    ]
