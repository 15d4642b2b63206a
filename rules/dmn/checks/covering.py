"""
Boxes of inputs, and which of them some rules leave uncovered.

Each axis has a few points that stand for all its values. A set of points is a whole
number with one bit for each, and so is a set of rules.
"""

from collections.abc import Iterator, Sequence

from rules.dmn.checks.budget import Work

Box = tuple[int, ...]


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits of a set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class Cover:
    """Some boxes inside a domain; it finds what they leave uncovered."""

    def __init__(self, boxes: Sequence[Box], domain: Box, work: Work) -> None:
        self._domain = domain
        self._work = work
        work.spend(1 + len(boxes) // 4)
        self._boxes = [box for box in boxes if all(map(int.__and__, box, domain))]
        self._holders = [self._held(axis, mask) for axis, mask in enumerate(domain)]
        self._covered: set[tuple[int, int]] = set()
        self._full: list[int] = []

    def _held(self, axis: int, domain: int) -> dict[int, int]:
        """Return for each point of an axis the boxes that hold it."""
        holders = dict.fromkeys(bits(domain), 0)
        self._work.spend(1 + (len(self._boxes) + len(holders)) // 8)
        everywhere = 0
        for number, box in enumerate(self._boxes):
            inside = box[axis] & domain
            if inside == domain:
                everywhere |= 1 << number
                continue
            self._work.spend(1 + inside.bit_count() // 2)
            for point in bits(inside):
                holders[point] |= 1 << number
        return {point: holding | everywhere for point, holding in holders.items()}

    def gaps(self, limit: int) -> Iterator[Box]:
        """
        Yield boxes that are not covered, until all is covered.

        Each is as wide as it can be without what the boxes before it have already.

        Raises:
            TooLarge: It takes too much work.

        """
        for _ in range(limit):
            gap = self.first_gap()
            if gap is None:
                return
            gap = self._widened(gap)
            yield gap
            self._add(gap)

    def first_gap(self) -> Box | None:
        """
        Return a box that is not covered, if there is one.

        Raises:
            TooLarge: It takes too much work.

        """
        self._full = self._covering_the_rest()
        return self._search(0, (1 << len(self._boxes)) - 1)

    def _covering_the_rest(self) -> list[int]:
        """Return for each axis the boxes that hold everything from there on."""
        full = [(1 << len(self._boxes)) - 1]
        for holders in reversed(self._holders):
            everywhere = full[-1]
            for holding in holders.values():
                everywhere &= holding
            full.append(everywhere)
        return full[::-1]

    def _search(self, axis: int, alive: int) -> Box | None:
        """Return a gap from an axis on, among the boxes that are still in question."""
        self._work.spend()
        if not alive:
            return self._domain[axis:]
        if alive & self._full[axis] or (axis, alive) in self._covered:
            return None
        groups: dict[int, int] = {}
        for point, holding in self._holders[axis].items():
            key = alive & holding
            groups[key] = groups.get(key, 0) | 1 << point
        self._work.spend(len(self._holders[axis]) // 8)
        for rest in sorted(groups, key=int.bit_count):
            found = self._search(axis + 1, rest)
            if found is not None:
                return (groups[rest], *found)
        self._covered.add((axis, alive))
        return None

    def _widened(self, gap: Box) -> Box:
        """Return the gap with everything around it that is uncovered too."""
        box = list(gap)
        touching = [self._touching(axis, mask) for axis, mask in enumerate(gap)]
        for axis, holders in enumerate(self._holders):
            beside = (1 << len(self._boxes)) - 1
            for other, boxes in enumerate(touching):
                if other != axis:
                    beside &= boxes
            # A point may be added if no box that holds it reaches the gap on every other axis.
            box[axis] = sum(
                1 << point for point, holding in holders.items() if not holding & beside
            )
            touching[axis] = self._touching(axis, box[axis])
            self._work.spend(1 + len(holders))
        return tuple(box)

    def _touching(self, axis: int, mask: int) -> int:
        """Return the boxes that hold any of some points of an axis."""
        found = 0
        for point in bits(mask):
            found |= self._holders[axis][point]
        return found

    def _add(self, box: Box) -> None:
        """Take a box as covered from now on."""
        number = len(self._boxes)
        self._boxes.append(box)
        for holders, mask in zip(self._holders, box, strict=True):
            for point in bits(mask):
                holders[point] |= 1 << number
