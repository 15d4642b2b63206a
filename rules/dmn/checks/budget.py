"""How much work the checks of a model may take; a model that is published may be hostile."""

from collections.abc import Iterator
from contextlib import contextmanager

from rules.feel import Budget

ALL_WORK = 200_000


class TooLarge(Exception):
    """There are too many combinations to look at all of them."""


class Work:
    """
    Counts what a check does, so that a large table ends in a finding and not in waiting.

    One step is about a microsecond. What is spent here is spent in `outer` too.
    """

    def __init__(self, limit: int, outer: "Work | None" = None) -> None:
        self.left = limit
        self._outer = outer

    def spend(self, steps: int = 1) -> None:
        """
        Take steps.

        Raises:
            TooLarge: Nothing is left.

        """
        self.left -= steps
        if self._outer is not None:
            self._outer.spend(steps)
        if self.left < 0:
            raise TooLarge

    @contextmanager
    def evaluation(self, steps: int, overhead: int) -> Iterator[Budget]:
        """
        Give a budget for one evaluation, and take what it needed.

        Raises:
            TooLarge: Nothing is left.

        """
        budget = Budget(steps)
        try:
            yield budget
        finally:
            self.spend(overhead + steps - max(budget.left, 0))
