"""Sets of characters, as predicates on one character."""

import unicodedata
from collections.abc import Callable

CharacterSet = Callable[[str], bool]

_CATEGORIES = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    )
)
_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsHebrew": (0x0590, 0x05FF),
    "IsArabic": (0x0600, 0x06FF),
    "IsDevanagari": (0x0900, 0x097F),
    "IsThai": (0x0E00, 0x0E7F),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}


def single(character: str) -> CharacterSet:
    """Return the set of one character."""
    return lambda other: other == character


def between(low: str, high: str) -> CharacterSet:
    """Return the set of all characters between two."""
    return lambda other: low <= other <= high


def negated(inner: CharacterSet) -> CharacterSet:
    """Return the set of all other characters."""
    return lambda other: not inner(other)


def union(parts: list[CharacterSet]) -> CharacterSet:
    """Return the set of what is in any part."""
    if len(parts) == 1:
        return parts[0]
    return lambda other: any(part(other) for part in parts)


def without(inner: CharacterSet, removed: CharacterSet) -> CharacterSet:
    """Return a set without what is in another."""
    return lambda other: inner(other) and not removed(other)


def any_case(inner: CharacterSet) -> CharacterSet:
    """Return the set that does not distinguish capital from small letters."""
    return lambda other: inner(other) or inner(other.lower()) or inner(other.upper())


def everything(other: str) -> bool:
    """Hold every character."""
    return True


def no_line_end(other: str) -> bool:
    """Hold all but the ends of lines."""
    return other not in "\n\r"


def _digit(other: str) -> bool:
    """Hold the decimal digits of all scripts."""
    return unicodedata.category(other) == "Nd"


def _space(other: str) -> bool:
    """Hold the white space of XML."""
    return other in " \t\n\r"


def _word(other: str) -> bool:
    """Hold all but punctuation, separators and control characters."""
    return unicodedata.category(other)[0] not in "PZC"


def _name_start(other: str) -> bool:
    """Hold what can begin an XML name."""
    return other in "_:" or other.isalpha()


def _name_part(other: str) -> bool:
    """Hold what can stand in an XML name."""
    return other in "_:-.\u00b7" or other.isalnum() or unicodedata.category(other)[0] == "M"


SHORT: dict[str, CharacterSet] = {
    "d": _digit,
    "s": _space,
    "w": _word,
    "i": _name_start,
    "c": _name_part,
}
SHORT.update({letter.upper(): negated(inner) for letter, inner in tuple(SHORT.items())})


def of_property(name: str) -> CharacterSet | None:
    """Return the set of a Unicode category or block; null if it is not known."""
    if name in _CATEGORIES:
        return lambda other: unicodedata.category(other).startswith(name)
    if name in _BLOCKS:
        low, high = _BLOCKS[name]
        return lambda other: low <= ord(other) <= high
    return None
