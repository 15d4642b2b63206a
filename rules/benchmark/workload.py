"""
The table that is measured: conditions on five facts about a person, and a result.

Everything follows from a seed, so that every run and every engine gets the same. The
conditions are of the kinds that all engines can express, each in its own words.
"""

import random
from dataclasses import dataclass
from typing import Any

COLUMNS = {
    "age": "number",
    "income": "number",
    "status": "string",
    "member": "boolean",
    "grade": "string",
}
_STATUSES = ("active", "on leave", "probation", "retired", "seconded", "suspended")
_GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell: `kind` is any, between, at least, below, one of, not or is."""

    kind: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: a condition for each column, and its result."""

    conditions: tuple[Condition, ...]
    result: str


def rules(count: int, seed: int = 1, *, seldom: bool = False) -> list[Row]:
    """
    Return the rules of a table; the last one accepts everything.

    With `seldom` a rule holds for one in some hundred people, so that an engine that
    tries one rule after the other has to try many.
    """
    source = random.Random(seed)  # noqa: S311  (nothing here is a secret)
    rows = [Row(_conditions(source, seldom), f"result {number}") for number in range(1, count)]
    anything = (Condition("any"),) * len(COLUMNS)
    return [*rows, Row(anything, f"result {count}")]


def inputs(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """Return the facts of people; nearly all incomes are different."""
    source = random.Random(seed)  # noqa: S311
    return [
        {
            "age": source.randrange(16, 80),
            "income": source.randrange(100_000),
            "status": source.choice(_STATUSES),
            "member": source.random() < 0.5,
            "grade": source.choice(_GRADES),
        }
        for _ in range(count)
    ]


def _conditions(source: random.Random, seldom: bool) -> tuple[Condition, ...]:
    """Return the conditions of one rule; each column asks for nothing in one of five."""
    widest, most, open_cells = (6, 2, 0.0) if seldom else (35, 4, 0.2)
    youngest = source.randrange(16, 75 if seldom else 45)
    asked = (
        Condition("between", (youngest, youngest + source.randrange(widest // 3, widest))),
        Condition(source.choice(("at least", "below")), (source.randrange(20_000, 80_000),)),
        Condition("one of", tuple(source.sample(_STATUSES, source.randint(1, most)))),
        Condition("is", (source.random() < 0.5,)),
        Condition("not", (source.choice(_GRADES),)),
    )
    return tuple(
        Condition("any") if source.random() < open_cells else condition for condition in asked
    )
