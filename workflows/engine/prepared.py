"""
Statements of hot paths: compiled once for each kind of database, then run as they are.

What SQLAlchemy does for each execution of a statement (a key for its cache, its
bound values, a result with names) costs more here than what the database does.
The text and the types of the values still come from the tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any] | None


@dataclass(frozen=True)
class Text:
    """A statement as its driver takes it; constants of the statement are bound already."""

    sql: str
    places: tuple[str, ...] | None  # names of the values in their order; None where they are named
    constants: Mapping[str, Any]
    processors: Mapping[str, Processor]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver wants them."""
        processed = dict(self.constants)
        for name, process in self.processors.items():
            value = values[name]
            processed[name] = value if process is None else process(value)
        return processed if self.places is None else tuple(processed[name] for name in self.places)


class Prepared:
    """A query that is compiled once; it returns plain rows."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self.columns = tuple(str(column.key) for column in statement.selected_columns)
        self._compiled: dict[str, tuple[Text, tuple[Processor, ...]]] = {}

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows that it finds with these values."""
        connection = session.connection()
        text, processors = self._of(connection.dialect)
        found = connection.exec_driver_sql(text.sql, text.bound(values)).fetchall()
        return [
            tuple(
                value if process is None else process(value)
                for value, process in zip(row, processors, strict=True)
            )
            for row in found
        ]

    def named(self, session: Session, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that it finds, each by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows(session, **values)]

    def only(self, session: Session, **values: Any) -> Any:
        """Return the only row, with its columns as attributes."""
        (row,) = self.named(session, **values)
        return SimpleNamespace(**row)

    def one_or_none(self, session: Session, **values: Any) -> dict[str, Any] | None:
        """Return the only row by the names of its columns, or nothing."""
        return next(iter(self.named(session, **values)), None)

    def _of(self, dialect: Dialect) -> tuple[Text, tuple[Processor, ...]]:
        """Return the text for a kind of database, and how its columns are read."""
        known = self._compiled.get(dialect.name)
        if known is None:
            processors = tuple(
                _reader(column.type, dialect) for column in self._statement.selected_columns
            )
            known = self._compiled[dialect.name] = (text_of(self._statement, dialect), processors)
        return known


def text_of(statement: Any, dialect: Dialect) -> Text:
    """Compile a statement for a kind of database."""
    compiled = statement.compile(dialect=dialect)
    bound = {name: parameter for parameter, name in compiled.bind_names.items()}
    processors = {name: writer(one.type, dialect) for name, one in bound.items()}
    constants = {}
    for name, one in bound.items():
        if not one.required:
            process = processors.pop(name)
            constants[name] = one.value if process is None else process(one.value)
    places = tuple(compiled.positiontup) if compiled.positiontup else None
    return Text(str(compiled), places, constants, processors)


def writer(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    """Return what makes a value of a type ready for the driver."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    """Return what reads a value of a type as the driver gives it."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)
