"""Figures of a benchmark: medians of repeats, beside what they are to reach."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.cli.output import table

REPEATS = 3


@dataclass(slots=True)
class Figures:
    """What was measured, by name: one figure for each repeat."""

    found: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, figure: float) -> None:
        """Write one figure down."""
        self.found.setdefault(name, []).append(figure)

    def median(self, name: str) -> float | None:
        """Return the median of the repeats."""
        return statistics.median(self.found[name]) if name in self.found else None

    def ratio(self, name: str, other: str) -> float | None:
        """Return how many times one figure is another; none if one of them is missing."""
        above, below = self.median(name), self.median(other)
        return above / below if above is not None and below else None


@dataclass(frozen=True, slots=True)
class Goal:
    """
    Something to reach.

    Attributes:
        is_most: Whether less is better.

    """

    title: str
    figure: float | None
    floor: float
    moonshot: float
    is_most: bool = True

    @property
    def verdict(self) -> str:
        """Say how far it is reached."""
        if self.figure is None:
            return "not measured"
        sign = 1 if self.is_most else -1
        if sign * self.figure <= sign * self.moonshot:
            return "moonshot"
        return "floor" if sign * self.figure <= sign * self.floor else "missed"


def of_goals(goals: Sequence[Goal]) -> list[dict[str, Any]]:
    """Return goals for a program."""
    return [
        {
            "title": goal.title,
            "figure": goal.figure,
            "floor": goal.floor,
            "moonshot": goal.moonshot,
            "reached": goal.verdict,
        }
        for goal in goals
    ]


def lines(figures: Mapping[str, float | None], goals: Sequence[Goal]) -> Iterator[str]:
    """Yield figures and goals for a person."""
    yield from table(
        [(name, _written(figure)) for name, figure in figures.items()], ("measured", "median")
    )
    if goals:
        yield ""
        rows = [
            (one.title, _written(one.figure), f"{one.floor:g}", f"{one.moonshot:g}", one.verdict)
            for one in goals
        ]
        yield from table(rows, ("goal", "now", "floor", "moonshot", "reached"))


def milliseconds(spent: Sequence[float]) -> float:
    """Return the median of seconds as milliseconds."""
    return statistics.median(spent) * 1_000


def repeated(work: Sequence[Callable[[], None]], repeats: int = REPEATS) -> None:
    """Do all the work in turn, round by round, so that a noisy moment hits everybody."""
    for _ in range(repeats):
        for one in work:
            one()


def _written(figure: float | None) -> str:
    """Write a figure with three digits that count."""
    if figure is None:
        return "-"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
