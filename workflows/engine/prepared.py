"""
Statements of hot paths: compiled once for each kind of database, then run as they are.

What SQLAlchemy does for each execution of a statement (a key for its cache, its
bound values, a result with names) costs more here than what the database does.
The text and the types of the values still come from the tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Float
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from workflows import driver, json_text, moments
from workflows.database import UtcDateTime, connection_of

_NOTHING = "[]"  # Most lists of a user task are empty; to parse them costs more than to look.
Processor = Callable[[Any], Any] | None
Rows = list[tuple[Any, ...]]
Readers = tuple[tuple[int, Callable[[Any], Any]], ...]  # by the place of the column


@dataclass(frozen=True)
class Text:
    """A statement as its driver takes it; constants of the statement are bound already."""

    sql: str
    places: tuple[tuple[str, Processor], ...]  # the values in their order
    constants: Mapping[str, Any]
    is_named: bool  # whether the driver takes values by their names, or in their order
    _names: tuple[str, ...] = field(init=False)
    _writers: Readers = field(init=False)

    def __post_init__(self) -> None:
        """Keep apart what every statement does for all its values, and for few of them."""
        writers = [(place, process) for place, (_, process) in enumerate(self.places)]
        chosen = tuple((place, process) for place, process in writers if process is not None)
        object.__setattr__(self, "_names", tuple(name for name, _ in self.places))
        object.__setattr__(self, "_writers", chosen)

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver wants them."""
        if self.constants:
            values = {**self.constants, **values}
        in_order = [values[name] for name in self._names]
        for place, process in self._writers:
            in_order[place] = process(in_order[place])
        if self.is_named:
            return dict(zip(self._names, in_order, strict=True))
        return tuple(in_order)

    def renamed(self, names: Mapping[str, str]) -> "Text":
        """Return the same text, which finds its values by other names; only their order counts."""
        assert not self.is_named
        places = tuple((names.get(name, name), process) for name, process in self.places)
        return replace(self, places=places)


class Prepared:
    """
    A statement that is compiled once; it returns plain rows.

    With `of_entities` it is about what sessions keep as objects, and sees what
    they have changed.
    """

    def __init__(self, statement: Any, *, of_entities: bool = False) -> None:
        self._statement = statement
        self._of_entities = of_entities
        self.columns = tuple(str(column.key) for column in statement.exported_columns)
        self._compiled: dict[str, tuple[Text, Readers]] = {}

    def rows(self, session: Session | Connection, **values: Any) -> Rows:
        """Return the rows that it finds with these values."""
        if self._of_entities and isinstance(session, Session):
            session.flush()
        connection = session if isinstance(session, Connection) else connection_of(session)
        text, readers = self.of(connection.dialect)
        found = driver.execute(connection, text.sql, text.bound(values)).fetchall()
        return [read(row, readers) for row in found]

    def run(self, session: Session, **values: Any) -> None:
        """Do what it says with these values, where it returns no rows."""
        if self._of_entities:
            session.flush()
        connection = connection_of(session)
        text, _ = self.of(connection.dialect)
        driver.execute(connection, text.sql, text.bound(values))

    def named(self, session: Session, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that it finds, each by the names of its columns."""
        return self.with_names(self.rows(session, **values))

    def with_names(self, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Return rows that it found by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in rows]

    def only(self, session: Session, **values: Any) -> Any:
        """Return the only row, with its columns as attributes."""
        (row,) = self.named(session, **values)
        return SimpleNamespace(**row)

    def found(self, session: Session, **values: Any) -> Any | None:
        """Return the only row, with its columns as attributes, or nothing."""
        row = self.one_or_none(session, **values)
        return None if row is None else SimpleNamespace(**row)

    def one_or_none(self, session: Session, **values: Any) -> dict[str, Any] | None:
        """Return the only row by the names of its columns, or nothing."""
        return next(iter(self.named(session, **values)), None)

    def of(self, dialect: Dialect) -> tuple[Text, Readers]:
        """Return the text for a kind of database, and how its columns are read."""
        known = self._compiled.get(dialect.name)
        if known is None:
            kinds = [column.type for column in self._statement.exported_columns]
            processors = [(place, _reader(kind, dialect)) for place, kind in enumerate(kinds)]
            readers = tuple((place, read) for place, read in processors if read is not None)
            known = self._compiled[dialect.name] = (text_of(self._statement, dialect), readers)
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
    in_order = compiled.positiontup or bound
    places = tuple((name, processors.get(name)) for name in in_order)
    return Text(str(compiled), places, constants, is_named=not compiled.positional)


def ask(session: Session, *questions: tuple[Prepared, Mapping[str, Any]]) -> list[Rows]:
    """Return what each query finds with its values; they are asked in order, and together."""
    connection = connection_of(session)
    known = [query.of(connection.dialect) for query, _ in questions]
    statements = [
        (text.sql, text.bound(values))
        for (text, _), (_, values) in zip(known, questions, strict=True)
    ]
    cursors = driver.execute_in_order(connection, statements)
    return [
        [read(row, readers) for row in cursor.fetchall()]
        for cursor, (_, readers) in zip(cursors, known, strict=True)
    ]


def read(row: Sequence[Any], readers: Readers) -> tuple[Any, ...]:
    """Return the values of a row as the types of its columns say."""
    values = list(row)
    for place, process in readers:
        values[place] = process(values[place])
    return tuple(values)


def writer(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    """Return what makes a value of a type ready for the driver."""
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return moments.written
    if isinstance(kind, JSON) and dialect.name == "sqlite" and not kind.none_as_null:
        return json_text.text  # what SQLAlchemy does too, past two layers of its own
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    """Return what reads a value of a type as the driver gives it."""
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return moments.read
    if isinstance(kind, JSON) and dialect.name == "sqlite":
        return _json_of_sqlite
    if isinstance(kind, Float) and not kind.asdecimal:
        return None  # Both drivers give numbers of such columns as they are wanted.
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _json_of_sqlite(stored: Any) -> Any:
    """Return the data of a JSON column; where a sum or a CAST made a number, that number."""
    if stored == _NOTHING:
        return []
    return json_text.read(stored) if isinstance(stored, str) else stored
