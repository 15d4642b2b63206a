"""Built-in functions on strings."""

from decimal import Decimal
from typing import Any

from rules.feel import patterns, text
from rules.feel.budget import Budget, check_list, check_string
from rules.feel.builtins.library import Library

LIBRARY = Library()


@LIBRARY.add("string", "from: any")
def string(budget: Budget, value: Any) -> str | None:
    """Return a value as text."""
    return None if value is None else text.written(value, budget)


@LIBRARY.add("string length", "string: string")
def string_length(budget: Budget, string: str) -> Decimal:
    """Return the number of characters."""
    return Decimal(len(string))


@LIBRARY.add("upper case", "string: string")
def upper_case(budget: Budget, string: str) -> str:
    """Return a text in capital letters."""
    return string.upper()


@LIBRARY.add("lower case", "string: string")
def lower_case(budget: Budget, string: str) -> str:
    """Return a text in small letters."""
    return string.lower()


@LIBRARY.add("trim", "string: string")
def trim(budget: Budget, string: str) -> str:
    """Return a text without spaces at its ends."""
    return string.strip()


@LIBRARY.add("substring", "string: string, start position: number, length?: number")
def substring(
    budget: Budget, string: str, start: Decimal, length: Decimal | None = None
) -> str | None:
    """Return a part of a text; positions count from 1, or from the end if negative."""
    position = int(start)
    if position == 0 or abs(position) > len(string) or (length is not None and length < 1):
        return "" if position else None
    begin = position - 1 if position > 0 else len(string) + position
    return string[begin:] if length is None else string[begin : begin + int(length)]


@LIBRARY.add("substring before", "string: string, match: string")
def substring_before(budget: Budget, string: str, match: str) -> str:
    """Return what stands before the first occurrence."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@LIBRARY.add("substring after", "string: string, match: string")
def substring_after(budget: Budget, string: str, match: str) -> str:
    """Return what stands after the first occurrence."""
    return string.partition(match)[2] if match else string


@LIBRARY.add("contains", "string: string, match: string")
def contains(budget: Budget, string: str, match: str) -> bool:
    """Say whether a text contains another."""
    budget.spend(len(match) // 10)
    return match in string


@LIBRARY.add("starts with", "string: string, match: string")
def starts_with(budget: Budget, string: str, match: str) -> bool:
    """Say whether a text starts with another."""
    return string.startswith(match)


@LIBRARY.add("ends with", "string: string, match: string")
def ends_with(budget: Budget, string: str, match: str) -> bool:
    """Say whether a text ends with another."""
    return string.endswith(match)


@LIBRARY.add("matches", "input: string, pattern: string, flags?: string")
def matches(budget: Budget, string: str, pattern: str, flags: str | None = None) -> bool | None:
    """Say whether a pattern occurs in a text."""
    compiled = patterns.compile_pattern(pattern, flags or "", budget)
    return None if compiled is None else compiled.search(string, 0, budget) is not None


@LIBRARY.add("replace", "input: string, pattern: string, replacement: string, flags?: string")
def replace(
    budget: Budget, string: str, pattern: str, replacement: str, flags: str | None = None
) -> str | None:
    """Replace all occurrences of a pattern; $1 stands for its first group."""
    compiled = patterns.compile_pattern(pattern, flags or "", budget)
    if compiled is None:
        return None
    literally = "q" in (flags or "")
    return patterns.replace(compiled, string, replacement, budget, literally=literally)


@LIBRARY.add("split", "string: string, delimiter: string")
def split(budget: Budget, string: str, delimiter: str) -> list[str] | None:
    """Split a text at each occurrence of a pattern."""
    compiled = patterns.compile_pattern(delimiter, "", budget)
    return None if compiled is None else patterns.split(compiled, string, budget)


@LIBRARY.add("string join", "list: list, delimiter?: string")
def string_join(budget: Budget, items: list[Any], delimiter: str | None = None) -> str | None:
    """Join texts; null items are left out."""
    texts = [item for item in items if item is not None]
    budget.spend(len(items))
    if not all(isinstance(item, str) for item in texts):
        return None
    glue = delimiter or ""
    check_list(len(texts))
    check_string(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)
