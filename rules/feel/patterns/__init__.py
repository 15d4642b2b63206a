"""
Regular expressions after XPath, that cannot run away.

Python's own engine may take exponential time on a hostile pattern. This one
remembers where it failed, so its time grows with the length of the text times the
size of the pattern; what refers back to groups is held by the budget of steps.
"""

from rules.feel.budget import Budget
from rules.feel.kept import Kept
from rules.feel.patterns.machine import Pattern
from rules.feel.patterns.parser import PatternError, parse_pattern
from rules.feel.patterns.program import assemble
from rules.feel.patterns.replacing import replace, split

_FLAGS = frozenset("smixq")
_SIZE_PER_STEP = 8


_KEPT: Kept[Pattern | None] = Kept(limit=100_000)


def compile_pattern(pattern: str, flags: str, budget: Budget | None = None) -> Pattern | None:
    """
    Return a pattern ready to be searched for, or null if it is none.

    Raises:
        FeelBudgetExceeded: The pattern is too large, or nothing is left of the budget.

    """
    if not _FLAGS.issuperset(flags):
        return None
    compiled = _KEPT.get((pattern, flags), lambda: _made(pattern, flags))
    if budget is not None:
        # Known or new, a pattern costs the same: results must not depend on the past.
        budget.spend((len(pattern) + (compiled.size if compiled else 0)) // _SIZE_PER_STEP)
    return compiled


def _made(pattern: str, flags: str) -> tuple[Pattern | None, int]:
    """Return a new pattern, or null if the text is none, and its size."""
    try:
        tree, groups = parse_pattern(pattern, flags)
        compiled = Pattern(assemble(tree), groups)
    except PatternError:
        return None, len(pattern)
    return compiled, len(pattern) + compiled.size


__all__ = ["Pattern", "compile_pattern", "replace", "split"]
