"""The people of the demonstration: who works where, since when and as what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from workflows.demo.logins import LOGINS, Login
from workflows.demo.names import Christener, FullName
from workflows.demo.structure import HEAD_TITLES, SPECIALTIES, UnitPlan
from workflows.people import free_username
from workflows.vocabulary import EmploymentStatus, Temperature

FEWEST_PEOPLE = 150
_HEAD_LEVELS = (4, 4, 3, 2)
_TITLES = {
    "engineering": ("Engineer", "Developer", "Technician", "Analyst", "Designer"),
    "operations": ("Operator", "Technician", "Dispatcher", "Planner", "Inspector"),
    "customer": ("Adviser", "Agent", "Consultant", "Coordinator", "Specialist"),
    "corporate": ("Accountant", "Consultant", "Analyst", "Officer", "Specialist"),
}
_YOUNGEST = {1: 21, 2: 30, 3: 36, 4: 43}


@dataclass
class Employee:
    """One person with the post that he holds; `id` comes from the database."""

    number: str
    username: str
    name: FullName
    unit: UnitPlan
    level: int
    is_head: bool
    birth_date: date
    career_start: date
    hire_date: date
    level_since: date
    education_rank: int
    specialty: str
    status: EmploymentStatus
    title: str
    temperature: Temperature
    roles: list[str]
    groups: list[str] = field(default_factory=list)
    part: str = ""
    id: int = 0

    @property
    def category(self) -> str:
        """Return the category of the person's work."""
        return self.unit.category


@dataclass(frozen=True)
class _Seat:
    """A place in the organisation that somebody is to fill."""

    unit: UnitPlan
    level: int
    is_head: bool
    login: Login | None = None


class Workforce:
    """Hires everybody, at random but always the same for one seed and day."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        names = {_full_name(login) for login in LOGINS}
        self._christener = Christener(random, names)
        self._usernames = {login.username for login in LOGINS}
        self._hired = 0

    def hire(self, units: list[UnitPlan], people: int) -> list[Employee]:
        """Return the people of all units: heads first in each, well-known ones in their places."""
        return [self._employee(seat) for seat in self._seats(units, people)]

    def _seats(self, units: list[UnitPlan], people: int) -> Iterator[_Seat]:
        """Yield the places to fill, as many as there should be people."""
        known = {unit.code: [each for each in LOGINS if each.unit == unit.code] for unit in units}
        fixed = sum(max(1, len(_staff(known[unit.code])) + 1) for unit in units)
        remaining = max(people, FEWEST_PEOPLE) - fixed
        shares = sum(unit.share for unit in units)
        handed_out, share_so_far = 0, 0
        for unit in units:
            heads = [login for login in known[unit.code] if login.is_head]
            head = heads[0] if heads else None
            yield _Seat(unit, _HEAD_LEVELS[unit.depth], is_head=True, login=head)
            for login in _staff(known[unit.code]):
                yield _Seat(unit, login.level, is_head=False, login=login)
            share_so_far += unit.share
            upto = remaining * share_so_far // shares
            for _ in range(upto - handed_out):
                yield _Seat(unit, self._level(unit), is_head=False)
            handed_out = upto

    def _level(self, unit: UnitPlan) -> int:
        """Return the level of somebody who does not lead the unit."""
        heads, seniors = ((0.3, 0.7), (0.3, 0.7), (0.1, 0.4), (0.0, 0.14))[unit.depth]
        chance = self._random.random()
        if chance < heads:
            return 3
        return 2 if chance < seniors else 1

    def _employee(self, seat: _Seat) -> Employee:
        """Return the person who fills a place."""
        self._hired += 1
        login = seat.login
        name = _full_name(login) if login else self._name()
        username = login.username if login else self._username(name)
        birth_date, career_start, hire_date, level_since = self._dates(seat)
        category = seat.unit.category
        return Employee(
            number=f"{10_000 + self._hired}",
            username=username,
            name=name,
            unit=seat.unit,
            level=seat.level,
            is_head=seat.is_head,
            birth_date=birth_date,
            career_start=career_start,
            hire_date=hire_date,
            level_since=level_since,
            education_rank=self._education(seat),
            specialty=self._random.choice(SPECIALTIES[category]),
            status=self._status(seat),
            title=self._title(seat),
            temperature=self._temperature(category),
            roles=list(login.roles) if login else self._roles(seat),
            groups=list(login.groups) if login else [],
            part=login.part if login else "",
        )

    def _name(self) -> FullName:
        """Return a new name; women and men are about equally many."""
        return self._christener.name(is_woman=self._random.random() < 0.5)

    def _username(self, name: FullName) -> str:
        """Return a username made of a name."""
        username = free_username(name.given, name.family, self._usernames)
        self._usernames.add(username)
        return username

    def _dates(self, seat: _Seat) -> tuple[date, date, date, date]:
        """Return birth, start of work, hiring, and the day the present level was reached."""
        youngest = _YOUNGEST[seat.level]
        age = self._random.triangular(youngest, 63, youngest + 9)
        if seat.login:
            age = self._random.uniform(youngest + 6, youngest + 15)
        birth_date = self._today - timedelta(days=round(age * 365.25))
        career_start = birth_date + timedelta(days=round(self._random.uniform(19, 26) * 365.25))
        latest = self._today - timedelta(days=7 * 365 if seat.login or seat.is_head else 90)
        career_start = min(career_start, latest)
        hire_date = self._between(career_start, latest, towards_start=1.6)
        if seat.level == 1:
            return birth_date, career_start, hire_date, hire_date
        newest = self._today - timedelta(days=3 * 365 if seat.login else 150)
        earliest = max(hire_date, self._today - timedelta(days=11 * 365))
        return birth_date, career_start, hire_date, self._between(earliest, newest)

    def _between(self, first: date, last: date, *, towards_start: float = 1.0) -> date:
        """Return a day between two, perhaps rather near the first."""
        span = max((last - first).days, 0)
        return first + timedelta(days=round(span * self._random.random() ** towards_start))

    def _education(self, seat: _Seat) -> int:
        """Return the rank of the highest education; 3 is a bachelor's degree."""
        if seat.login:
            return 4
        weights = ((6, 26, 44, 21, 3), (2, 9, 46, 37, 6))[seat.level > 1]
        return self._random.choices((1, 2, 3, 4, 5), weights)[0]

    def _status(self, seat: _Seat) -> EmploymentStatus:
        """Return whether somebody still works here; heads and well-known people do."""
        chance = self._random.random()
        if seat.is_head or seat.login or chance > 0.035:
            return EmploymentStatus.ACTIVE
        return EmploymentStatus.SUSPENDED if chance < 0.005 else EmploymentStatus.LEFT

    def _title(self, seat: _Seat) -> str:
        """Return what the post is called."""
        if seat.is_head:
            return f"{HEAD_TITLES[seat.unit.depth]}, {seat.unit.name}"
        title = self._random.choice(_TITLES[seat.unit.category])
        return (title, f"Senior {title}", f"Chief {title}")[min(seat.level, 3) - 1]

    def _temperature(self, category: str) -> Temperature:
        """Return how much pressure there is in a post of a category."""
        weights = {"operations": (4, 5, 1), "customer": (4, 4, 2), "engineering": (2, 6, 2)}
        kinds = (Temperature.HOT, Temperature.NORMAL, Temperature.COLD)
        return self._random.choices(kinds, weights.get(category, (1, 5, 4)))[0]

    def _roles(self, seat: _Seat) -> list[str]:
        """Return the roles of an ordinary person's account."""
        roles = ["member"]
        if seat.is_head:
            roles.append("manager")
        if seat.level >= 2 and self._random.random() < 0.2:
            roles.append("mentor")
        if seat.level >= 3 and not seat.is_head and self._random.random() < 0.25:
            roles.append("reviewer")
        if seat.unit.code == "COR-2" and self._random.random() < 0.4:
            roles.append("hr")
        return sorted(roles)


def _staff(logins: list[Login]) -> list[Login]:
    """Return the well-known people of a unit who do not lead it."""
    return [login for login in logins if not login.is_head]


def _full_name(login: Login) -> FullName:
    """Return the name of a well-known person."""
    given, _, family = login.name.partition(" ")
    return FullName(given, family)
