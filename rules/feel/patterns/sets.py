"""Sets of characters: what a class, an escape or a single letter of a pattern stands for."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable

from rules.feel.patterns.blocks import BLOCKS

CharacterSet = Callable[[str], bool]
Span = tuple[str, str]

_REMEMBERED = 1_000
_CATEGORIES = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    )
)
_NAME_START = (
    *(("A", "Z"), ("a", "z"), ("_", "_"), (":", ":"), ("\u00c0", "\u00d6"), ("\u00d8", "\u00f6")),
    *(("\u00f8", "\u02ff"), ("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d")),
    *(("\u2070", "\u218f"), ("\u2c00", "\u2fef"), ("\u3001", "\ud7ff"), ("\uf900", "\ufdcf")),
    *(("\ufdf0", "\ufffd"), ("\U00010000", "\U000effff")),
)
_NAME_PART = (
    *_NAME_START,
    *(("-", "."), ("0", "9"), ("\u00b7", "\u00b7"), ("\u0300", "\u036f"), ("\u203f", "\u2040")),
)


class Members(dict[str, bool]):
    """
    A set as a table from characters to answers, which it fills as it is asked.

    A class may have a thousand parts, and a text asks for the same few letters
    again and again.
    """

    def __init__(self, holds: CharacterSet) -> None:
        super().__init__()
        self._holds = holds

    def __missing__(self, character: str) -> bool:
        """Find the answer for a character that was not asked for before."""
        answer = self._holds(character)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[character] = answer
        return answer


def of_spans(spans: Iterable[Span], *, any_case: bool = False) -> CharacterSet:
    """Return the set of all characters between pairs of ends, in any case or as they stand."""
    merged = _merged(spans)
    lows = [low for low, _ in merged]

    def inside(character: str) -> bool:
        place = bisect_right(lows, character) - 1
        return place >= 0 and character <= merged[place][1]

    if not any_case:
        return inside
    # Only letters that a pattern writes have another case; named sets stay what they are.
    return lambda character: any(inside(form) for form in _forms(character))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same characters as spans in order, none of them touching another."""
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def _forms(character: str) -> tuple[str, ...]:
    """Return a character with its capital and its small form, where these are one character."""
    forms = (character, character.lower(), character.upper())
    return tuple(form for form in forms if len(form) == 1)


def negated(inner: CharacterSet) -> CharacterSet:
    """Return the set of all other characters."""
    return lambda character: not inner(character)


def union(parts: Iterable[CharacterSet]) -> CharacterSet:
    """Return the set of what is in any part; a part that stands twice is asked once."""
    several = tuple(dict.fromkeys(parts))
    if len(several) == 1:
        return several[0]
    return lambda character: any(part(character) for part in several)


def without(inner: CharacterSet, removed: CharacterSet) -> CharacterSet:
    """Return a set without what is in another."""
    return lambda character: inner(character) and not removed(character)


def everything(character: str) -> bool:
    """Hold every character."""
    return True


def no_line_end(character: str) -> bool:
    """Hold all but the ends of lines."""
    return character not in "\n\r"


def _digit(character: str) -> bool:
    """Hold the decimal digits of all scripts."""
    return unicodedata.category(character) == "Nd"


def _space(character: str) -> bool:
    """Hold the white space of XML."""
    return character in " \t\n\r"


def _word(character: str) -> bool:
    """Hold all but punctuation, separators and control characters."""
    return unicodedata.category(character)[0] not in "PZC"


SHORT: dict[str, CharacterSet] = {
    "d": _digit,
    "s": _space,
    "w": _word,
    "i": of_spans(_NAME_START),
    "c": of_spans(_NAME_PART),
}
SHORT.update({letter.upper(): negated(inner) for letter, inner in tuple(SHORT.items())})


def _category(name: str) -> CharacterSet:
    """Return the set of a Unicode category."""
    return lambda character: unicodedata.category(character).startswith(name)


_PROPERTIES = {name: _category(name) for name in _CATEGORIES}
_PROPERTIES.update(
    {f"Is{name}": of_spans([(chr(first), chr(last))]) for name, first, last in BLOCKS}
)
_NOT_PROPERTIES = {name: negated(inner) for name, inner in _PROPERTIES.items()}


def of_property(name: str, *, negative: bool) -> CharacterSet | None:
    """Return the set of a Unicode category or block, or of all else; null if it is not known."""
    return (_NOT_PROPERTIES if negative else _PROPERTIES).get(name)
