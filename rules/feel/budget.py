"""
Limits on the work of one evaluation.

Straight code is limited by the size of its source, so only loops, calls and work
on lists and strings spend steps. The time limit counts the processor time of the
thread: an expression is not refused because the machine is busy.
"""

from time import thread_time
from typing import Any

from rules.feel.errors import FeelBudgetExceeded

MAX_SOURCE_LENGTH = 30_000
MAX_NESTING = 50
MAX_TREE_DEPTH = 150
MAX_LOOPS = 12
MAX_STRING_LENGTH = 200_000
MAX_LIST_LENGTH = 100_000
MAX_CALL_DEPTH = 60
DEFAULT_STEPS = 150_000
DEFAULT_SECONDS = 0.15
_CHARACTERS_PER_STEP = 200
_ITEMS_PER_STEP = 8
_STEPS_BETWEEN_CLOCKS = 500


class Budget:
    """The steps and the time that one evaluation may still spend."""

    __slots__ = ("_alarm", "_deadline", "_seconds", "calls", "left", "witness")

    def __init__(self, steps: int = DEFAULT_STEPS, seconds: float = DEFAULT_SECONDS) -> None:
        self.left = steps
        self.calls = 0
        # Whoever runs a decision may put a list here, to which tables add what they did.
        self.witness: list[Any] | None = None
        self._seconds = seconds
        self._deadline = 0.0
        self._alarm = steps - _STEPS_BETWEEN_CLOCKS

    def spend(self, steps: int = 1) -> None:
        """
        Take steps from the budget.

        Raises:
            FeelBudgetExceeded: Nothing is left, or the time is over.

        """
        self.left -= steps
        if self.left < self._alarm or self.left < 0:
            self._look_at_clock()

    def spend_characters(self, length: int) -> None:
        """
        Take the steps that a new string costs, so that many long ones end too.

        Raises:
            FeelBudgetExceeded: The string is too long, or nothing is left.

        """
        if length > MAX_STRING_LENGTH:
            check_string(length)
        if length >= _CHARACTERS_PER_STEP:
            self.spend(length // _CHARACTERS_PER_STEP)

    def spend_items(self, length: int) -> None:
        """
        Take the steps that a new list costs.

        Raises:
            FeelBudgetExceeded: The list is too long, or nothing is left.

        """
        if length > MAX_LIST_LENGTH:
            check_list(length)
        if length >= _ITEMS_PER_STEP:
            self.spend(length // _ITEMS_PER_STEP)

    def _look_at_clock(self) -> None:
        """Stop the evaluation when the steps or the time are used up."""
        if self.left < 0:
            raise FeelBudgetExceeded("The expression takes too many steps.")
        self._alarm = self.left - _STEPS_BETWEEN_CLOCKS
        now = thread_time()
        if not self._deadline:
            # The clock starts late, so that short evaluations never ask for the time.
            self._deadline = now + self._seconds
        elif now > self._deadline:
            raise FeelBudgetExceeded("The expression takes too much time.")

    def enter(self) -> None:
        """
        Begin a call of a function written in the language; `leave` ends it.

        Raises:
            FeelBudgetExceeded: Calls are nested too deeply.

        """
        self.spend()
        self.calls += 1
        if self.calls > MAX_CALL_DEPTH:
            raise FeelBudgetExceeded("Function calls are nested too deeply.")

    def leave(self) -> None:
        """End a call that `enter` began."""
        self.calls -= 1


def check_string(length: int) -> None:
    """
    Refuse a string that would become too long.

    Raises:
        FeelBudgetExceeded: The length is above the limit.

    """
    if length > MAX_STRING_LENGTH:
        raise FeelBudgetExceeded(f"A string would have more than {MAX_STRING_LENGTH:,} characters.")


def check_list(length: int) -> None:
    """
    Refuse a list that would become too long.

    Raises:
        FeelBudgetExceeded: The length is above the limit.

    """
    if length > MAX_LIST_LENGTH:
        raise FeelBudgetExceeded(f"A list would have more than {MAX_LIST_LENGTH:,} items.")
