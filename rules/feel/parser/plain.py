"""
The short way through plain texts: constants, as most cells of tables hold them.

What is not that plain is left to the parser, which makes the same tree of a plain text.
"""

import re
from decimal import Decimal

from rules.feel.syntax import Literal, Negation, Node, RangeLiteral, Test, UnaryTests

_LONGEST = 200
_NUMBER = r"[0-9]{1,16}(?:\.[0-9]{1,16})?"
_CONSTANT = re.compile(
    rf'[ \t\n]*(?:"(?P<text>[^"\\]*)"|(?P<word>true|false|null)|(?P<sign>-?)(?P<number>{_NUMBER}))'
)
_COMPARED = re.compile(r"[ \t\n]*(?P<operator><=|>=|<|>)")
_OPENED = re.compile(r"[ \t\n]*(?P<bracket>[\[(\]])")
_BETWEEN = re.compile(r"[ \t\n]*\.\.")
_CLOSED = re.compile(r"[ \t\n]*(?P<bracket>[\])\[])")
_NEXT = re.compile(r"[ \t\n]*(?P<sign>,|\)?[ \t\n]*\Z)")
_START = re.compile(r"[ \t\n]*(?P<negated>not[ \t\n]*\()?")
_WORDS = {"true": True, "false": False, "null": None}


def plain_expression(text: str) -> Node | None:
    """Return the tree of an expression that is one constant; null for any other text."""
    if len(text) > _LONGEST:
        return None
    node, end = _constant(text, 0)
    return node if node is not None and not text[end:].strip(" \t\n") else None


def plain_tests(text: str) -> UnaryTests | None:
    """Return the tree of unary tests that compare with constants; null for any other text."""
    if len(text) > _LONGEST:
        return None
    if text.strip(" \t\n") == "-":
        return UnaryTests((), position=text.index("-"))
    start = _START.match(text)
    end = start.end() if start else 0
    negated = bool(start and start["negated"])
    tests: list[Node] = []
    while True:
        test, end = _test(text, end)
        following = _NEXT.match(text, end)
        if test is None or following is None:
            return None
        tests.append(test)
        end = following.end()
        if following["sign"] != ",":
            break
    if following["sign"].startswith(")") is not negated:
        return None
    place = len(text) - len(text.lstrip(" \t\n"))
    return UnaryTests(tuple(tests), negated, position=place)


def _test(text: str, start: int) -> tuple[Node | None, int]:
    """Return the test at a place and its end; null if none stands there that is plain."""
    compared = _COMPARED.match(text, start)
    if compared:
        operand, end = _constant(text, compared.end())
        if not isinstance(operand, Literal | Negation):
            return None, end
        return Test(compared["operator"], operand, position=compared.start("operator")), end
    opened = _OPENED.match(text, start)
    return _range(text, opened) if opened else _constant(text, start)


def _range(text: str, opened: re.Match[str]) -> tuple[Node | None, int]:
    """Return the range that a bracket opens, and its end."""
    low, end = _constant(text, opened.end())
    between = _BETWEEN.match(text, end)
    if low is None or between is None:
        return None, end
    high, end = _constant(text, between.end())
    closed = _CLOSED.match(text, end)
    if high is None or closed is None:
        return None, end
    ends = opened["bracket"] == "[", closed["bracket"] == "]"
    return RangeLiteral(low, high, *ends, position=opened.start("bracket")), closed.end()


def _constant(text: str, start: int) -> tuple[Node | None, int]:
    """Return the constant at a place and its end."""
    found = _CONSTANT.match(text, start)
    if found is None:
        return None, start
    end = found.end()
    written = found["text"]
    if written is not None:
        return Literal(written, position=found.start("text") - 1), end
    if found["word"]:
        return Literal(_WORDS[found["word"]], position=found.start("word")), end
    number = Literal(Decimal(found["number"]), position=found.start("number"))
    return Negation(number, position=found.start("sign")) if found["sign"] else number, end
