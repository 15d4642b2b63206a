"""Reads a pattern into a small tree."""

import re

from rules.feel.budget import exceeded
from rules.feel.patterns import sets
from rules.feel.patterns.tree import (
    Back,
    Character,
    Choice,
    Edge,
    Group,
    PatternNode,
    Repeat,
    Sequence,
)

MAX_PATTERN_LENGTH = 2_000
MAX_GROUPS = 50
_MAX_NESTING = 30
_COUNT = re.compile(r"\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\}")
_PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")
_SPACES = frozenset("\t\n\r ")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
# The standard has no escape for the last four, but people write them.
_SYMBOLS = frozenset("\\|.-^?*+{}()[]$/\"' ")


class PatternError(Exception):
    """The text is no pattern."""


def parse_pattern(pattern: str, flags: str) -> tuple[PatternNode, int]:
    """
    Read a pattern; return its tree and the number of its groups.

    Raises:
        PatternError: The text is no pattern.
        FeelBudgetExceeded: The pattern is too long or has too many groups.

    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise exceeded(
            f"A pattern has more than {MAX_PATTERN_LENGTH:,} characters", "write a shorter one"
        )
    reader = _Reader(pattern, flags)
    if "q" in flags:
        return Sequence(tuple(reader.letter(character) for character in pattern)), 0
    tree = reader.choice(0)
    if reader.position < len(reader.text):
        raise PatternError
    return tree, reader.groups


def _without_spaces(pattern: str) -> str:
    """Return a pattern without the white space outside its classes."""
    kept = []
    classes = 0
    escaped = False
    for character in pattern:
        if character in _SPACES and not classes:
            continue
        kept.append(character)
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            classes += 1
        elif character == "]" and classes:
            classes -= 1
    return "".join(kept)


class _Reader:
    """A place in a pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = _without_spaces(pattern) if "x" in flags and "q" not in flags else pattern
        self.position = 0
        self.groups = 0
        self._closed: set[int] = set()
        self._flags = flags
        self._letters: dict[str, Character] = {}

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
        if character not in self._letters:
            self._letters[character] = Character(sets.Members(self._spans((character, character))))
        return self._letters[character]

    def _spans(self, *spans: sets.Span) -> sets.CharacterSet:
        """Return the set of what a pattern writes out, in any case where a flag says so."""
        return sets.of_spans(spans, any_case="i" in self._flags)

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
            return Character(sets.Members(self._class(depth)))
        if character == ".":
            inner = sets.everything if "s" in self._flags else sets.no_line_end
            return Character(sets.Members(inner))
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
        if self.groups > MAX_GROUPS:
            raise exceeded(f"A pattern has more than {MAX_GROUPS} groups", "write (?:...) instead")
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
        if self._peek() in _PLAIN_ESCAPES or self._peek() in _SYMBOLS:
            self.position += 1
            letter = self.text[self.position - 1]
            return self.letter(_PLAIN_ESCAPES.get(letter, letter))
        return Character(sets.Members(self._named_set()))

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

    def _named_set(self) -> sets.CharacterSet:
        """Read the set that a letter after a backslash names; its case never changes."""
        letter = self._peek()
        self.position += 1
        if letter and letter in sets.SHORT:
            return sets.SHORT[letter]
        found = _PROPERTY.match(self.text, self.position) if letter in {"p", "P"} else None
        inner = sets.of_property(found[1], negative=letter == "P") if found else None
        if found is None or inner is None:
            raise PatternError
        self.position = found.end()
        return inner

    def _class(self, depth: int) -> sets.CharacterSet:
        """Read a class after its bracket."""
        if depth > _MAX_NESTING:
            raise PatternError
        negative = self._take("^")
        spans: list[sets.Span] = []
        named: list[sets.CharacterSet] = []
        removed: sets.CharacterSet | None = None
        while not self._take("]"):
            if removed is not None or not self._peek():
                raise PatternError
            if (spans or named) and self._take("-["):
                removed = self._class(depth + 1)
            else:
                self._class_item(spans, named)
        if not spans and not named:
            raise PatternError
        inner = sets.union([self._spans(*spans), *named]) if spans else sets.union(named)
        inner = sets.negated(inner) if negative else inner
        return inner if removed is None else sets.without(inner, removed)

    def _class_item(self, spans: list[sets.Span], named: list[sets.CharacterSet]) -> None:
        """Read one character, escape or range of a class."""
        low = self._class_character()
        if low is None:
            named.append(self._named_set())
            return
        follows = self.text[self.position : self.position + 2]
        if not follows.startswith("-") or follows in {"-]", "-["}:
            spans.append((low, low))
            return
        self.position += 1
        high = self._class_character()
        if high is None or high < low:
            raise PatternError
        spans.append((low, high))

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
