"""Proposals of known names for unknown ones, as long as they are cheap for the whole model."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60
_CLOSE = 0.7
_MOST_WORK = 20_000  # One unit is about five microseconds.
_LOOKED_AT_PER_UNIT = 40


class Suggestions:
    """Looks for the known name that was probably meant."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def sentence(self, name: str, *known: Iterable[str]) -> str:
        """Return a sentence that proposes the closest known name, or nothing."""
        if self._left <= 0 or len(name) > _LONGEST:
            return ""
        looked_at = [each for names in known for each in names]
        by_lower = {each.lower(): each for each in looked_at if _may_be_close(name, each)}
        self._left -= 1 + len(looked_at) // _LOOKED_AT_PER_UNIT
        self._left -= len(by_lower) * (1 + len(name) ** 2 // 100)
        if self._left <= 0:
            return ""
        close = get_close_matches(name.lower(), sorted(by_lower), 1, _CLOSE)
        return f'Did you mean "{by_lower[close[0]]}"?' if close else ""


def _may_be_close(name: str, other: str) -> bool:
    """Say whether two names could be alike, by their lengths alone."""
    both = len(name) + len(other)
    return 2 * min(len(name), len(other)) >= _CLOSE * both
