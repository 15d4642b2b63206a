"""Turns the tree of a pattern into a flat program for the machine."""

from enum import IntEnum
from typing import Any

from rules.feel.errors import FeelBudgetExceeded
from rules.feel.patterns.parser import (
    Back,
    Character,
    Choice,
    Group,
    PatternNode,
    Repeat,
    Sequence,
)

MAX_INSTRUCTIONS = 10_000


class Op(IntEnum):
    """What an instruction does."""

    TEST = 0
    SPLIT = 1
    JUMP = 2
    SAVE = 3
    BACK = 4
    EDGE = 5
    MATCH = 6


Instruction = tuple[Op, Any, Any]


def assemble(tree: PatternNode) -> list[Instruction]:
    """
    Return the program of a pattern.

    Raises:
        FeelBudgetExceeded: The program would be too long.

    """
    assembler = _Assembler()
    assembler.add(tree)
    assembler.put(Op.MATCH)
    return assembler.program


class _Assembler:
    """Writes instructions one after the other."""

    def __init__(self) -> None:
        self.program: list[Instruction] = []

    def put(self, op: Op, first: Any = None, second: Any = None) -> int:
        """Add an instruction and return its place."""
        if len(self.program) >= MAX_INSTRUCTIONS:
            raise FeelBudgetExceeded("The pattern is too large.")
        self.program.append((op, first, second))
        return len(self.program) - 1

    def add(self, node: PatternNode) -> None:
        """Add the instructions of a node."""
        if isinstance(node, Character):
            self.put(Op.TEST, node.test)
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
            # An empty part adds nothing, so the count itself must be limited too.
            self._limit(node.least)
            self.add(node.part)
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

    def _limit(self, count: int) -> None:
        """Refuse a count that no pattern needs."""
        if count > MAX_INSTRUCTIONS:
            raise FeelBudgetExceeded("The pattern is too large.")

    def _aim(self, split: int, inside: int, after: int, *, lazy: bool = False) -> None:
        """Set the two ways of a split, the preferred one first."""
        self.program[split] = (Op.SPLIT, *((after, inside) if lazy else (inside, after)))
