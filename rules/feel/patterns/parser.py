"""Reads a pattern into a small tree."""

import re
from dataclasses import dataclass

from rules.feel.patterns import sets

MAX_PATTERN_LENGTH = 2_000
_MAX_NESTING = 30
_COUNT = re.compile(r"\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\}")
_PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_SYMBOLS = frozenset("\\|.-^?*+{}()[]$/\"' ")


class PatternError(Exception):
    """The text is no pattern."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a set."""

    test: sets.CharacterSet


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple["PatternNode", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts, the first that leads to a match."""

    parts: tuple["PatternNode", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; a maximum of `None` is without end."""

    part: "PatternNode"
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose match is remembered under a number."""

    part: "PatternNode"
    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """What a group has matched before."""

    number: int
    any_case: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of the text, or of a line."""

    end: bool
    lines: bool


PatternNode = Character | Sequence | Choice | Repeat | Group | Back | Edge


def parse_pattern(pattern: str, flags: str) -> tuple[PatternNode, int]:
    """
    Read a pattern; return its tree and the number of its groups.

    Raises:
        PatternError: The text is no pattern.

    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise PatternError
    reader = _Reader(pattern, flags)
    if "q" in flags:
        return Sequence(tuple(reader.letter(character) for character in pattern)), 0
    tree = reader.choice(0)
    if reader.position < len(reader.text):
        raise PatternError
    return tree, reader.groups


class _Reader:
    """A place in a pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = re.sub(r"[\t\n\r ]", "", pattern) if "x" in flags else pattern
        self.position = 0
        self.groups = 0
        self._closed: set[int] = set()
        self._flags = flags

    def _peek(self) -> str:
        """Return the character here, or nothing at the end."""
        return self.text[self.position : self.position + 1]

    def _take(self, token: str) -> bool:
        """Go over a token if it stands here."""
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        return True

    def letter(self, character: str) -> Character:
        """Return the node of one plain character."""
        return self._set(sets.single(character))

    def _set(self, inner: sets.CharacterSet) -> Character:
        """Return the node of a set."""
        return Character(sets.any_case(inner) if "i" in self._flags else inner)

    def choice(self, depth: int) -> PatternNode:
        """Read alternatives."""
        if depth > _MAX_NESTING:
            raise PatternError
        parts = [self._sequence(depth)]
        while self._take("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self, depth: int) -> PatternNode:
        """Read parts up to the end of an alternative."""
        parts: list[PatternNode] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom(depth)))
        return Sequence(tuple(parts))

    def _repeated(self, part: PatternNode) -> PatternNode:
        """Read the quantifier after a part."""
        counted = _COUNT.match(self.text, self.position)
        if counted:
            self.position = counted.end()
            least = int(counted[1])
            most = (int(counted[3]) if counted[3] else None) if counted[2] else least
        else:
            limits = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._peek())
            if limits is None:
                return part
            self.position += 1
            least, most = limits
        if most is not None and most < least:
            raise PatternError
        node = Repeat(part, least, most, lazy=self._take("?"))
        if self._peek() in {"*", "+", "?"} or _COUNT.match(self.text, self.position):
            raise PatternError
        return node

    def _atom(self, depth: int) -> PatternNode:
        """Read one part without its quantifier."""
        character = self._peek()
        self.position += 1
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._set(self._class(depth))
        if character == ".":
            return Character(sets.everything if "s" in self._flags else sets.no_line_end)
        if character in "^$":
            return Edge(end=character == "$", lines="m" in self._flags)
        if character == "\\":
            return self._escape()
        if character in "*+?{}]":
            raise PatternError
        return self.letter(character)

    def _group(self, depth: int) -> PatternNode:
        """Read a group after its parenthesis."""
        if self._take("?:"):
            inner = self.choice(depth + 1)
            if not self._take(")"):
                raise PatternError
            return inner
        self.groups += 1
        number = self.groups
        inner = self.choice(depth + 1)
        if not self._take(")"):
            raise PatternError
        self._closed.add(number)
        return Group(inner, number)

    def _escape(self) -> PatternNode:
        """Read what follows a backslash outside a class."""
        if self._peek().isdecimal() and self._peek() != "0":
            return self._back_reference()
        return self._set(self._escaped_set())

    def _back_reference(self) -> Back:
        """Read the number of a group that was closed before."""
        number = int(self._peek())
        self.position += 1
        while self._peek().isdecimal() and number * 10 + int(self._peek()) in self._closed:
            number = number * 10 + int(self._peek())
            self.position += 1
        if number not in self._closed:
            raise PatternError
        return Back(number, "i" in self._flags)

    def _escaped_set(self) -> sets.CharacterSet:
        """Read the set that a letter after a backslash names."""
        letter = self._peek()
        self.position += 1
        if letter in _PLAIN_ESCAPES:
            return sets.single(_PLAIN_ESCAPES[letter])
        if letter and letter in sets.SHORT:
            return sets.SHORT[letter]
        if letter in {"p", "P"}:
            found = _PROPERTY.match(self.text, self.position)
            inner = sets.of_property(found[1]) if found else None
            if found is None or inner is None:
                raise PatternError
            self.position = found.end()
            return inner if letter == "p" else sets.negated(inner)
        if letter and letter in _SYMBOLS:
            return sets.single(letter)
        raise PatternError

    def _class(self, depth: int) -> sets.CharacterSet:
        """Read a class after its bracket."""
        if depth > _MAX_NESTING:
            raise PatternError
        negative = self._take("^")
        parts: list[sets.CharacterSet] = []
        removed: sets.CharacterSet | None = None
        while not self._take("]"):
            if removed is not None or not self._peek():
                raise PatternError
            if parts and self._take("-["):
                removed = self._class(depth + 1)
            else:
                parts.append(self._class_item())
        if not parts:
            raise PatternError
        inner = sets.negated(sets.union(parts)) if negative else sets.union(parts)
        return inner if removed is None else sets.without(inner, removed)

    def _class_item(self) -> sets.CharacterSet:
        """Read one character, escape or range of a class."""
        low = self._class_character()
        follows = self.text[self.position : self.position + 2]
        if low is None:
            return self._escaped_set()
        if not follows.startswith("-") or follows in {"-]", "-["}:
            return sets.single(low)
        self.position += 1
        high = self._class_character()
        if high is None or high < low:
            raise PatternError
        return sets.between(low, high)

    def _class_character(self) -> str | None:
        """Read a plain or escaped character; null before an escape that names a set."""
        character = self._peek()
        if character == "\\":
            letter = self.text[self.position + 1 : self.position + 2]
            if letter not in _PLAIN_ESCAPES and letter not in _SYMBOLS:
                self.position += 1
                return None
            self.position += 2
            return _PLAIN_ESCAPES.get(letter, letter)
        if character in {"", "[", "]"}:
            raise PatternError
        self.position += 1
        return character
