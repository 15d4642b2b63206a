"""
Statements of hot paths, handed to the driver of the database itself.

Connections, transactions, events and errors stay those of SQLAlchemy. What it makes for
each statement besides, a context and a result with names, costs more here than what the
database does. Whoever listens to statements hears these too.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError


def execute(connection: Connection, sql: str, values: Any, *, is_many: bool = False) -> DBAPICursor:
    """
    Run one statement, for a list of values where `is_many`, and return its cursor.

    Raises:
        DBAPIError: As SQLAlchemy names what the driver raised; a lost connection is
            taken out of the pool.

    """
    try:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        cursor = raw.cursor()
        is_heard = connection._has_events or connection.engine._has_events
        if is_heard:
            for hear in connection.dispatch.before_cursor_execute:
                sql, values = hear(connection, cursor, sql, values, None, is_many)
        if is_many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
        if is_heard:
            for hear in connection.dispatch.after_cursor_execute:
                hear(connection, cursor, sql, values, None, is_many)
    except BaseException as error:  # noqa: BLE001  (it is raised again)
        # The one place that knows which errors mean that a connection is lost.
        connection._handle_dbapi_exception(error, sql, values, None, None)
    return cursor


def execute_in_order(
    connection: Connection, statements: Sequence[tuple[str, Any]]
) -> list[DBAPICursor]:
    """
    Run statements one after the other, on PostgreSQL in a single round trip.

    Each sees what those before it did and waited for.

    Raises:
        DBAPIError: As SQLAlchemy names what the driver raised for any of them.

    """
    if connection.dialect.name != "postgresql":
        return [execute(connection, sql, values) for sql, values in statements]
    try:
        raw: Any = connection.connection
        with raw.pipeline():
            return [execute(connection, sql, values) for sql, values in statements]
    except DBAPIError:
        raise
    except BaseException as error:  # noqa: BLE001  (it is raised again)
        connection._handle_dbapi_exception(error, *statements[0], None, None)
