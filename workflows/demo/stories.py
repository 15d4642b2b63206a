"""The cases of the demonstration before they happen: who, when, and how it will go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from itertools import islice
from random import Random

from workflows.demo.organisation import Organisation
from workflows.demo.reserve import POOLS, PoolSketch
from workflows.demo.workforce import Employee
from workflows.engine.transition import WorkingCalendar
from workflows.vocabulary import EmploymentStatus

NUMBER_OF_CASES = 120
# A nomination takes 45 to 60 working days; a few older ones are over or stuck.
_OLDEST_WORKING_DAYS = 85


class Ending(Enum):
    """Where a story is heading; many are still on their way."""

    MEMBER = auto()
    REFUSES = auto()
    SILENT = auto()  # the candidate never answers
    REJECTED = auto()
    DEFERRED = auto()
    OBJECTION = auto()
    STUCK = auto()  # somebody does not act, see `stuck_at`


# Steps at which a case stays when nobody acts: no timer leads on from there.
_STICKING_POINTS = (
    frozenset({"completeness"}),
    frozenset({"choose_reviewers"}),
    frozenset({"assess", "late_assessment"}),
    frozenset({"answer_evidence"}),
    frozenset({"close_meeting"}),
    frozenset({"welcome_talk"}),
    frozenset({"set_horizon"}),
)
_ENDINGS = {
    Ending.MEMBER: 52,
    Ending.REFUSES: 3,
    Ending.SILENT: 4,
    Ending.REJECTED: 16,
    Ending.DEFERRED: 8,
    Ending.OBJECTION: 8,
    Ending.STUCK: 16,
}


@dataclass
class Story:
    """One nomination: its people, its pace and its turns."""

    candidate: str
    nominator: str
    pool: str
    channel: str
    begins_at: datetime
    ending: Ending
    pace: float  # 1 is in time, more is late
    stuck_at: frozenset[str] = frozenset()
    is_incomplete: bool = False
    reviewers: tuple[str, ...] = ()
    barred: frozenset[str] = field(default_factory=frozenset)
    was_returned: bool = False
    was_deferred: bool = False
    was_objected_to: bool = False
    instance_id: int = 0
    nomination_id: int = 0

    def may_judge(self, username: str) -> bool:
        """Say whether somebody may review in this case."""
        return username not in self.barred


# How often somebody is nominated of whom the eligibility decision says this.
_CHANCES = {"ELIGIBLE": 1.0, "WAIVER_NEEDED": 0.2, "HOLD": 0.8, "INELIGIBLE": 0.05}
_SHARES = {"leaders": 0.55, "specialists": 0.33, "directors": 0.12}
_WELL_KNOWN_NOMINATOR = "nora.lindqvist"
_HOME_OF_WELL_KNOWN = "ENE-2"  # the unit of the well-known head and candidate

Outlook = Callable[[Employee, str], str]


class Novelist:
    """
    Makes up the stories; the same seed makes up the same.

    `outlook` says what the eligibility decision makes of somebody for a pool.
    """

    def __init__(
        self,
        random: Random,
        organisation: Organisation,
        outlook: Outlook,
        calendar: WorkingCalendar,
        now: datetime,
    ) -> None:
        self._random = random
        self._organisation = organisation
        self._outlook = outlook
        self._calendar = calendar
        self._now = now
        self._managers = [
            each.username
            for each in organisation.employees
            if each.is_head and each.level >= 3 and not each.part
        ]

    def stories(self, number: int = NUMBER_OF_CASES) -> list[Story]:
        """Return the stories in the order of their beginnings."""
        found = [
            self._story(sketch, candidate)
            for sketch in POOLS
            for candidate in islice(
                self._candidates(sketch), max(1, round(number * _SHARES[sketch.code]))
            )
        ]
        return sorted(found, key=lambda story: (story.begins_at, story.candidate))

    def _candidates(self, sketch: PoolSketch) -> Iterator[Employee]:
        """Yield people to be nominated; those of the well-known head come first."""
        everybody = [
            each for each in self._organisation.employees if self._is_candidate(sketch, each)
        ]
        self._random.shuffle(everybody)
        everybody.sort(key=lambda each: each.unit.code != _HOME_OF_WELL_KNOWN)
        for each in everybody:
            if self._random.random() < _CHANCES[self._outlook(each, sketch.code)]:
                yield each

    def _is_candidate(self, sketch: PoolSketch, employee: Employee) -> bool:
        """Say whether somebody could be nominated; mostly, but not always, with success."""
        return (
            employee.level in sketch.from_levels
            and employee.category in sketch.categories
            and employee.status is EmploymentStatus.ACTIVE
            and not employee.part
            and employee.id not in self._organisation.members[sketch.code]
            and (self._now.date() - employee.hire_date).days > 2 * 365
        )

    def _story(self, sketch: PoolSketch, candidate: Employee) -> Story:
        """Make up one nomination."""
        random = self._random
        ending = random.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        nominator, channel = self._nominator(sketch, candidate)
        mates = {
            each.username
            for each in self._organisation.employees
            if each.unit.code == candidate.unit.code
        }
        return Story(
            candidate=candidate.username,
            nominator=nominator,
            pool=sketch.code,
            channel=channel,
            begins_at=self._beginning(ending),
            ending=ending,
            pace=random.choices((0.7, 1.0, 1.2, 1.5), (30, 40, 20, 10))[0],
            stuck_at=random.choice(_STICKING_POINTS) if ending is Ending.STUCK else frozenset(),
            is_incomplete=random.random() < 0.15,
            barred=frozenset({*mates, nominator, candidate.username}),
        )

    def _nominator(self, sketch: PoolSketch, candidate: Employee) -> tuple[str, str]:
        """Return who nominates, and by which channel."""
        random = self._random
        if candidate.unit.code.startswith("ENE") and random.random() < 0.5:
            return _WELL_KNOWN_NOMINATOR, "unit"
        channels = sketch.settings.get("channels", ["unit", "self"])
        if "self" in channels and random.random() < 0.12:
            return candidate.username, "self"
        others = [name for name in self._managers if name != candidate.username]
        superior = self._organisation.heads[candidate.username]
        if superior is not None and superior not in others and random.random() < 0.3:
            return superior, "unit"
        return random.choice(others), "unit"

    def _beginning(self, ending: Ending) -> datetime:
        """Return when a nomination is submitted, on some working day in working hours."""
        random = self._random
        days = round(random.triangular(0, _OLDEST_WORKING_DAYS, 12))
        if ending is Ending.STUCK:
            days = random.randrange(40, _OLDEST_WORKING_DAYS)
        elif ending is Ending.SILENT and random.random() < 0.6:
            days = random.randrange(0, 3)
        day = self._calendar.add_working_days(self._now, -days - 1)
        return day.replace(hour=random.randrange(7, 16), minute=random.randrange(60))
