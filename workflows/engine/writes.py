"""
The writes of a step, sent together.

What is written inside `together` waits for its end. PostgreSQL gets all of it
as one statement, since there each round trip costs more than the work; SQLite,
which has no round trips, gets one after the other. Outside, each is sent at once.

The parts of one statement do not see each other: never write a row twice, and
call `flush` before reading what was just written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Dialect, Table, literal_column, select
from sqlalchemy.orm import Session

from workflows import driver
from workflows.database import connection_of
from workflows.engine import write_texts
from workflows.engine.prepared import Text, text_of
from workflows.engine.write_texts import Shape

Row = Mapping[str, Any]

_WAITING = "writes"
_texts: dict[tuple[str, tuple[Shape, ...]], Text] = {}


class _Write(NamedTuple):
    """A write of a certain shape, and its values."""

    shape: Shape
    values: Sequence[Row]
    unless_one: Exception | None = None  # raised when it does not find exactly one row


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Send everything that is written inside as one statement, where that is quicker."""
    if _WAITING in session.info:
        yield
        return
    session.info[_WAITING] = []
    try:
        yield
        flush(session)
    finally:
        del session.info[_WAITING]


def insert(session: Session, table: Table, rows: Sequence[Row], *, is_new: bool = True) -> None:
    """Insert rows that name the same columns; with `is_new=False` one may be there already."""
    if rows:
        filled = write_texts.filled(table, rows)
        shape = Shape("insert" if is_new else "insert_or_ignore", table, tuple(filled[0]))
        _add(session, _Write(shape, filled))


def insert_numbered(
    session: Session, table: Table, rows: Sequence[Row], key: str
) -> dict[Any, int]:
    """Insert rows at once and return the numbers that they get, by the value of a column."""
    connection = connection_of(session)
    dialect = connection.dialect
    complete = write_texts.filled(table, rows)
    shape = Shape("insert", table, tuple(complete[0]), numbered_by=key)
    text = _text(dialect, (shape,))
    if dialect.name != "sqlite":
        values = write_texts.values_for_postgresql(0, shape, complete)
        found = driver.execute(connection, text.sql, text.bound(values)).fetchall()
        return {value: number for number, value in found}
    return {
        row[key]: int(driver.execute(connection, text.sql, text.bound(row)).lastrowid)
        for row in complete
    }


def update(
    session: Session,
    table: Table,
    where: Row,
    *,
    unless_one: Exception | None = None,
    **values: Any,
) -> None:
    """Update the rows whose columns have these values; a list means any of its numbers."""
    found = write_texts.found(where)
    shape = Shape("update", table, tuple(values), tuple(found), unless_one is not None)
    _add(session, _Write(shape, [{**values, **found}], unless_one))


def delete(session: Session, table: Table, where: Row) -> None:
    """Delete the rows whose columns have these values; a list means any of its numbers."""
    found = write_texts.found(where)
    _add(session, _Write(Shape("delete", table, (), tuple(found)), [found]))


def flush(session: Session) -> None:
    """Send what waits: whoever reads next sees it."""
    waiting: list[_Write] = session.info.get(_WAITING, [])
    if waiting:
        session.info[_WAITING] = []
        _send(session, waiting)


def _add(session: Session, write: _Write) -> None:
    """Let a write wait, or send it where nothing is collected."""
    waiting = session.info.get(_WAITING)
    if waiting is None:
        _send(session, [write])
    else:
        waiting.append(write)


def _send(session: Session, writes: list[_Write]) -> None:
    """Send writes as the database likes them best."""
    connection = connection_of(session)
    if connection.dialect.name == "sqlite":
        for write in writes:
            _send_to_sqlite(connection, write)
    else:
        _send_to_postgresql(connection, writes)


def _send_to_sqlite(connection: Connection, write: _Write) -> None:
    """Send one write."""
    text = _text(connection.dialect, (write.shape,))
    bound = [text.bound(row) for row in write.values]
    is_many = len(bound) > 1
    cursor = driver.execute(connection, text.sql, bound if is_many else bound[0], is_many=is_many)
    if write.unless_one is not None and cursor.rowcount != 1:
        raise write.unless_one


def _send_to_postgresql(connection: Connection, writes: list[_Write]) -> None:
    """Send all writes as one statement."""
    text = _text(connection.dialect, tuple(write.shape for write in writes))
    values: dict[str, Any] = {}
    for number, write in enumerate(writes):
        values |= write_texts.values_for_postgresql(number, write.shape, write.values)
    counts = iter(driver.execute(connection, text.sql, text.bound(values)).fetchone() or ())
    for write in writes:
        if write.unless_one is not None and next(counts) != 1:
            raise write.unless_one


def _text(dialect: Dialect, shapes: tuple[Shape, ...]) -> Text:
    """Return the text of writes of these shapes, compiled once."""
    key = (dialect.name, shapes)
    text = _texts.get(key)
    if text is None:
        text = text_of(_statement(dialect, shapes), dialect)
        if dialect.name == "sqlite":
            text = text.renamed(write_texts.names(shapes[0]))
        _texts[key] = text
    return text


def _statement(dialect: Dialect, shapes: tuple[Shape, ...]) -> Any:
    """Return the statement of these shapes."""
    if dialect.name == "sqlite":
        return write_texts.for_sqlite(shapes[0])
    if shapes[0].numbered_by is not None:
        return write_texts.for_postgresql(0, shapes[0])
    parts = [
        write_texts.for_postgresql(number, shape).cte(f"part_{number}")
        for number, shape in enumerate(shapes)
    ]
    counts: list[ColumnElement[Any]] = [
        select(write_texts.COUNT).select_from(part).scalar_subquery()
        for part, shape in zip(parts, shapes, strict=True)
        if shape.is_counted
    ]
    return select(*(counts or [literal_column("1")])).add_cte(*parts)
