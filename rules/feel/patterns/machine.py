"""Runs the program of a pattern over a text."""

from rules.feel.budget import Budget, check_list
from rules.feel.patterns.program import Instruction, Op, Program

Saved = tuple[int, ...]
_State = tuple[int, int, Saved]
_INSTRUCTIONS_PER_STEP = 4
_INSTRUCTIONS_AT_ONCE = 200
_SKIPPED_PER_STEP = 8
_SKIPPED_AT_ONCE = 4_000


class Pattern:
    """A compiled pattern."""

    def __init__(self, program: Program, groups: int) -> None:
        self.size = len(program.instructions)
        self.groups = groups
        self._program = program

    def search(self, text: str, start: int, budget: Budget) -> Saved | None:
        """Return where the first match and its groups begin and end; -1 for a group unused."""
        return _Run(self._program, self.groups, text, budget).search(start)

    def matches(self, text: str, budget: Budget) -> list[Saved]:
        """Return all matches from left to right, none of them overlapping."""
        found: list[Saved] = []
        position = 0
        while position <= len(text):
            budget.spend()
            saved = self.search(text, position, budget)
            if saved is None:
                break
            found.append(saved)
            check_list(len(found))
            position = saved[1] if saved[1] > saved[0] else saved[1] + 1
        return found

    def matches_nothing(self, budget: Budget) -> bool:
        """Say whether the pattern is fulfilled by no characters at all."""
        return self.search("", 0, budget) is not None


class _Run:
    """One search in one text; it remembers the places from which nothing matched."""

    def __init__(self, program: Program, groups: int, text: str, budget: Budget) -> None:
        self._program = program
        self._empty: Saved = (-1,) * (2 * groups + 2)
        self._save_cost = 1 + groups // 8
        self._text = text
        self._budget = budget
        self._seen: set[object] = set()

    def search(self, start: int) -> Saved | None:
        """Return the first match at or after a place."""
        begin = self._next_begin(start)
        while begin >= 0:
            saved = self._match(begin)
            if saved is not None:
                return saved
            begin = self._next_begin(begin + 1)
        return None

    def _next_begin(self, start: int) -> int:
        """Return the next place at which a match can begin at all, or -1."""
        text, first = self._text, self._program.first
        if self._program.at_start:
            return start if start == 0 else -1
        if first is None:
            return start if start <= len(text) else -1
        for begin in range(start, len(text)):
            if first[text[begin]]:
                self._budget.spend((begin - start) // _SKIPPED_PER_STEP)
                return begin
            if begin - start > _SKIPPED_AT_ONCE:
                self._budget.spend(_SKIPPED_AT_ONCE // _SKIPPED_PER_STEP)
                start = begin
        self._budget.spend((len(text) - start) // _SKIPPED_PER_STEP)
        return -1

    def _match(self, begin: int) -> Saved | None:
        """Return the match that begins at a place, if there is one."""
        waiting: list[_State] = [(0, begin, self._empty)]
        while waiting:
            found = self._follow(waiting.pop(), waiting)
            if found is not None:
                return (begin, found[1], *found[2][2:])
        return None

    def _follow(self, state: _State, waiting: list[_State]) -> _State | None:
        """Run from one state until it fails or matches; other ways are put on the stack."""
        place, position, saved = state
        program, text, size = self._program.instructions, self._text, len(self._text)
        done = 0
        while place >= 0:
            done += 1
            if done >= _INSTRUCTIONS_AT_ONCE:
                self._budget.spend(done // _INSTRUCTIONS_PER_STEP)
                done = 0
            op, first, _ = program[place]
            if op == Op.TEST:
                if position >= size or not first[text[position]]:
                    break
                position += 1
                place += 1
            elif op == Op.SPLIT:
                place = self._split(place, program[place], position, saved, waiting)
            elif op == Op.JUMP:
                place = first
            elif op == Op.MATCH:
                self._budget.spend(1 + done // _INSTRUCTIONS_PER_STEP)
                return place, position, saved
            else:
                done += self._save_cost
                place, position, saved = self._rare(place, position, saved)
        self._budget.spend(1 + done // _INSTRUCTIONS_PER_STEP)
        return None

    def _split(
        self,
        place: int,
        instruction: Instruction,
        position: int,
        saved: Saved,
        waiting: list[_State],
    ) -> int:
        """Choose the preferred way and keep the other; -1 where this was tried before."""
        _, preferred, other = instruction
        key: object = position * len(self._program.instructions) + place
        if self._program.refers_back:
            key = key, saved
        if key in self._seen:
            return -1
        self._seen.add(key)
        waiting.append((other, position, saved))
        return int(preferred)

    def _rare(self, place: int, position: int, saved: Saved) -> _State:
        """Do a rare instruction; return the state after it, with the place -1 if it failed."""
        op, first, second = self._program.instructions[place]
        if op == Op.SAVE:
            return place + 1, position, (*saved[:first], position, *saved[first + 1 :])
        if op == Op.EDGE:
            return (place + 1 if self._at_edge(first, second, position) else -1), position, saved
        start, end = saved[2 * first], saved[2 * first + 1]
        if end < 0:
            return place + 1, position, saved
        self._budget.spend_characters(end - start)
        wanted = self._text[start:end]
        found = self._text[position : position + len(wanted)]
        equal = wanted.lower() == found.lower() if second else wanted == found
        return (place + 1 if equal else -1), position + len(wanted), saved

    def _at_edge(self, end: bool, lines: bool, position: int) -> bool:
        """Say whether a position is the beginning or end of the text, or of a line."""
        text = self._text
        if position == (len(text) if end else 0):
            return True
        if not lines:
            return False
        if end:
            return text[position] == "\n"
        # What follows the last line end is no line of its own.
        return text[position - 1] == "\n" and position < len(text)
