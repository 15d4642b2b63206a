"""What of a database belongs to a case or to a person, and how a copy of each row differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Date, Integer, String, Table

import workflows.tables  # noqa: F401  (registers every table)
from workflows.database import Base, UtcDateTime

# What the worker finds out afresh of every case, and what there is one of for all members.
_OF_WORKERS = {"case_figure", "risk_note", "stalled_note"}
_OF_ALL = {"calibration_session", "review_cycle"}
LEFT_OUT = frozenset(_OF_WORKERS | _OF_ALL)
# What an id in the data of a process stands for.
_IDS_IN_DATA = {
    "appeal_id": "appeal",
    "case_id": "correction_case",
    "change_id": "mentor_change",
    "exit_case_id": "exit_case",
    "member_id": "pool_member",
    "nomination_id": "nomination",
    "plan_id": "training_plan",
    "review_id": "review",
}
# A key that copies may not share with their pattern.
_KEYS = {
    ("account", "username"),
    ("instance", "business_key"),
    ("person", "number"),
    ("person", "username"),
    ("pool_member", "number"),
}
_SHORTEST_NAME = 120  # columns for the username of somebody are as long, or longer
_OWN_HEAD = 8  # of so many copies of a person one has the head of the pattern, others a copy
_YEARS = 5
_END = "9998-01-01"


@dataclass(frozen=True)
class Copies:
    """
    How copies are told apart, in the words of one kind of database.

    Attributes:
        steps: How far the numbers of the copies of a table lie apart.
        lives: How often people are copied; cases beyond that are about these again.

    """

    is_sqlite: bool
    tables: Mapping[str, Table]
    steps: Mapping[str, int] = field(default_factory=dict)
    lives: int = 0

    @property
    def life(self) -> str:
        """Return which copy of a person copy number `r.number` of a case is about."""
        return f"((r.number - 1) % {self.lives} + 1)" if self.lives else "0"

    def renamed(self, name: str, number: str = "r.number") -> str:
        """Return what a copy is called, also where there are copies from another time."""
        return f"{name} || '-' || ({number} + {self.steps['person']})"

    def least(self, *amounts: str) -> str:
        """Return the smallest of some amounts."""
        if len(amounts) == 1:
            return amounts[0]
        return f"{'min' if self.is_sqlite else 'least'}({', '.join(amounts)})"

    def case_of_letter(self) -> str:
        """Return the number of the case that a letter is of, which its own begins with."""
        if self.is_sqlite:
            return "CAST(t.id AS integer)"
        return r"CAST(substring(t.id FROM '^([0-9]+)\:') AS integer)"

    def value(self, column: Column[Any]) -> str:
        """Return what a column holds in copy number `r.number` of a row `t` of a pattern."""
        table, name = column.table.name, f"t.{column.name}"
        target = next((key.column.table.name for key in column.foreign_keys), None)
        if isinstance(column.type, Integer):
            if column.primary_key and column.name == "id":
                return f"{name} + {self.steps[table]} * r.number"
            if target in self.tables:
                return f"{name} + {self.steps[target]} * r.number"
        if (table, column.name) in _KEYS:
            return self.renamed(name)
        special = self._special().get((table, column.name))
        return special or self._fact(column)

    def _special(self) -> dict[tuple[str, str], str]:
        """Return the values of columns that are like no other."""
        roles, case = '["member"]', self.case_of_letter()
        matters = {"correction": "correction_case", "exit": "exit_case", "grade": "review"}
        matter = " ".join(
            f"WHEN '{kind}' THEN {self.steps.get(table, 0)}" for kind, table in matters.items()
        )
        return {
            ("person", "post_id"): "NULL",  # a post has one holder
            ("account", "roles"): f"'{roles}'" if self.is_sqlite else f"CAST('{roles}' AS json)",
            ("appeal", "matter_id"): f"t.matter_id + r.number * CASE t.matter {matter} END",
            ("outbox", "id"): f"({case} + {self.steps.get('instance', 0)} * r.number) || "
            f"substr(t.id, length(CAST({case} AS text)) + 1)",
            ("instance", "data"): self._data(),
            ("pool_member", "accountable_head"): f"CASE WHEN r.number % {_OWN_HEAD} = 0 THEN "
            f"t.accountable_head ELSE {self.renamed('t.accountable_head')} END",
        }

    def _fact(self, column: Column[Any]) -> str:
        """Return what a column holds that is no key: a time, a name, or the same."""
        name = f"t.{column.name}"
        if isinstance(column.type, UtcDateTime | Date):
            return self._earlier(column)
        is_name = type(column.type) is String and (column.type.length or 0) >= _SHORTEST_NAME
        if is_name and self.lives:
            copy = self.renamed(name, self.life)
            return f"CASE WHEN {name} = t.its_subject THEN {copy} ELSE {name} END"
        return name

    def _earlier(self, column: Column[Any]) -> str:
        """Return a day or a moment some weeks earlier for each copy, where its case is over."""
        name, days = f"t.{column.name}", f"(r.number * 37 % {365 * _YEARS})"
        moved = f"{name} - make_interval(days => {days})"
        if isinstance(column.type, Date):
            moved = (
                f"date({name}, '-' || {days} || ' days')" if self.is_sqlite else f"{name} - {days}"
            )
        elif self.is_sqlite:
            shift = f"'-' || {days} || ' days'"
            moved = rf"strftime('%Y-%m-%d %H\:%M\:%f', {name}, {shift}) || '000'"
        return f"CASE WHEN t.its_end = 1 AND {name} < '{_END}' THEN {moved} ELSE {name} END"

    def _data(self) -> str:
        """Return the data of a process with the numbers of what the copy is about."""
        value = "t.data" if self.is_sqlite else "CAST(t.data AS jsonb)"
        for key, table in _IDS_IN_DATA.items():
            step = f"{self.steps.get(table, 0)} * {self.life}"
            if self.is_sqlite:
                value = f"json_replace({value}, '$.{key}', (t.data ->> '{key}') + {step})"
                continue
            there = f"CAST(t.data ->> '{key}' AS integer)"
            changed = f"jsonb_set({value}, '{{{key}}}', to_jsonb({there} + {step}))"
            value = f"CASE WHEN {there} IS NULL THEN {value} ELSE {changed} END"
        return value if self.is_sqlite else f"CAST({value} AS json)"


def copied() -> dict[str, Table]:
    """Return the tables whose rows have copies, each after those that it refers to."""
    found: dict[str, Table] = {}
    for table in Base.metadata.sorted_tables:
        is_first = table.name in {"instance", "person", "outbox"}
        if is_first or (table.name not in LEFT_OUT and list(parents(table, found))):
            found[table.name] = table
    return found


def parents(table: Table, among: Mapping[str, Table]) -> Iterator[tuple[Column[Any], str]]:
    """Yield the columns by which a row belongs to a row of another table, and that table."""
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        other = key.column.table.name
        if other != table.name and other in among and isinstance(key.column.type, Integer):
            yield key.parent, other


def is_numbered(table: Table) -> bool:
    """Say whether the rows of a table have a number of their own."""
    return "id" in table.c and isinstance(table.c.id.type, Integer)


def records(tables: Mapping[str, Table]) -> Iterator[Table]:
    """Yield the tables that keep of a case what it is to a person or a membership."""
    for table in tables.values():
        mine = {other for _column, other in parents(table, tables)}
        if "instance" in mine and not mine <= {"instance", "user_task"}:
            yield table
