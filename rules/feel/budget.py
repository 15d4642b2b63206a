"""
Limits on the work of one evaluation.

Straight code is limited by the size of its source, so only loops, calls and work
on lists and strings spend steps; a loop spends more where its body is longer. One
step is about a microsecond. What works on many items at once pays before it begins.

The time limit counts the processor time of the thread, not of the clock on the wall:
an honest expression is not refused because the machine is busy.

Reading a text has limits of its own, which do not depend on time: its length, the
number of its parts, and how deeply they are nested.
"""

from time import thread_time
from typing import Any

from rules.feel.errors import FeelBudgetExceeded

MAX_SOURCE_LENGTH = 30_000
MAX_PARTS = 5_000
MAX_MODEL_PARTS = 20_000
MAX_NESTING = 50
MAX_TREE_DEPTH = 150
MAX_LOOPS = 12
MAX_STRING_LENGTH = 200_000
MAX_LIST_LENGTH = 100_000
MAX_DATA_STRING = 1_000_000
MAX_DATA_VALUES = 100_000
MAX_CALL_DEPTH = 60
DEFAULT_STEPS = 150_000
DEFAULT_SECONDS = 0.15
_NAMES_PER_PART = 50
_KNOWN_NAMES_PER_PART = 2
_CHARACTERS_PER_STEP = 200
_ITEMS_PER_STEP = 8
_STEPS_BETWEEN_CLOCKS = 500


class Budget:
    """The steps and the time that one evaluation may still spend."""

    __slots__ = ("_alarm", "_deadline", "_seconds", "_steps", "calls", "left", "witness")

    def __init__(self, steps: int = DEFAULT_STEPS, seconds: float = DEFAULT_SECONDS) -> None:
        self.left = steps
        self.calls = 0
        # Whoever runs a decision may put a list here, to which tables add what they did.
        self.witness: list[Any] | None = None
        self._steps = steps
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
        Take the steps that work on a string costs, so that many long ones end too.

        Raises:
            FeelBudgetExceeded: The string is too long, or nothing is left.

        """
        if length >= _CHARACTERS_PER_STEP:
            check_string(length)
            self.spend(length // _CHARACTERS_PER_STEP)

    def spend_items(self, length: int) -> None:
        """
        Take the steps that a new list costs.

        Raises:
            FeelBudgetExceeded: The list is too long, or nothing is left.

        """
        if length >= _ITEMS_PER_STEP:
            check_list(length)
            self.spend(length // _ITEMS_PER_STEP)

    def _look_at_clock(self) -> None:
        """Stop the evaluation when the steps or the time are used up."""
        if self.left < 0:
            raise exceeded(
                f"The expression takes more than {self._steps:,} steps",
                "loop over fewer items, or split it into several",
            )
        self._alarm = self.left - _STEPS_BETWEEN_CLOCKS
        now = thread_time()
        if not self._deadline:
            # The clock starts late, so that short evaluations never ask for the time.
            self._deadline = now + self._seconds
        elif now > self._deadline:
            raise exceeded(
                f"The expression takes more than {self._seconds:g} seconds",
                "loop over fewer items, or split it into several",
            )

    def enter(self) -> None:
        """
        Begin a call of a function written in the language; `leave` ends it.

        Raises:
            FeelBudgetExceeded: Calls are nested too deeply.

        """
        self.spend()
        self.calls += 1
        if self.calls > MAX_CALL_DEPTH:
            raise exceeded(
                f"Function calls are nested more than {MAX_CALL_DEPTH} deep",
                "end the recursion earlier, or use a loop",
            )

    def leave(self) -> None:
        """End a call that `enter` began."""
        self.calls -= 1


class SourceBudget:
    """What the texts of one model may have in all; each text has its own limits besides."""

    def __init__(self, parts: int = MAX_MODEL_PARTS) -> None:
        self._left = parts
        self._parts = parts

    def spend(self, parts: int, names: int = 0, known: int = 0) -> None:
        """
        Count the parts of a text, the names that it can see, and those that it may mean.

        Raises:
            FeelBudgetExceeded: The texts have too many parts in all.

        """
        self._left -= parts + names // _NAMES_PER_PART + known // _KNOWN_NAMES_PER_PART
        if self._left < 0:
            raise exceeded(
                f"The expressions of the model have more than {self._parts:,} parts in all",
                "split the model into several",
            )


def exceeded(limit: str, remedy: str) -> FeelBudgetExceeded:
    """Return the error that names a limit and says how to stay below it."""
    return FeelBudgetExceeded(f"{limit}; {remedy}.")


def check_string(length: int) -> None:
    """
    Refuse a string that would become too long.

    Raises:
        FeelBudgetExceeded: The length is above the limit.

    """
    if length > MAX_STRING_LENGTH:
        raise exceeded(
            f"A string would have more than {MAX_STRING_LENGTH:,} characters",
            "join or repeat less text",
        )


def check_list(length: int) -> None:
    """
    Refuse a list that would become too long.

    Raises:
        FeelBudgetExceeded: The length is above the limit.

    """
    if length > MAX_LIST_LENGTH:
        raise exceeded(
            f"A list would have more than {MAX_LIST_LENGTH:,} items",
            "filter it before it grows",
        )
