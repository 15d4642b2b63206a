"""
Statements of hot paths, handed to the driver of the database itself.

Connections, transactions, events and errors stay those of SQLAlchemy. What it makes for
each statement besides, a context and a result with names, costs more here than what the
database does. Whoever listens to statements hears these too.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor


def execute(connection: Connection, sql: str, values: Any, *, is_many: bool = False) -> DBAPICursor:
    """
    Run one statement, for a list of values where `is_many`, and return its cursor.

    Raises:
        DBAPIError: As SQLAlchemy names what the driver raised; a lost connection is
            taken out of the pool.

    """
    cursor = None
    try:
        cursor = connection.connection.cursor()
        for hear in connection.dispatch.before_cursor_execute:
            sql, values = hear(connection, cursor, sql, values, None, is_many)
        if is_many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
        for hear in connection.dispatch.after_cursor_execute:
            hear(connection, cursor, sql, values, None, is_many)
    except BaseException as error:  # noqa: BLE001  (it is raised again, in its own name or theirs)
        # The one place that knows which errors mean that a connection is lost.
        connection._handle_dbapi_exception(error, sql, values, cursor, None)
    assert cursor is not None
    return cursor
