"""
Gaps, overlaps and hidden rules of one table, each confirmed by running the table.

What is concluded from the cells is only reported with inputs that show it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from rules.dmn.checks.axes import Axis, axes_of
from rules.dmn.checks.budget import Work
from rules.dmn.checks.covering import Box, Cover
from rules.dmn.checks.declared import Declared
from rules.dmn.checks.exact import Cells
from rules.dmn.checks.probes import Probe, Seen
from rules.dmn.checks.sites import Site
from rules.dmn.checks.witnesses import Witnesses
from rules.dmn.syntax import Table
from rules.feel import to_json

_WORK = 150_000
_MOST_GAPS = 30
_MOST_PAIRS = 30
_PAIRS_PER_STEP = 6  # To compare two rules is quickly done.
_MOST_HIDDEN = 30
_SHOWING_CASES = 6
# An empty list is an answer, and so is the count of nothing.
_ANSWERS_NOTHING = frozenset({"RULE ORDER", "OUTPUT ORDER"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no rule accepts; `box` has the points of each axis."""

    box: Box
    seen: Seen


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules, by their numbers from 0, that accept the same inputs."""

    first: int
    second: int
    box: Box
    seen: Seen


@dataclass(frozen=True, slots=True)
class Hidden:
    """A rule that never decides, because others come before it wherever it matches."""

    rule: int
    by: int
    seen: Seen


class Coverage:
    """
    Finds what the rules of a table leave out, and where they get into each other's way.

    Raises:
        TooLarge: The table has too many cells.

    """

    def __init__(self, site: Site, declared: Declared, limit: int = _WORK) -> None:
        self.site = site
        self.table: Table = site.table
        self.kinds = declared.kinds
        self._limit = limit
        self.suggestions = declared.suggestions
        self.cells = Cells(site.fixed)
        work = Work(limit, site.work)
        self.axes: Sequence[Axis] = axes_of(site, declared.inference, self.cells, work)
        self.possible = self._boxes([axis.possible for axis in self.axes])
        self.sure = self._boxes([axis.sure for axis in self.axes])
        probe = Probe.of(site, declared)
        self.witnesses = Witnesses(probe, self.axes, site.work) if probe is not None else None

    def _boxes(self, by_axis: list[tuple[int, ...]]) -> list[Box]:
        """Return a box for each rule."""
        return [tuple(masks[rule] for masks in by_axis) for rule in range(len(self.table.rules))]

    def asks_for_gaps(self) -> bool:
        """Say whether inputs without a matching rule leave the table without an answer."""
        table = self.table
        if any(output.default is not None for output in table.outputs) or not table.inputs:
            return False
        if table.hit_policy in _ANSWERS_NOTHING:
            return False
        return table.hit_policy != "COLLECT" or table.aggregation in {"SUM", "MIN", "MAX"}

    def gaps(self) -> Iterator[Gap]:
        """
        Yield what no rule accepts, in few wide boxes.

        Raises:
            TooLarge: There are too many combinations.

        """
        if not self.asks_for_gaps() or self.witnesses is None:
            return
        domain = tuple(axis.asked for axis in self.axes)
        for box in Cover(self.possible, domain, Work(self._limit, self.site.work)).gaps(_MOST_GAPS):
            seen = self.witnesses.find(self._narrowed(box, domain), _matches_nothing)
            if seen is not None:
                yield Gap(box, seen)

    def overlaps(self) -> Iterator[Overlap]:
        """
        Yield pairs of rules that match the same inputs although the table forbids it.

        Raises:
            TooLarge: There are too many pairs.

        """
        if self.table.hit_policy not in {"UNIQUE", "ANY"} or self.witnesses is None:
            return
        found = 0
        whole = tuple(axis.everything for axis in self.axes)
        for first, second, box in self._pairs(Work(self._limit * _PAIRS_PER_STEP, self.site.work)):
            accept = partial(self._is_conflict, first, second)
            seen = self.witnesses.find(self._narrowed(box, whole), accept)
            if seen is not None:
                yield Overlap(first, second, box, seen)
                found += 1
                if found >= _MOST_PAIRS:
                    return

    def _pairs(self, work: Work) -> Iterator[tuple[int, int, Box]]:
        """Yield pairs of rules that surely have something in common."""
        shown = tuple(axis.shown for axis in self.axes)
        for second, other in enumerate(self.sure):
            for first in range(second):
                common = _common(self.sure[first], other, shown)
                work.spend(len(shown) if common else 1)
                if common:
                    yield first, second, common

    def _is_conflict(self, first: int, second: int, seen: Seen) -> bool:
        """Say whether a run matched both rules, against what the hit policy allows."""
        if first not in seen.results or second not in seen.results:
            return False
        if self.table.hit_policy == "UNIQUE":
            return True
        return bool(to_json(seen.results[first]) != to_json(seen.results[second]))

    def hidden(self) -> Iterator[Hidden]:
        """
        Yield rules that match, but never decide.

        Raises:
            TooLarge: There are too many combinations.

        """
        if self.witnesses is None:
            return
        work, found = Work(self._limit, self.site.work), 0
        for rule, box in enumerate(self.possible):
            before = self._decide_before(rule)
            work.spend(1 + len(before) // 4)
            if not before or not all(box):
                continue
            if Cover([self.sure[other] for other in before], box, work).first_gap() is None:
                hidden = self._shown_hidden(rule, before)
                if hidden is not None:
                    yield hidden
                    found += 1
            if found >= _MOST_HIDDEN:
                return

    def _decide_before(self, rule: int) -> list[int]:
        """Return the rules that decide instead of a rule where both match."""
        if self.table.hit_policy == "FIRST":
            return list(range(rule))
        if self.table.hit_policy == "PRIORITY":
            own = self._ranks[rule]
            if own is None:
                return []
            return [
                other
                for other, rank in enumerate(self._ranks)
                if rank is not None and (rank, other) < (own, rule)
            ]
        return []

    @cached_property
    def _ranks(self) -> list[tuple[int, ...] | None]:
        """Return for each rule the priority of its results, if they are plain."""
        orders = [
            {result: place for place, result in reversed(list(enumerate(output.values)))}
            for output in self.table.outputs
        ]
        ranks = []
        for rule in self.table.rules:
            pairs = [
                order.get(result)
                for order, result in zip(orders, rule.outputs, strict=True)
                if order
            ]
            places = tuple(place for place in pairs if place is not None)
            ranks.append(places if len(places) == len(pairs) else None)
        return ranks

    def _shown_hidden(self, rule: int, before: list[int]) -> Hidden | None:
        """Return a hidden rule with inputs that show it; nothing if any inputs speak against."""
        if self.witnesses is None:
            return None
        wanted = self._narrowed(self.possible[rule], tuple(axis.everything for axis in self.axes))
        cases = [seen for seen in self._matching(rule, wanted) if rule in seen.results]
        deciders = [[other for other in before if other in seen.results] for seen in cases]
        if not cases or not all(deciders):
            return None
        return Hidden(rule, deciders[0][0], cases[0])

    def _matching(self, rule: int, wanted: dict[int, int]) -> Iterator[Seen]:
        """Yield some runs in which a rule matches."""
        if self.witnesses is None:
            return
        for _ in range(_SHOWING_CASES):
            seen = self.witnesses.find(wanted, lambda seen: rule in seen.results)
            if seen is None:
                return
            yield seen

    def _narrowed(self, box: Box, domain: Box) -> dict[int, int]:
        """Return the axes on which a box is narrower than its domain."""
        return {
            axis: mask
            for axis, (mask, whole) in enumerate(zip(box, domain, strict=True))
            if mask & whole != whole
        }


def _matches_nothing(seen: Seen) -> bool:
    """Say whether no rule matched."""
    return not seen.results


def _common(one: Box, other: Box, shown: Box) -> Box:
    """Return the points that two rules share and an example can show, if there are some."""
    common = []
    for masks in zip(one, other, shown, strict=True):
        both = masks[0] & masks[1] & masks[2]
        if not both:
            return ()
        common.append(both)
    return tuple(common)
