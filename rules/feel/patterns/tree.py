"""What a pattern says, before it becomes a program."""

from dataclasses import dataclass

from rules.feel.patterns.sets import Members


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a set."""

    members: Members


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
