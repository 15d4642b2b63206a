"""
Columns of a table, indexed: which rules accept a value, as the bits of a number.

What a cell accepts is only ever asked of its own code, once for each value, or once for
all values that no cell of the column can tell apart; the answer is kept. So an index
cannot disagree with the cells that it stands for.
"""

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rules.dmn.steadiness import Constants, is_simple, is_steady
from rules.feel import Budget
from rules.feel.compiler import Code, Scope, compile_tests
from rules.feel.compiler.core import BUDGET, CONTEXT, read_slot
from rules.feel.compiler.unary import QUESTION
from rules.feel.syntax import UnaryTests

_MOST_KEPT = 1_024
_MOST_BYTES = 2_000_000
_LONGEST_KEY = 100


class ColumnIndex:
    """
    The cells of one column, below each other.

    Attributes:
        numbers: The constants that tell numbers apart; null where a cell is not that simple.
        by_place: The rules that accept a number, by its place among those constants.
        asking: The cells that read more than the value of the column, by the number
            of their rule; they have to be asked each time.

    """

    def __init__(self, cells: Sequence[UnaryTests], scope: Scope, slot: int) -> None:
        self._slot = slot
        self._template = scope.layout.template
        self._inner = scope.with_slots({QUESTION: slot})
        self.asking: dict[int, Code] = {}
        self._accepting = 0
        self._steady: list[tuple[Code, int]] = []
        steady = self._sorted(cells)
        constants = Constants(steady)
        self.numbers, self._texts = constants.numbers, constants.texts
        self._most_kept = self._room(len(cells))
        self.by_place: dict[int, int] = {}
        self._by_text: dict[str | None, int] = {}
        self._by_rest: dict[bool | None, int] = {}

    def _room(self, rules: int) -> int:
        """Return how many answers are kept: all places if they fit, but never too many bytes."""
        places = 2 * len(self.numbers or ()) + 1
        return min(max(_MOST_KEPT, places), _MOST_BYTES // (32 + rules // 8))

    def _sorted(self, cells: Sequence[UnaryTests]) -> list[UnaryTests]:
        """Compile every cell, but those that say the same only once; return the steady ones."""
        rules: dict[UnaryTests, int] = {}
        steady = []
        for number, cell in enumerate(cells):
            bit = 1 << number
            if not cell.tests:
                self._accepting |= bit
            elif is_simple(cell):
                rules[cell] = rules.get(cell, 0) | bit
            elif not is_steady(cell, self._inner):
                self._accepting |= bit
                self.asking[number] = self._compiled(cell)
            else:
                steady.append(cell)
                self._steady.append((self._compiled(cell), bit))
        self._steady += [(self._compiled(cell), bits) for cell, bits in rules.items()]
        return [*steady, *rules]

    def _compiled(self, cell: UnaryTests) -> Code:
        """Return the code of a cell."""
        return compile_tests(cell, self._inner, read_slot(self._slot))

    def holding(self, value: Any, budget: Budget) -> int:
        """Return the rules whose cells accept a value; cells that ask for more count as such."""
        kind = type(value)
        if kind is Decimal and self.numbers is not None:
            return self._kept(self.by_place, place_among(self.numbers, value), value, budget)
        if kind is str and len(value) <= _LONGEST_KEY:
            key = value if self._texts is None or value in self._texts else None
            return self._kept(self._by_text, key, value, budget)
        if kind is bool or value is None:
            return self._kept(self._by_rest, value, value, budget)
        return self._tested(value, budget)

    def _kept(self, memo: dict[Any, int], key: Any, value: Any, budget: Budget) -> int:
        """Return what is kept under a key, or else ask the cells."""
        rules = memo.get(key)
        if rules is None:
            rules = self._tested(value, budget)
            if len(memo) >= self._most_kept:
                memo.clear()
            memo[key] = rules
        return rules

    def _tested(self, value: Any, budget: Budget) -> int:
        """Ask each steady cell whether it accepts a value."""
        rules = self._accepting
        if not self._steady:
            return rules
        frame = self._template.copy()
        frame[CONTEXT] = {}
        frame[BUDGET] = budget
        frame[self._slot] = value
        for holds, bits in self._steady:
            if holds(frame) is True:
                rules |= bits
        return rules


def place_among(numbers: list[Decimal | int], value: Decimal | int) -> int:
    """Return where a number stands: odd on one of the numbers, even between two of them."""
    place = bisect_left(numbers, value)
    return 2 * place + (place < len(numbers) and numbers[place] == value)
