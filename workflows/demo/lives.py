"""What went on about members before the demonstration begins: who, when, and what began."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.demo.happenings import Happening, Happenings
from workflows.demo.logins import LOGINS
from workflows.engine.transition import WorkingCalendar
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember
from workflows.review_states import CycleKind
from workflows.vocabulary import EmploymentStatus, Lifecycle

# Between how many working days ago something began.
_LONG_AGO, _LATELY = (40, 85), (3, 30)
_REVIEWS_BEGAN, _SHORT_REVIEWS_BEGAN = 48, 12
_PEOPLE_PER_MEMBER = 25
_FEWEST_MEMBERS, _MOST_MEMBERS = 3, 24
# A small demonstration is for those who cannot wait: one short cycle that has just begun.
_FEWEST_REVIEWED = 300  # people
_BEGAN_JUST_NOW = 2
_CONTESTED = (2, 4)
_MOST_REVIEWED = 12
_CYCLES = ((CycleKind.ANNUAL, _REVIEWS_BEGAN), (CycleKind.MINI, _SHORT_REVIEWS_BEGAN))
# Where there is room, another pool has its grades behind it: rules are tried on past decisions.
_FEWEST_GRADED = 1_000  # people
_GRADES_BEGAN = 75
_CYCLES_OF_MANY = ((CycleKind.ANNUAL, _REVIEWS_BEGAN), (CycleKind.ANNUAL, _GRADES_BEGAN))
_EXITS = ("voluntary", "appointed", "grade_D", "voluntary", "term_end")


@dataclass(frozen=True)
class Life:
    """Something that begins in the life of a member or of a pool."""

    begins_at: datetime
    begin: Happening


class Biographer:
    """Makes up what began; the same seed makes up the same."""

    def __init__(
        self, session: Session, random: Random, calendar: WorkingCalendar, now: datetime
    ) -> None:
        self._session = session
        self._random = random
        self._calendar = calendar
        self._now = now
        self._happenings = Happenings(calendar, random)

    def lives(self, people: int) -> list[Life]:
        """Return what began, in the order of its beginnings; more people have more of it."""
        number = min(_MOST_MEMBERS, max(_FEWEST_MEMBERS, people // _PEOPLE_PER_MEMBER))
        members = self._members()
        lived, others = members[:number], members[number:]
        found = [*self._of_members(lived), *self._exits(others), *self._left()]
        found += [*self._reviews(_cycles(people)), self._at(_CONTESTED, self._happenings.contest)]
        return sorted(found, key=lambda life: life.begins_at)

    def _of_members(self, members: Sequence[int]) -> Iterator[Life]:
        """Let members be accompanied, and some of them get into trouble or change the mentor."""
        for place, member_id in enumerate(members):
            accompanied = partial(self._happenings.activate, member_id)
            yield self._at(_LONG_AGO, accompanied)
            if place % 3 == 0:
                yield self._at(_LATELY, partial(self._happenings.report, member_id))
            if place % 5 == 1:
                yield self._at(_LATELY, partial(self._happenings.change_mentor, member_id))

    def _exits(self, members: Sequence[int]) -> Iterator[Life]:
        """Let some members leave, each for another reason."""
        for member_id, cause in zip(members, _EXITS, strict=False):
            leaves = partial(self._happenings.ask_out, member_id, cause)
            yield self._at(_LATELY, leaves)

    def _left(self) -> Iterator[Life]:
        """Let somebody leave the organisation who is in no pool."""
        inside = select(PoolMember.person_id)
        left = self._session.scalars(
            select(Person.username)
            .where(
                Person.employment_status == EmploymentStatus.ACTIVE,
                Person.id.not_in(inside),
                Person.username.not_in([login.username for login in LOGINS]),
            )
            .order_by(Person.id.desc())
            .limit(1)
        )
        for username in left:
            yield self._at(_LATELY, partial(self._happenings.leave, username))

    def _reviews(self, begun: Sequence[tuple[CycleKind, int]]) -> Iterator[Life]:
        """Let the smallest pools be reviewed: of each the kind, and how many days ago."""
        sizes = self._session.execute(
            select(Pool.code, func.count().label("number"))
            .join(PoolMember, PoolMember.pool_id == Pool.id)
            .where(PoolMember.lifecycle == Lifecycle.ACTIVE)
            .group_by(Pool.code)
            .order_by("number", Pool.code)
        ).all()
        for row, (kind, days) in zip(sizes, begun, strict=False):
            if row.number <= _MOST_REVIEWED or kind is CycleKind.ANNUAL:
                given = {"pool": row.code, "kind": kind.value}
                yield self._at((days, days + 1), partial(self._happenings.review, given))

    def _members(self) -> list[int]:
        """Return the active members in an order by chance, without the well-known people."""
        rows = self._session.scalars(
            select(PoolMember.id)
            .join(Person, Person.id == PoolMember.person_id)
            .where(
                PoolMember.lifecycle == Lifecycle.ACTIVE,
                Person.username.not_in([login.username for login in LOGINS]),
            )
            .order_by(PoolMember.id)
        ).all()
        return self._random.sample(list(rows), len(rows))

    def _at(self, days: tuple[int, int], begin: Happening) -> Life:
        """Let something begin on a working day in working hours, so many days ago."""
        day = self._calendar.add_working_days(self._now, -self._random.randrange(*days))
        hour, minute = self._random.randrange(7, 16), self._random.randrange(60)
        return Life(day.replace(hour=hour, minute=minute), begin)


def _cycles(people: int) -> Sequence[tuple[CycleKind, int]]:
    """Return the reviews that began in so large an organisation, and how many days ago."""
    if people < _FEWEST_REVIEWED:
        return ((CycleKind.MINI, _BEGAN_JUST_NOW),)
    return _CYCLES if people < _FEWEST_GRADED else _CYCLES_OF_MANY
