"""
Where the elements of a BPMN file are drawn, and which of them stand elsewhere in a newer one.

A whole picture that is shifted says nothing to a reader: what most shapes did together is
taken off before a shape counts as moved.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

_DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
_SHAPE, _EDGE = f"{{{_DIAGRAM}}}BPMNShape", f"{{{_DIAGRAM}}}BPMNEdge"
_FIRST_TWO = 2

Point = tuple[int, int]


@dataclass(frozen=True)
class Drawing:
    """
    The picture of a file as plain data.

    Attributes:
        shapes: Place and size of each element that is a shape: x, y, width, height.
        edges: The bends of each element that is a line.
        rest: Every place in the picture, labels among them, to see whether anything differs.

    """

    shapes: Mapping[str, tuple[int, int, int, int]]
    edges: Mapping[str, tuple[Point, ...]]
    rest: list[tuple[str, ...]]


def drawing(root: Element) -> Drawing:
    """Read the picture of a file."""
    shapes: dict[str, tuple[int, int, int, int]] = {}
    edges: dict[str, tuple[Point, ...]] = {}
    rest = []
    for drawn in root.iter(_SHAPE, _EDGE):
        key = str(drawn.get("bpmnElement"))
        own = [child for child in drawn if child.get("x") is not None]
        if drawn.tag == _SHAPE and own:
            x, y, width, height = (
                _rounded(own[0].get(name)) for name in ("x", "y", "width", "height")
            )
            shapes[key] = x, y, width, height
        elif drawn.tag == _EDGE:
            edges[key] = tuple((_rounded(each.get("x")), _rounded(each.get("y"))) for each in own)
        places = [
            f"{name}={_rounded(str(value))}"
            for part in drawn.iterdescendants()
            for name, value in sorted(part.attrib.items())
            if name in {"x", "y", "width", "height"}
        ]
        rest.append((key, *places))
    return Drawing(shapes, edges, sorted(rest))


def moved(before: Drawing, after: Drawing) -> frozenset[str]:
    """
    Return the elements of both pictures that stand elsewhere, or have another size.

    A line counts where it bends differently between ends that stayed where they were.
    """
    both = [key for key in after.shapes if key in before.shapes]
    steps = {key: _step(before.shapes[key], after.shapes[key]) for key in both}
    common = _common(list(steps.values()))
    found = {
        key
        for key in both
        if steps[key] != common or before.shapes[key][_FIRST_TWO:] != after.shapes[key][_FIRST_TWO:]
    }
    for key, bends in after.edges.items():
        old = before.edges.get(key, ())
        if not old or not bends or _shifted(old, common) == bends:
            continue
        ends = (old[0], bends[0]), (old[-1], bends[-1])
        if all(_step(first, last) == common for first, last in ends):
            found.add(key)
    return frozenset(found)


def _common(steps: list[Point]) -> Point:
    """Return the step that more than half of all shapes made, or none."""
    if not steps:
        return 0, 0
    step, count = Counter(steps).most_common(1)[0]
    return step if 2 * count > len(steps) else (0, 0)


def _step(before: tuple[int, ...], after: tuple[int, ...]) -> Point:
    """Return how far a place went."""
    return after[0] - before[0], after[1] - before[1]


def _shifted(bends: tuple[Point, ...], step: Point) -> tuple[Point, ...]:
    """Return bends after a step."""
    return tuple((x + step[0], y + step[1]) for x, y in bends)


def _rounded(value: str | None) -> int:
    """Return a place in whole pixels; what is no number stands at the edge."""
    try:
        return round(float(value or 0))
    except (ValueError, OverflowError):
        return 0
