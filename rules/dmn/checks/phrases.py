"""Sentences about the inputs of a table."""

from collections.abc import Iterator, Sequence

from rules.dmn.checks.axes import Axis
from rules.dmn.checks.covering import Box
from rules.dmn.checks.points import Point
from rules.dmn.checks.probes import Seen
from rules.dmn.checks.wording import value

_MOST_PARTS = 4
_ON_A_LINE = frozenset({"at", "between", "below", "above"})


def region(axes: Sequence[Axis], box: Box, domain: Box) -> str:
    """Return a box in words: `Score in [60..70) and Level = "senior"`."""
    parts = [
        _on_axis(axis, mask & whole)
        for axis, mask, whole in zip(axes, box, domain, strict=True)
        if mask & whole != whole
    ]
    return " and ".join(parts)


def example(axes: Sequence[Axis], box: Box, domain: Box, seen: Seen) -> str:
    """Return the values of the columns that a box narrows, as they were in a run."""
    shown = [
        f"{axis.label} = {value(seen.values[axis.columns[0]])}"
        for axis, mask, whole in zip(axes, box, domain, strict=True)
        if mask & whole != whole
    ]
    return " and ".join(shown)


def values(axes: Sequence[Axis], among: Sequence[int], seen: Seen) -> str:
    """Return the values of some axes in a run."""
    shown = [f"{axes[axis].label} = {value(seen.values[axes[axis].columns[0]])}" for axis in among]
    return " and ".join(shown)


def inputs(seen: Seen) -> str:
    """Return the inputs of a run."""
    return ", ".join(f"{name} = {value(given)}" for name, given in seen.inputs.items())


def _on_axis(axis: Axis, mask: int) -> str:
    """Return some points of an axis in words."""
    parts = list(_runs(axis, mask))
    if len(parts) > _MOST_PARTS:
        parts = [*parts[:_MOST_PARTS], f"{len(parts) - _MOST_PARTS} more"]
    if len(parts) == 1:
        return f"{axis.label} {parts[0]}"
    return f"({axis.label} {' or '.join(parts)})"


def _runs(axis: Axis, mask: int) -> Iterator[str]:
    """Yield each run of neighbouring points in words."""
    run: list[Point] = []
    for place, point in enumerate(axis.points):
        if mask >> place & 1 and point.kind in _ON_A_LINE and not _stands_alone(point):
            if run and not _are_neighbours(run[-1], point):
                yield _range(run)
                run = []
            run.append(point)
            continue
        if run:
            yield _range(run)
            run = []
        if mask >> place & 1:
            yield _single(point)
    if run:
        yield _range(run)


def _stands_alone(point: Point) -> bool:
    """Say whether a point has no place on a line: a text, yes or no."""
    return point.low is None and point.high is None


def _are_neighbours(left: Point, right: Point) -> bool:
    """Say whether nothing lies between two points."""
    return bool(left.high is not None and left.high == right.low)


def _single(point: Point) -> str:
    """Return a point that is not on a line in words."""
    if point.kind == "null":
        return "= null"
    if point.kind == "other":
        return "is any other text"
    if point.kind in {"any", "foreign"}:
        return "is anything"
    return f"= {value(point.value)}"


def _range(run: Sequence[Point]) -> str:
    """Return neighbouring points of a line as a condition."""
    first, last = run[0], run[-1]
    low, high = first.low, last.high
    opening = "[" if first.kind == "at" else "("
    closing = "]" if last.kind == "at" else ")"
    if low is None and high is None:
        return "is anything"
    if low is None:
        return f"{'<=' if last.kind == 'at' else '<'} {value(high)}"
    if high is None:
        return f"{'>=' if first.kind == 'at' else '>'} {value(low)}"
    if first is last and first.kind == "at":
        return f"= {value(low)}"
    return f"in {opening}{value(low)}..{value(high)}{closing}"
