"""Who was and is a member of a pool of the demonstration, and the plans that fit."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from workflows.demo.reserve import PoolSketch
from workflows.demo.workforce import Employee
from workflows.pools import Cell, term_end
from workflows.vocabulary import EmploymentStatus, Horizon, Lifecycle, Readiness, Standing

TERM_MONTHS = 36
# The well-known candidate counts here: there must be room.
ROOMY = ("leaders", 2, "engineering")
# Nobody planned this one, so that a nomination can fail for want of a plan.
UNPLANNED = ("specialists", 1, "operations", Horizon.LONG)

_EXITS = ("APPOINTED", "WITHDRAWN", "TERM_END", "LEFT_ORGANISATION", "GRADE")
_EXIT_WEIGHTS = (40, 15, 30, 10, 5)
_STATES = {
    Lifecycle.ACTIVE: 80,
    Lifecycle.INTAKE: 5,
    Lifecycle.SUSPENDED: 3,
    Lifecycle.UNDER_CONSIDERATION: 4,
    Lifecycle.RENEWAL_DUE: 5,
    Lifecycle.EXIT_PROPOSED: 3,
}
_READY_WEIGHTS = {
    Horizon.NEAR: (10, 40, 40, 10, 0, 0),
    Horizon.MID: (15, 5, 30, 40, 10, 0),
    Horizon.LONG: (25, 0, 5, 30, 35, 5),
}


@dataclass
class Membership:
    """One membership that was or is, as rows; the changes still lack its id."""

    row: dict[str, Any]
    changes: list[dict[str, Any]]

    @property
    def cell(self) -> Cell:
        """Return the cell of the plan in which the seat counts."""
        return self.row["level_rank"], self.row["category"], self.row["horizon"]

    @property
    def is_over(self) -> bool:
        """Say whether the person has left the pool."""
        return self.row["lifecycle"] is Lifecycle.EXITED


class Recruiter:
    """Fills a pool with the history of its members."""

    def __init__(self, random: Random, today: date, heads: dict[str, str | None]) -> None:
        self._random = random
        self._today = today
        self._heads = heads  # direct superior by username

    def members(
        self, sketch: PoolSketch, pool_id: int, employees: list[Employee]
    ) -> list[Membership]:
        """Return former and present members of a pool in the order in which they joined."""
        suitable = [each for each in employees if self._suits(sketch, each)]
        size = min(len(suitable), sketch.members + sketch.former)
        chosen = self._random.sample(suitable, size)
        former = size * sketch.former // (sketch.members + sketch.former)
        memberships = [
            self._membership(sketch, pool_id, employee, is_former=index < former)
            for index, employee in enumerate(chosen)
        ]
        memberships.sort(key=lambda each: each.row["joined_on"])
        for number, each in enumerate(memberships, start=1):
            year = each.row["joined_on"].year
            each.row["number"] = f"{sketch.code.upper()}-{year}-{number:04d}"
        return memberships

    def cells(
        self, sketch: PoolSketch, memberships: list[Membership]
    ) -> list[tuple[Cell, tuple[int, int, int]]]:
        """Return the cells of a plan, some with room, some full, and one that is missing."""
        filled = Counter(each.cell for each in memberships if not each.is_over)
        cells = []
        for cell in self._possible_cells(sketch):
            room = self._random.choice((-1, 0, 0, 1, 1, 2, 3))
            if (sketch.code, *cell[:2]) == ROOMY:
                room = 4
            target = max(1, filled[cell] + room)
            maximum = max(target, filled[cell]) + self._random.choice((0, 1, 2))
            cells.append((cell, (target // 2, target, maximum)))
        return cells

    def cooling_off(self, memberships: list[Membership]) -> list[dict[str, Any]]:
        """Return the pauses of those who left not long ago."""
        return [
            {
                "person_id": each.row["person_id"],
                "pool_id": each.row["pool_id"],
                "until": each.row["exited_on"] + timedelta(days=365),
                "reason": each.row["exit_reason"],
            }
            for each in memberships
            if each.is_over and each.row["exit_reason"] not in {"APPOINTED", "TERM_END"}
        ]

    def _possible_cells(self, sketch: PoolSketch) -> Iterator[Cell]:
        """Yield every cell of level, category and horizon that the pool plans."""
        for level in sketch.from_levels:
            for category in sketch.categories:
                for horizon in Horizon:
                    if (sketch.code, level, category, horizon) != UNPLANNED:
                        yield level, category, horizon

    def _suits(self, sketch: PoolSketch, employee: Employee) -> bool:
        """Say whether somebody may have been nominated; the well-known people were not."""
        return (
            employee.level in sketch.from_levels
            and employee.category in sketch.categories
            and employee.status is EmploymentStatus.ACTIVE
            and not employee.part
            and (self._today - employee.hire_date).days > 4 * 365
        )

    def _membership(
        self, sketch: PoolSketch, pool_id: int, employee: Employee, *, is_former: bool
    ) -> Membership:
        """Return one membership with everything that happened to it."""
        random = self._random
        state = Lifecycle.EXITED if is_former else random.choices(*_columns(_STATES))[0]
        joined_on = self._today - timedelta(days=self._days_ago(state))
        horizon = random.choices(tuple(Horizon), (40, 40, 20))[0]
        reason = random.choices(_EXITS, _EXIT_WEIGHTS)[0] if is_former else ""
        exited_on = None
        if is_former:
            exited_on = joined_on + timedelta(days=random.randrange(250, 700))
        row = {
            "pool_id": pool_id,
            "person_id": employee.id,
            "lifecycle": state,
            "horizon": horizon,
            "readiness": random.choices(tuple(Readiness), _READY_WEIGHTS[horizon])[0],
            "standing": random.choices(tuple(Standing)[:4], (88, 6, 3, 3))[0],
            "level_rank": employee.level,
            "category": employee.category,
            "accountable_head": self._heads.get(employee.username),
            "joined_on": joined_on,
            "term_end": term_end(joined_on, TERM_MONTHS),
            "last_grade": random.choices("ABC", (30, 64, 6))[0],
            "exited_on": exited_on,
            "exit_reason": reason,
        }
        return Membership(row, list(self._changes(row)))

    def _days_ago(self, state: Lifecycle) -> int:
        """Return how many days ago somebody joined who is in this state now."""
        random = self._random
        if state is Lifecycle.EXITED:
            return random.randrange(740, 5 * 365)
        if state is Lifecycle.INTAKE:
            return random.randrange(1, 12)
        if state is Lifecycle.RENEWAL_DUE:
            return random.randrange(1010, 1080)
        return random.randrange(40, 1000)

    def _changes(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the steps of a membership from its beginning to its state of today."""
        joined_on, state = row["joined_on"], row["lifecycle"]
        yield _change(None, Lifecycle.INTAKE, "Confirmed", joined_on)
        if state is Lifecycle.INTAKE:
            return
        active_on = joined_on + timedelta(days=self._random.randrange(8, 20))
        yield _change(Lifecycle.INTAKE, Lifecycle.ACTIVE, "Intake completed", active_on)
        if state is Lifecycle.ACTIVE:
            return
        changed_on = row["exited_on"] or self._today - timedelta(days=self._random.randrange(1, 15))
        yield _change(Lifecycle.ACTIVE, state, row["exit_reason"] or "Periodic review", changed_on)


def _change(before: Lifecycle | None, after: Lifecycle, reason: str, day: date) -> dict[str, Any]:
    """Return the row of one step in the life of a membership."""
    return {
        "from_state": before,
        "to_state": after,
        "reason": reason,
        "actor": "priya.sharma",
        "at": datetime.combine(day, time(10), UTC),
    }


def _columns(weights: dict[Lifecycle, int]) -> tuple[list[Lifecycle], list[int]]:
    """Return what may be drawn, and how often."""
    return list(weights), list(weights.values())
