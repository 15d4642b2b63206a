"""Constants: numbers, strings, booleans, null, and temporal values such as `@"2026-11-20"`."""

import re

from rules.feel import temporal
from rules.feel.budget import MAX_STRING_LENGTH
from rules.feel.numbers import number
from rules.feel.parser.cursor import Cursor
from rules.feel.syntax import Literal

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([\"'\\nrt])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6}))")
_SIMPLE = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
_LAST_CHARACTER = 0x10FFFF


class LiteralParser(Cursor):
    """Reads constants."""

    def literal(self) -> Literal | None:
        """Read a constant, if one stands here."""
        start = self.position
        letter = self.text[start : start + 1]
        if letter == '"':
            return Literal(self.string(), position=start)
        if letter == "@":
            return self._temporal()
        if letter.isdecimal() or letter == ".":
            return self._number()
        word = self.word()
        if word in _WORDS and self.known_name() is None:
            self.take(word)
            return Literal(_WORDS[word], position=start)
        return None

    def _number(self) -> Literal | None:
        """Read a number."""
        start = self.position
        found = self.take_match(_NUMBER)
        if found is None:
            return None
        value = number(found[0])
        if value is None:
            self.fail("The number is too large.", position=start)
        return Literal(value, position=start)

    def string(self) -> str:
        """Read a string in double quotes and return its text."""
        start = self.position
        found = self.take_match(_STRING)
        if found is None:
            self.fail('The string has no closing ".', 'a closing "', start)
        if len(found[0]) > MAX_STRING_LENGTH:
            self.fail("The string is too long.", position=start)
        return _unescaped(found[0][1:-1])

    def _temporal(self) -> Literal:
        """Read `@"..."`: a date, a time, both, or a duration."""
        start = self.position
        self.need("@")
        if not self.sees('"'):
            self.fail_expected('a string after "@"')
        text = self.string()
        value = temporal.parse_any(text)
        if value is None:
            self.fail(
                f'"{text[:40]}" is no date, time or duration.',
                "a date, time or duration in ISO 8601",
                start,
            )
        return Literal(value, position=start)


def _unescaped(text: str) -> str:
    """Replace the escapes of a string; other backslashes stay, as patterns need them."""
    if "\\" not in text:
        return text
    replaced = _ESCAPE.sub(_character, text)
    # Two escapes may make one character beyond the first 65,536; half of one is nothing.
    return replaced.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    if found[1]:
        return _SIMPLE[found[1]]
    code = int(found[2] or found[3], 16)
    return chr(code) if code <= _LAST_CHARACTER else "\ufffd"
