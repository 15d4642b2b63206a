"""
Charts that the server draws: where each bar lies, and the numbers for the table below it.

A drawing is as wide as a phone, so that its words can be read there too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 360
_TOP = 18  # for the numbers above the bars
_TALL = 120
_WORDS = 22  # for the labels below them
_ROW = 44
_FEWEST_POINTS = 2
_MOST_POINTS = 8
_GRADES = "ABCD"
_LEVEL = 30


@dataclass(frozen=True)
class Bar:
    """
    One number of a chart.

    Attributes:
        words: What it means in full, for whoever cannot see the bar.
        href: The list of what it counts.

    """

    number: int
    tone: str
    words: str
    href: str | None = None


@dataclass(frozen=True)
class Row:
    """What stands at one label: a bar for each series."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """
    Numbers with their words, ready to be drawn.

    Attributes:
        key: Begins the ids of its elements; one of a kind on the page.
        told: What the picture shows in a sentence.
        heads: The heads of the table: of the labels, then of each series.

    """

    key: str
    title: str
    told: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def top(self) -> int:
        """Return the largest number."""
        return max((bar.number for row in self.rows for bar in row.bars), default=0)

    @property
    def has_links(self) -> bool:
        """Say whether something in it can be followed; then it is no plain picture."""
        return any(bar.href for row in self.rows for bar in row.bars)

    @property
    def tones(self) -> tuple[str, ...]:
        """Return the tones of the series."""
        return tuple(bar.tone for bar in self.rows[0].bars) if self.rows else ()


@dataclass(frozen=True)
class Drawn:
    """A bar with its place; the target around it can be hit with a finger."""

    bar: Bar
    label: str
    x: float
    y: float
    width: float
    height: float
    target: tuple[float, float, float, float]


def columns(chart: Chart) -> tuple[int, list[Drawn]]:
    """Return the height of a drawing with upright bars, and the bars."""
    return _TOP + _TALL + _WORDS, list(_upright(chart))


def rows(chart: Chart) -> tuple[int, list[Drawn]]:
    """Return the height of a drawing with lying bars, and the bars; each row has one."""
    return len(chart.rows) * _ROW, list(_lying(chart))


def _upright(chart: Chart) -> Iterator[Drawn]:
    """Place bars side by side, those of one label together."""
    step = WIDTH / max(len(chart.rows), 1)
    for number, row in enumerate(chart.rows):
        wide = step * 0.94 / max(len(row.bars), 1)
        for place, bar in enumerate(row.bars):
            x = number * step + step * 0.03 + place * wide
            height = _TALL * bar.number / chart.top if chart.top else 0.0
            yield Drawn(
                bar,
                row.label,
                x=round(x + wide * 0.1, 1),
                y=round(_TOP + _TALL - height, 1),
                width=round(wide * 0.8, 1),
                height=round(height, 1),
                target=(round(x, 1), 0, round(wide, 1), _TOP + _TALL),
            )


def _lying(chart: Chart) -> Iterator[Drawn]:
    """Place bars below each other, each under its label."""
    most = WIDTH - 48  # leaves room for the number behind the longest
    for number, row in enumerate(chart.rows):
        bar, top = row.bars[0], number * _ROW
        width = most * bar.number / chart.top if chart.top else 0.0
        yield Drawn(
            bar,
            row.label,
            x=0,
            y=top + 20,
            width=round(width, 1),
            height=14,
            target=(0, top, WIDTH, _ROW - 4),
        )


@dataclass(frozen=True)
class Point:
    """A grade in a year, with its place."""

    year: int
    grade: str
    x: float
    y: float


@dataclass(frozen=True)
class Growth:
    """The grades of somebody over the years; the best grade lies on top."""

    points: tuple[Point, ...]

    @property
    def height(self) -> int:
        """Return the height of the drawing."""
        return _LEVEL * len(_GRADES) + _WORDS

    @property
    def line(self) -> str:
        """Return the line through the points, as SVG writes it."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def levels(self) -> list[tuple[str, float]]:
        """Return each grade with its height in the drawing."""
        return [(grade, _height_of(grade)) for grade in _GRADES]


def growth(grades: Sequence[tuple[int, str]]) -> Growth | None:
    """Return the drawing of grades by year; one alone shows no growth."""
    known = sorted(each for each in grades if each[1] in _GRADES)[-_MOST_POINTS:]
    if len(known) < _FEWEST_POINTS:
        return None
    step = (WIDTH - 80) / (len(known) - 1)
    points = tuple(
        Point(year, grade, round(50 + place * step, 1), _height_of(grade))
        for place, (year, grade) in enumerate(known)
    )
    return Growth(points)


def _height_of(grade: str) -> float:
    """Return where the line of a grade lies."""
    return _LEVEL * _GRADES.index(grade) + _LEVEL / 2
