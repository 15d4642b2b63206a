"""Turns the tree of a pattern into a flat program for the machine."""

from typing import Any, NamedTuple

from rules.feel.budget import exceeded
from rules.feel.patterns.sets import Members
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

MAX_INSTRUCTIONS = 10_000


class Op:
    """What an instruction does; plain numbers, because the machine asks for them all the time."""

    TEST = 0
    SPLIT = 1
    JUMP = 2
    SAVE = 3
    BACK = 4
    EDGE = 5
    MATCH = 6


Instruction = tuple[int, Any, Any]


class Program(NamedTuple):
    """
    The instructions, and what is known of every match before it is looked for.

    `first` has the characters with which a match can begin, or is null; `at_start` says
    that a match begins at the beginning of the text only.
    """

    instructions: list[Instruction]
    first: Members | None
    at_start: bool
    refers_back: bool


def assemble(tree: PatternNode) -> Program:
    """
    Return the program of a pattern.

    Raises:
        FeelBudgetExceeded: The program would be too long.

    """
    assembler = _Assembler()
    assembler.add(tree)
    assembler.put(Op.MATCH)
    beginning = _beginning(tree)
    return Program(
        assembler.program,
        beginning.members if isinstance(beginning, Character) else None,
        isinstance(beginning, Edge) and not beginning.end and not beginning.lines,
        any(instruction[0] == Op.BACK for instruction in assembler.program),
    )


def _beginning(node: PatternNode) -> PatternNode:
    """Return the part with which every match of a pattern begins, as far as it is simple."""
    while True:
        if isinstance(node, Group) or (isinstance(node, Repeat) and node.least):
            node = node.part
        elif isinstance(node, Sequence) and node.parts:
            node = node.parts[0]
        else:
            return node


class _Assembler:
    """Writes instructions one after the other."""

    def __init__(self) -> None:
        self.program: list[Instruction] = []

    def put(self, op: int, first: Any = None, second: Any = None) -> int:
        """Add an instruction and return its place."""
        if len(self.program) >= MAX_INSTRUCTIONS:
            raise exceeded("A pattern is too large", "lower the numbers in its {...}")
        self.program.append((op, first, second))
        return len(self.program) - 1

    def add(self, node: PatternNode) -> None:
        """Add the instructions of a node."""
        if isinstance(node, Character):
            self.put(Op.TEST, node.members)
        elif isinstance(node, Sequence):
            for part in node.parts:
                self.add(part)
        elif isinstance(node, Choice):
            self._choice(node)
        elif isinstance(node, Repeat):
            self._repeat(node)
        elif isinstance(node, Group):
            self.put(Op.SAVE, 2 * node.number)
            self.add(node.part)
            self.put(Op.SAVE, 2 * node.number + 1)
        elif isinstance(node, Back):
            self.put(Op.BACK, node.number, node.any_case)
        else:
            self.put(Op.EDGE, node.end, node.lines)

    def _choice(self, node: Choice) -> None:
        """Add alternatives; the first is tried first."""
        jumps = []
        for part in node.parts[:-1]:
            split = self.put(Op.SPLIT)
            self.add(part)
            jumps.append(self.put(Op.JUMP))
            self._aim(split, split + 1, len(self.program))
        self.add(node.parts[-1])
        for jump in jumps:
            self.program[jump] = (Op.JUMP, len(self.program), None)

    def _repeat(self, node: Repeat) -> None:
        """Add the required repetitions, then the optional ones."""
        for _ in range(node.least):
            before = len(self.program)
            self.add(node.part)
            if len(self.program) == before:
                # Nothing, repeated any number of times, is nothing.
                return
        if node.most is None:
            split = self.put(Op.SPLIT)
            self.add(node.part)
            self.put(Op.JUMP, split)
            self._aim(split, split + 1, len(self.program), lazy=node.lazy)
            return
        splits = []
        for _ in range(node.most - node.least):
            splits.append(self.put(Op.SPLIT))
            self.add(node.part)
        for split in splits:
            self._aim(split, split + 1, len(self.program), lazy=node.lazy)

    def _aim(self, split: int, inside: int, after: int, *, lazy: bool = False) -> None:
        """Set the two ways of a split, the preferred one first."""
        self.program[split] = (Op.SPLIT, *((after, inside) if lazy else (inside, after)))
