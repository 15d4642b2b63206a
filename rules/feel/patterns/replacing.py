"""Takes a text apart at the matches of a pattern, or puts something else in their place."""

import re

from rules.feel.budget import Budget, check_string
from rules.feel.patterns.machine import Pattern, Saved

_PIECE = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])|[^\\$]+")
_PIECES_PER_STEP = 4

# What a replacement is made of: texts, and numbers of groups.
_Template = list[str | int]


def split(pattern: Pattern, text: str, budget: Budget) -> list[str] | None:
    """Return what stands between the matches; null for a pattern that matches nothing."""
    if pattern.matches_nothing(budget):
        return None
    parts = []
    position = 0
    for saved in pattern.matches(text, budget):
        parts.append(text[position : saved[0]])
        position = saved[1]
    parts.append(text[position:])
    return parts


def replace(
    pattern: Pattern, text: str, replacement: str, budget: Budget, *, literally: bool = False
) -> str | None:
    """Return a text with all matches replaced; null for a pattern that matches nothing."""
    if pattern.matches_nothing(budget):
        return None
    template: _Template | None = [replacement]
    if not literally:
        template = _template(replacement, pattern.groups, budget)
    if template is None:
        return None
    parts: list[str] = []
    position = length = 0
    for saved in pattern.matches(text, budget):
        pieces = [text[position : saved[0]], *_filled(template, text, saved)]
        budget.spend(len(pieces) // _PIECES_PER_STEP)
        length += sum(map(len, pieces))
        check_string(length)
        parts += pieces
        position = saved[1]
    return "".join(parts) + text[position:]


def _template(replacement: str, groups: int, budget: Budget) -> _Template | None:
    """Return the parts of a replacement; null if it is malformed."""
    template: _Template = []
    for found in _PIECE.finditer(replacement):
        budget.spend()
        if found[3]:
            return None
        if found[2]:
            number, rest = _group_number(found[2], groups)
            template += [number, rest] if rest else [number]
        else:
            template.append(found[1] or found[0])
    return template


def _group_number(digits: str, groups: int) -> tuple[int, str]:
    """Return the greatest number of a group that digits begin with, and the digits left over."""
    used = min(len(digits), len(str(groups)))
    while used > 1 and int(digits[:used]) > groups:
        used -= 1
    return int(digits[:used]), digits[used:]


def _filled(template: _Template, text: str, saved: Saved) -> list[str]:
    """Return the pieces of a replacement for one match; a group that is not there is empty."""
    pieces = []
    for part in template:
        if isinstance(part, str):
            pieces.append(part)
        elif 2 * part < len(saved) and saved[2 * part] >= 0:
            pieces.append(text[saved[2 * part] : saved[2 * part + 1]])
    return pieces
