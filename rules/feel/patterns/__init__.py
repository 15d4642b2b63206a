"""
Regular expressions after XPath, that cannot run away.

Python's own engine may take exponential time on a hostile pattern. This one
remembers where it failed, so its time grows with the length of the text times the
size of the pattern; what refers back to groups is held by the budget of steps.
"""

from functools import lru_cache

from rules.feel.patterns.machine import Pattern
from rules.feel.patterns.parser import PatternError, parse_pattern
from rules.feel.patterns.program import assemble


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern | None:
    """
    Return a pattern ready to be searched for, or null if it is none.

    Raises:
        FeelBudgetExceeded: The pattern is too large.

    """
    if not set(flags) <= set("smixq"):
        return None
    try:
        tree, groups = parse_pattern(pattern, flags)
    except PatternError:
        return None
    return Pattern(assemble(tree), groups)


__all__ = ["Pattern", "compile_pattern"]
