"""
Regular expressions after XPath, that cannot run away.

Python's own engine may take exponential time on a hostile pattern. This one
remembers where it failed, so its time grows with the length of the text times the
size of the pattern; what refers back to groups is held by the budget of steps.
"""

from rules.feel.budget import Budget
from rules.feel.patterns.machine import Pattern
from rules.feel.patterns.parser import PatternError, parse_pattern
from rules.feel.patterns.program import assemble
from rules.feel.patterns.replacing import replace, split

_FLAGS = frozenset("smixq")
_MAX_KEPT = 100_000
_SIZE_PER_STEP = 8


class _Kept:
    """The patterns that were compiled before, up to a number of instructions in all."""

    def __init__(self) -> None:
        self._patterns: dict[tuple[str, str], Pattern | None] = {}
        self._size = 0

    def pattern(self, text: str, flags: str) -> Pattern | None:
        """Return a compiled pattern, or null if the text is none."""
        key = text, flags
        if key in self._patterns:
            return self._patterns[key]
        try:
            tree, groups = parse_pattern(text, flags)
            compiled = Pattern(assemble(tree), groups)
        except PatternError:
            compiled = None
        self._size += len(text) + (compiled.size if compiled else 0)
        if self._size > _MAX_KEPT:
            self._patterns, self._size = {}, 0
        self._patterns[key] = compiled
        return compiled


_KEPT = _Kept()


def compile_pattern(pattern: str, flags: str, budget: Budget | None = None) -> Pattern | None:
    """
    Return a pattern ready to be searched for, or null if it is none.

    Raises:
        FeelBudgetExceeded: The pattern is too large, or nothing is left of the budget.

    """
    if not _FLAGS.issuperset(flags):
        return None
    compiled = _KEPT.pattern(pattern, flags)
    if budget is not None:
        # Known or new, a pattern costs the same: results must not depend on the past.
        budget.spend((len(pattern) + (compiled.size if compiled else 0)) // _SIZE_PER_STEP)
    return compiled


__all__ = ["Pattern", "compile_pattern", "replace", "split"]
