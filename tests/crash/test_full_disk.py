"""A disk is full, a database read-only: 503 and a red health page, and all is well afterwards."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.crash import victims
from tests.crash.checker import Acknowledged, content, faults
from tests.crash.world import World, furnish
from workflows import migrate
from workflows.database import Database

Obstacle = Callable[[Database], AbstractContextManager[None]]


@contextmanager
def _no_more_pages(database: Database) -> Iterator[None]:
    """Let SQLite find no more room in its file."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # It cannot go below what is there.

    with _listening(database, "connect", limit):
        yield


@contextmanager
def _only_reading(database: Database) -> Iterator[None]:
    """Let SQLite refuse every write."""

    def forbid(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only=1")

    with _listening(database, "connect", forbid):
        yield


@contextmanager
def _standing_by(database: Database) -> Iterator[None]:
    """Let PostgreSQL refuse every write, as a standby does."""
    setting = f'ALTER DATABASE "{database.engine.url.database}" SET default_transaction_read_only'
    _administer(database, f"{setting} = on")
    database.close()
    yield
    _administer(database, f"{setting} = off")
    database.close()


@contextmanager
def _no_room_for_rows(database: Database) -> Iterator[None]:
    """Let PostgreSQL find no room for a row: what it says when the disk is full."""
    tables = ("history_event", "idempotency_answer")
    _administer(
        database,
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
        " USING ERRCODE = '53100', MESSAGE = 'could not extend file'; END $$",
        *(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {t} EXECUTE FUNCTION no_room()"
            for t in tables
        ),
    )
    yield
    _administer(database, *(f"DROP TRIGGER no_room ON {t}" for t in tables))


def _administer(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def _listening(database: Database, name: str, listener: Callable[..., None]) -> Iterator[None]:
    database.close()
    event.listen(database.engine, name, listener)
    try:
        yield
    finally:
        event.remove(database.engine, name, listener)
        database.close()


def _number_the_schema(database: Database) -> None:
    """Say that the tables are the newest: the tests make them without the steps."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": migrate.newest()}
        )


def _fill(world: World) -> list[Acknowledged]:
    """Start cases until the product refuses; return those that were acknowledged."""
    acknowledged: list[Acknowledged] = []
    for number in range(400):
        body = {"definition": "tiny_review", "business_key": f"full-{number}"}
        status, answer = world.request("/instances", body, f"full-{number}")
        if status != 201:
            assert status == 503, answer
            return acknowledged
        acknowledged.append(Acknowledged(f"full-{number}", status, answer))
    raise AssertionError("Nothing stood in the way.")


@pytest.mark.parametrize(
    ("database", "obstacle"),
    [
        ("sqlite", _no_more_pages),
        ("sqlite", _only_reading),
        ("postgresql", _standing_by),
        ("postgresql", _no_room_for_rows),
    ],
    indirect=["database"],
)
def test_what_cannot_be_written_is_refused_and_works_again_later(
    database: Database, obstacle: Obstacle
) -> None:
    world = World(database, furnish(database))
    _number_the_schema(database)
    # The work of the day before fills the free places of the pages.
    with obstacle(database):
        acknowledged = _fill(world)
        before = content(database)
        body = {"definition": "tiny_review", "business_key": "later"}
        refused = world.post("/instances", body, "later")
        health = world.app.test_client().get("/health/ready")
        alive = world.app.test_client().get("/health/live")
        assert content(database) == before

    assert refused.status_code == 503
    assert refused.content_type == "application/problem+json"
    assert "Nothing was saved" in refused.get_json()["detail"]
    assert refused.headers["Retry-After"]
    assert (health.status_code, alive.status_code) == (503, 200)
    assert health.get_json()["checks"]["writing"] != "ok"
    again = world.post("/instances", body, "later")
    assert again.status_code == 201
    ready = world.app.test_client().get("/health/ready")
    assert ready.status_code == 200, ready.get_json()
    found = faults(database, [*acknowledged, Acknowledged("later", 201, again.data)])
    assert not found, "\n".join(found)


def fill_up(url: str, token: str) -> None:
    """Work where no file may grow any more, then where files may grow again."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    database = Database(url)
    world = World(database, token)
    file = database.engine.url.database
    assert file is not None
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(file).stat().st_size + 8_192, most))
    acknowledged = _fill(world)
    health = world.app.test_client().get("/health/ready").get_json()
    assert health["checks"]["writing"] != "ok", health
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    status, answer = world.request(
        "/instances", {"definition": "tiny_review", "business_key": "later"}, "later"
    )
    assert status == 201, answer
    found = faults(database, [*acknowledged, Acknowledged("later", status, answer)])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_files_that_cannot_grow_are_refused_and_nothing_is_half_written(
    database: Database,
) -> None:
    token = furnish(database)
    _number_the_schema(database)
    database.close()
    process = victims.spawn(fill_up, database.url, token)
    process.join()

    assert process.exitcode == 0
    assert faults(database) == []
