"""
Names: which characters they have, and where one ends.

A name may contain spaces and operators (`date of birth`, `a-b`). Only the scope can
tell where such a name ends, so names that are known are matched first, the longest
before the shorter ones.
"""

import re
from collections.abc import Iterable

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
_NAME_PIECES = re.compile(f"(?:[{_START}][{_PART}]*|[{_PART}]+|[-+*/.']|[{SPACE}])+")


def normalised(name: str) -> str:
    """Return a name with single spaces, as it is kept in a scope."""
    return _GAP.sub(" ", name).strip()


def is_word(name: str) -> bool:
    """Say whether a name is one plain word and no keyword."""
    return WORD.fullmatch(name) is not None and name not in KEYWORDS


def is_name(name: str) -> bool:
    """Say whether a text can be a name at all."""
    return bool(WORD.match(name)) and _NAME_PIECES.fullmatch(name) is not None


class KnownNames:
    """
    The known names that are more than one word, found by their first piece.

    Plain words need no entry: they are read as they stand.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, list[str]]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> bool:
        """Know a name from now on; say whether it needed to be added."""
        if is_word(name) or not is_name(name):
            return False
        plain = normalised(name)
        pieces = _PIECE.findall(plain)
        self._by_first.setdefault(pieces[0], []).append((plain, pieces[1:]))
        return True

    def remove(self, name: str) -> None:
        """Forget the name that was added last with this first piece."""
        self._by_first[_PIECE.findall(normalised(name))[0]].pop()

    def match(self, text: str, position: int) -> tuple[str, int, int] | None:
        """Return the longest known name at a place, where it ends, and how many were tried."""
        first = _PIECE.match(text, position)
        candidates = self._by_first.get(first[0]) if first else None
        if not first or not candidates:
            return None
        best, longest = "", -1
        for name, pieces in candidates:
            end = _end_of(pieces, text, first.end())
            if end > longest:
                best, longest = name, end
        return best, longest, len(candidates)


def _end_of(pieces: list[str], text: str, position: int) -> int:
    """Return where the rest of a name ends in a text, or -1; spaces between pieces are free."""
    for piece in pieces:
        gap = _GAP.match(text, position)
        found = _PIECE.match(text, gap.end() if gap else position)
        if found is None or found[0] != piece:
            return -1
        position = found.end()
    return position
