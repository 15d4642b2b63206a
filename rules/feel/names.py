"""
Names: which characters they have, and where one ends.

A name may contain spaces and operators (`date of birth`, `a-b`). Only the scope can
tell where such a name ends, so names that are known are matched first, the longest
before the shorter ones.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from rules.feel.budget import exceeded

KEYWORDS = frozenset(
    (
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies"),
        *("and", "or", "between", "instance", "of", "function", "external"),
        *("true", "false", "null"),
    )
)

# The built-in functions with names of more than one word; the parser must know them.
SPACED_FUNCTIONS = (
    "date and time",
    "years and months duration",
    "string length",
    "upper case",
    "lower case",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "string join",
    "list contains",
    "list replace",
    "insert before",
    "index of",
    "distinct values",
    "duplicate values",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "day of year",
    "day of week",
    "month of year",
    "week of year",
    "last day of month",
    "met by",
    "overlaps before",
    "overlaps after",
    "finished by",
    "started by",
    "get value",
    "get entries",
    "get or else",
    "context put",
    "context merge",
    "is defined",
    "is empty",
)

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    "\u180f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
    "\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
SPACE = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
WORD = re.compile(f"[{_START}][{_PART}]*")
_PIECE = re.compile(f"[{_PART}]+|[^{SPACE}]")
_GAP = re.compile(f"[{SPACE}]+")
# One class for all: alternatives that share letters would try every way to part a name.
_NAME_CHARACTERS = re.compile(f"[{_PART}{SPACE}+*/.'-]+")
_LONGEST_NAME = 500
_MOST_NAMES = 20_000


def normalised(name: str) -> str:
    """Return a name with single spaces, as it is kept in a scope."""
    return _GAP.sub(" ", name).strip()


def is_word(name: str) -> bool:
    """Say whether a name is one plain word and no keyword."""
    return WORD.fullmatch(name) is not None and name not in KEYWORDS


def is_name(name: str) -> bool:
    """Say whether a text can be a name at all."""
    return (
        len(name) <= _LONGEST_NAME
        and WORD.match(name) is not None
        and _NAME_CHARACTERS.fullmatch(name) is not None
    )


def is_special(name: str) -> bool:
    """Say whether a name must be known to be read: it is a name, but neither word nor keyword."""
    return WORD.fullmatch(name) is None and is_name(name)


def relevant(names: Iterable[str], text: str) -> list[str]:
    """
    Return the names that must be known to read a text: their first word stands in it.

    Raises:
        FeelBudgetExceeded: The names are too many to be looked at.

    """
    several = tuple(names)
    if len(several) > _MOST_NAMES:
        raise exceeded(f"An expression can see more than {_MOST_NAMES:,} names", "hand in fewer")
    special = [name for name in several if len(name) <= _LONGEST_NAME and _first_word(name)]
    if not special:
        return special
    words = frozenset(WORD.findall(text))
    return [name for name in special if _first_word(name) in words]


@lru_cache(maxsize=10_000)
def _first_word(name: str) -> str:
    """Return the first word of a name that must be known, or nothing for any other text."""
    plain = normalised(name)
    found = WORD.match(plain) if is_special(plain) else None
    return found[0] if found else ""


class _Branch:
    """What may follow the pieces that were read; `names` has what ends here, the newest last."""

    __slots__ = ("branches", "names")

    def __init__(self) -> None:
        self.branches: dict[str, _Branch] = {}
        self.names: list[str] = []


class KnownNames:
    """
    The known names that are more than one word, as a tree of their pieces.

    Plain words need no entry: they are read as they stand. Thousands of names that
    begin alike are told apart in one walk.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root = _Branch()
        for name in names:
            self.add(name)

    def add(self, name: str) -> bool:
        """Know a name from now on; say whether it needed to be added."""
        plain = normalised(name)
        if not is_special(plain):
            return False
        self._branch(plain).names.append(plain)
        return True

    def remove(self, name: str) -> None:
        """Forget the name of these pieces that was added last."""
        self._branch(normalised(name)).names.pop()

    def _branch(self, name: str) -> _Branch:
        """Return the place of a name in the tree."""
        branch = self._root
        for piece in _PIECE.findall(name):
            branch = branch.branches.setdefault(piece, _Branch())
        return branch

    def match(self, text: str, position: int) -> tuple[str, int, int] | None:
        """Return the longest known name at a place, its end, and how many pieces were read."""
        branches = self._root.branches
        best, longest, tried = "", -1, 0
        while branches:
            piece = _PIECE.match(text, position)
            branch = branches.get(piece[0]) if piece else None
            if piece is None or branch is None:
                break
            tried += 1
            position = piece.end()
            if branch.names:
                best, longest = branch.names[-1], position
            gap = _GAP.match(text, position)
            position = gap.end() if gap else position
            branches = branch.branches
        return (best, longest, tried) if tried else None
