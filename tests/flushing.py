"""Databases that need not outlive the machine: to flush each commit waits for the disk."""

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from workflows.database import Database


def without_flushing(address: str) -> Database:
    """
    Open a database of SQLite that leaves flushing to the operating system.

    What tests kill are our processes, never the machine: nothing that was flushed late is lost.
    """
    database = Database(address)
    event.listen(database.engine, "connect", _do_not_flush)
    return database


def _do_not_flush(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Change what the product has set, which durability needs."""
    connection.cursor().execute("PRAGMA synchronous=OFF")
