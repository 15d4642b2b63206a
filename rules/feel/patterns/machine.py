"""Runs the program of a pattern over a text."""

import re

from rules.feel.budget import Budget, check_list, check_string
from rules.feel.patterns.program import Instruction, Op

_REPLACEMENT = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])")

Saved = tuple[int, ...]
_State = tuple[int, int, Saved]


class Pattern:
    """A compiled pattern."""

    def __init__(self, program: list[Instruction], groups: int) -> None:
        self._program = program
        self._groups = groups
        self._refers_back = any(instruction[0] is Op.BACK for instruction in program)

    def search(self, text: str, start: int, budget: Budget) -> Saved | None:
        """Return where the first match and its groups begin and end; -1 for a group unused."""
        run = _Run(self._program, text, budget, refers_back=self._refers_back)
        empty = (-1,) * (2 * self._groups + 2)
        for begin in range(start, len(text) + 1):
            saved = run.match(begin, empty)
            if saved is not None:
                return saved
        return None

    def matches(self, text: str, budget: Budget) -> list[Saved]:
        """Return all matches from left to right, none of them overlapping."""
        found: list[Saved] = []
        position = 0
        while position <= len(text):
            saved = self.search(text, position, budget)
            if saved is None:
                break
            found.append(saved)
            check_list(len(found))
            position = saved[1] if saved[1] > saved[0] else saved[1] + 1
        return found

    def split(self, text: str, budget: Budget) -> list[str] | None:
        """Return what stands between the matches; null for a pattern that matches nothing."""
        if self.search("", 0, budget) is not None:
            return None
        parts = []
        position = 0
        for saved in self.matches(text, budget):
            parts.append(text[position : saved[0]])
            position = saved[1]
        parts.append(text[position:])
        return parts

    def replace(self, text: str, replacement: str, budget: Budget) -> str | None:
        """Return a text with all matches replaced; null for a pattern that matches nothing."""
        if self.search("", 0, budget) is not None:
            return None
        parts = []
        position = length = 0
        for saved in self.matches(text, budget):
            filled = self._filled(replacement, text, saved)
            if filled is None:
                return None
            parts += [text[position : saved[0]], filled]
            length += saved[0] - position + len(filled)
            check_string(length)
            position = saved[1]
        return "".join(parts) + text[position:]

    def _filled(self, replacement: str, text: str, saved: Saved) -> str | None:
        """Return a replacement with the groups put in; null if it is malformed."""
        malformed = False

        def piece(found: re.Match[str]) -> str:
            nonlocal malformed
            if found[1]:
                return found[1]
            if found[3]:
                malformed = True
                return ""
            digits = found[2]
            used = len(digits)
            while used > 1 and int(digits[:used]) > self._groups:
                used -= 1
            number = int(digits[:used])
            inside = number <= self._groups and saved[2 * number] >= 0
            group = text[saved[2 * number] : saved[2 * number + 1]] if inside else ""
            return group + digits[used:]

        filled = _REPLACEMENT.sub(piece, replacement)
        return None if malformed else filled


class _Run:
    """One search in one text; it remembers the places from which nothing matched."""

    def __init__(
        self, program: list[Instruction], text: str, budget: Budget, *, refers_back: bool
    ) -> None:
        self._program = program
        self._text = text
        self._budget = budget
        self._refers_back = refers_back
        self._seen: set[object] = set()

    def match(self, begin: int, empty: Saved) -> Saved | None:
        """Return the match that begins at a place, if there is one."""
        waiting: list[_State] = [(0, begin, empty)]
        while waiting:
            found = self._follow(waiting.pop(), waiting)
            if found is not None:
                return (begin, found[1], *found[2][2:])
        return None

    def _follow(self, state: _State, waiting: list[_State]) -> _State | None:
        """Run from one state until it fails or matches; other ways are put on the stack."""
        place, position, saved = state
        program = self._program
        steps = 0
        while place >= 0:
            steps += 1
            op, first, second = program[place]
            if op is Op.MATCH:
                self._budget.spend(steps)
                return place, position, saved
            if op is Op.TEST:
                if position >= len(self._text) or not first(self._text[position]):
                    break
                position += 1
                place += 1
            elif op is Op.SPLIT:
                place = self._split(place, position, saved, waiting)
            elif op is Op.JUMP:
                place = first
            elif op is Op.SAVE:
                saved = (*saved[:first], position, *saved[first + 1 :])
                place += 1
            else:
                position = self._special(op, first, second, position, saved)
                place = place + 1 if position >= 0 else -1
        self._budget.spend(steps)
        return None

    def _split(self, place: int, position: int, saved: Saved, waiting: list[_State]) -> int:
        """Choose the preferred way and keep the other; -1 where this was tried before."""
        key = (place, position, saved) if self._refers_back else (place, position)
        if key in self._seen:
            return -1
        self._seen.add(key)
        _, preferred, other = self._program[place]
        waiting.append((other, position, saved))
        return int(preferred)

    def _special(self, op: Op, first: int, second: bool, position: int, saved: Saved) -> int:
        """Do a rare instruction; return the position after it, or -1."""
        if op is Op.EDGE:
            return position if self._at_edge(bool(first), second, position) else -1
        start, end = saved[2 * first], saved[2 * first + 1]
        if end < 0:
            return position
        wanted = self._text[start:end]
        found = self._text[position : position + len(wanted)]
        equal = wanted.lower() == found.lower() if second else wanted == found
        return position + len(wanted) if equal else -1

    def _at_edge(self, end: bool, lines: bool, position: int) -> bool:
        """Say whether a position is the beginning or end of the text, or of a line."""
        if position == (len(self._text) if end else 0):
            return True
        return lines and self._text[position if end else position - 1] == "\n"
