"""What a database is asked, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from workflows.database import Database


@contextmanager
def asked_with(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that the database is asked meanwhile, with their values."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        found.append((statement, values))

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", note)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database was asked, there when the block has ended."""
    statements: list[str] = []
    with asked_with(database) as found:
        try:
            yield statements
        finally:
            statements += [one for one, _ in found]
