"""
The log of a case: everything that its steps were told, so that they can be taken again.

One entry stands with the first history event of each transition, in the same
row and so in the same transaction. When it was and who did it stand in that
row; decisions, forms and called processes follow from the bundle, whose content
never changes; an entry names it where another one holds from there on. What is
left are the commands with their data, the results of services, and what the
working calendar answered.

Entries hold values of people and are shown to nobody; history says what
changed, never to which value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, get_args

from rules.feel import to_json
from workflows.engine import commands
from workflows.engine.packing import pack, unpack
from workflows.engine.runtime.waits import from_stored, to_stored
from workflows.engine.transition import Command, WorkingCalendar

VERSION = 1
_WORTH_SQUEEZING = 160  # bytes
_WHAT = "The log of this case"
_FIELDS: Mapping[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in get_args(Command)
}


@dataclass(frozen=True)
class Entry:
    """
    What one transition was told.

    Attributes:
        commands: The command, and behind it the results of the services that
            were called on the way.
        working_days: What the calendar answered, in the order it was asked.
        bundle_id: The bundle that holds from here on; None where it stays.
        skips: Elements that a person let the case pass without doing them.

    """

    commands: tuple[Command, ...]
    working_days: tuple[datetime, ...] = ()
    bundle_id: int | None = None
    skips: frozenset[str] = frozenset()


class NotingCalendar:
    """A working calendar that remembers its answers."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self.answers: list[datetime] = []

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Ask the calendar and remember what it says."""
        answer = self._calendar.add_working_days(start, days)
        self.answers.append(answer)
        return answer

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Ask for the next moment of a pattern and remember the answer."""
        answer = self._calendar.next_by_cron(pattern, start)
        self.answers.append(answer)
        return answer


class RepeatingCalendar:
    """A working calendar that gives the answers of an entry again, in their order."""

    def __init__(self, answers: Iterable[datetime]) -> None:
        self._answers: Iterator[datetime] = iter(answers)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the next answer; one that is missing gives the start, so that it shows."""
        return next(self._answers, start)

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the next answer; one that is missing gives the start, so that it shows."""
        return next(self._answers, start)


def write(entry: Entry) -> bytes:
    """Return an entry as bytes."""
    rows = [_row(command) for command in entry.commands]
    days = [to_stored(answer) for answer in entry.working_days]
    tail: Sequence[Any] = (days, entry.bundle_id, sorted(entry.skips))
    while tail and not tail[-1]:
        tail = tail[:-1]
    return pack([rows, *tail], VERSION, squeezed_from=_WORTH_SQUEEZING, plain=_plain)


def read(stored: bytes) -> Entry:
    """
    Return the entry that `write` wrote.

    Raises:
        Unreadable: It was written by a newer release, or by nobody.

    """
    rows, days, bundle_id, skips = (*unpack(stored, VERSION, _WHAT), None, None, None)[:4]
    return Entry(
        commands=tuple(commands.from_row(row) for row in rows),
        working_days=tuple(from_stored(day) for day in days or ()),
        bundle_id=bundle_id,
        skips=frozenset(skips or ()),
    )


def _row(command: Command) -> list[Any]:
    """Return a command as a row: its kind, then its fields in order."""
    values = [getattr(command, name) for name in _FIELDS[type(command)]]
    return [commands.name_of(command), *values]


def _plain(value: Any) -> Any:
    """Return a value as the step writes it: what services answer may hold dates and decimals."""
    return dict(value) if isinstance(value, Mapping) else to_json(value)
