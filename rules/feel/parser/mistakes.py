"""What people write who know other languages, and what they should write instead."""

import re

# Each is looked for where reading stopped; the part before `(?P<at>)` may stand before.
_MISTAKES: tuple[tuple[str, str], ...] = (
    (r"&(?:gt|lt|amp|quot|apos);", "The text was escaped for XML twice."),
    (r"==", 'Write "=" to compare.'),
    (r"=>", "A function has no arrow: function(x) x + 1."),
    (r"=(?P<at>)=", 'Write "=" to compare.'),
    (r"=(?P<at>)>", 'Write ">=".'),
    (r"=(?P<at>)<", 'Write "<=".'),
    (r"<(?P<at>)>", 'Write "!=".'),
    (r"&", 'Write "and".'),
    (r"\|", 'Write "or".'),
    (r"!(?!=)", 'Write "not(...)".'),
    (r"'", 'A text stands in double quotes: "text".'),
    (r"[\u201c-\u201f\u2018-\u201b\u00ab\u00bb]", 'A text stands in straight quotes: "text".'),
    (r"%", 'Write "modulo(a, b)" for a remainder.'),
    (r"\^", 'Write "**" for a power.'),
    (r"\.\.", "A range stands in brackets: [1..5]."),
    (r"\d(?P<at>),\d", "A number has a point, not a comma: 1.5."),
    (r"/(?P<at>)\*", 'The comment has no closing "*/".'),
    (r";", "There is one expression only; nothing stands after it."),
)
_PATTERNS = tuple((re.compile(pattern), advice) for pattern, advice in _MISTAKES)


_SHOUTED = frozenset({"AND", "OR", "NOT", "IN", "IF", "THEN", "ELSE", "TRUE", "FALSE", "NULL"})


def advice(text: str, position: int) -> str:
    """Return what to write instead, if a well-known mistake stands at a place; else nothing."""
    for pattern, sentence in _PATTERNS:
        start = position - 1 if "at" in pattern.groupindex else position
        if start >= 0 and pattern.match(text, start):
            return sentence
    return ""


def misread(words: list[str]) -> str:
    """Return what is wrong with words in a row that nobody knows as a name; else nothing."""
    shouted = [word for word in words if word in _SHOUTED]
    if shouted:
        return f'Write "{shouted[0].lower()}" in small letters.'
    if "?" in words[1:]:
        return 'Write "if ... then ... else ...".'
    if words[0] == "not" or words[-1] == "not":
        return 'Write "not(...)" around what is not to be.'
    return ""
