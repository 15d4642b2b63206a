"""How each kind of write is said to each kind of database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from workflows import json_text
from workflows.database import UtcDateTime

COUNT = func.count(literal_column("1"))
_MANY = "any_of_"  # begins the name of a value that holds several numbers
_FOUND = "found_"  # begins the name of a value that rows are found by


class Shape(NamedTuple):
    """A write without its values: two of the same shape have the same text."""

    verb: str
    table: Table
    columns: tuple[str, ...]
    found_by: tuple[str, ...] = ()
    is_counted: bool = False
    numbered_by: str | None = None


def filled(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows with the defaults of the columns that they leave out."""
    moments, missing = _checked_and_missing(table, tuple(rows[0]))
    for row in rows:
        for name in moments:
            if row[name] is not None and row[name].tzinfo is None:
                raise ValueError(f"A moment needs a time zone; “{name}” has none.")
    if not missing:
        return list(rows)
    return [{**row, **{name: _default(default) for name, default in missing}} for row in rows]


@cache
def _checked_and_missing(
    table: Table, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """Return the columns that hold moments, and those that are left out, with their defaults."""
    moments = tuple(name for name in columns if isinstance(table.c[name].type, UtcDateTime))
    missing = tuple(
        (one.name, one.default)
        for one in table.columns
        if one.default is not None and one.name not in columns
    )
    return moments, missing


def found(where: Mapping[str, Any]) -> dict[str, Any]:
    """Return by what rows are found, named so that the shape tells one number from several."""
    named: dict[str, Any] = {}
    for name, value in where.items():
        if not isinstance(value, list):
            named[_FOUND + name] = value
        elif len(value) == 1:
            named[_FOUND + name] = value[0]
        else:
            named[_FOUND + _MANY + name] = value
    return named


def for_postgresql(number: int, shape: Shape) -> Any:
    """Return one part of a statement of several; rows to insert arrive as one JSON text."""
    if shape.verb == "update":
        return _changing(number, shape)
    if shape.verb == "delete":
        return delete(shape.table).where(*_conditions(number, shape))
    columns = [column(name, shape.table.c[name].type) for name in shape.columns]
    rows = func.json_to_recordset(cast(bindparam(_name("rows", number), type_=Text), JSON))
    given = rows.table_valued(*columns).render_derived(name=f"rows_{number}", with_types=True)
    statement = postgresql.insert(shape.table).from_select(
        list(shape.columns), select(*given.c), include_defaults=False
    )
    if shape.numbered_by is not None:
        return statement.returning(shape.table.c.id, shape.table.c[shape.numbered_by])
    return statement.on_conflict_do_nothing() if shape.verb == "insert_or_ignore" else statement


def for_sqlite(shape: Shape) -> Any:
    """Return a statement of its own; rows to insert arrive one after the other."""
    if shape.verb == "update":
        return _changing(0, shape, json_lists=True)
    if shape.verb == "delete":
        return delete(shape.table).where(*_conditions(0, shape, json_lists=True))
    statement = sqlite.insert(shape.table).values(_bound(0, shape))
    return statement.on_conflict_do_nothing() if shape.verb == "insert_or_ignore" else statement


def values_for_postgresql(
    number: int, shape: Shape, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the values of one part, as its text names them."""
    if not shape.verb.startswith("insert"):
        return {_name(name, number): value for name, value in rows[0].items()}
    return {_name("rows", number): json_text.written(list(rows), default=_as_text).decode()}


def names(shape: Shape) -> dict[str, str]:
    """Return what a row calls the values that the text of a single write names."""
    return {_name(name, 0): name for name in (*shape.columns, *shape.found_by)}


def _changing(number: int, shape: Shape, *, json_lists: bool = False) -> Any:
    """Return an update, which tells how many rows it found where that counts."""
    statement = (
        update(shape.table)
        .where(*_conditions(number, shape, json_lists=json_lists))
        .values(_bound(number, shape))
    )
    if shape.is_counted and not json_lists:
        return statement.returning(literal_column("1").label("one"))
    return statement


def _bound(number: int, shape: Shape) -> dict[str, Any]:
    """Return a place for the value of each column."""
    return {
        name: bindparam(_name(name, number), type_=shape.table.c[name].type)
        for name in shape.columns
    }


def _conditions(
    number: int, shape: Shape, *, json_lists: bool = False
) -> list[ColumnElement[bool]]:
    """Return what rows are found by."""
    conditions = []
    for found_by in shape.found_by:
        name, place = found_by.removeprefix(_FOUND), _name(found_by, number)
        if not name.startswith(_MANY):
            column_ = shape.table.c[name]
            conditions.append(column_ == bindparam(place, type_=column_.type))
            continue
        column_ = shape.table.c[name.removeprefix(_MANY)]
        if json_lists:
            numbers = func.json_each(bindparam(place, type_=JSON)).table_valued("value")
            conditions.append(column_.in_(select(numbers.c.value)))
        else:
            conditions.append(column_ == any_(bindparam(place, type_=postgresql.ARRAY(BigInteger))))
    return conditions


def _name(name: str, number: int) -> str:
    """Return the name of a value; columns of two parts may have the same name."""
    return f"value_{name}_{number}"


def _default(default: Any) -> Any:
    """Return what a column holds where nothing is said."""
    return default.arg(None) if default.is_callable else default.arg


def _as_text(value: Any) -> str:
    """Return a value that JSON does not know as the text that PostgreSQL reads."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no text.")
