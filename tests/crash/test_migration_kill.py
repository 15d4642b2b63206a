"""A migration dies at any of its statements: the shape is the old or the new, never between."""

import os
import signal
from collections.abc import Callable
from random import Random

import pytest
from alembic import command
from sqlalchemy import inspect, text

from tests.crash import victims
from tests.crash.checker import content, faults
from tests.crash.sizes import MIGRATION_POINTS
from tests.crash.victims import Boundaries
from workflows import migrate
from workflows.database import Base, Database


def migrating(url: str, fatal: int) -> None:
    """Do what `understudy init` does first, and die at a boundary."""
    database = Database(url)
    Boundaries(database, fatal, note_commits=False)
    migrate.upgrade(database)
    os._exit(0)


def shape(database: Database) -> list[str]:
    """Return the tables, columns and indexes that are there."""
    found = inspect(database.engine)
    return sorted(
        str((table, sorted(column["name"] for column in found.get_columns(table))))
        + str(sorted(str(index["name"]) for index in found.get_indexes(table)))
        for table in found.get_table_names()
    )


def emptied(database: Database) -> None:
    """Remove every table."""
    Base.metadata.drop_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def at_first(database: Database) -> None:
    """Give the database the shape of the first release, with something in it."""
    emptied(database)
    with migrate._exclusive(database) as connection:
        command.upgrade(migrate.configuration(connection), "0001")
    with database.unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO audit_event (id, at, actor, action, object_type, object_id, data)"
                " VALUES (1, '2026-11-20 09:00:00', 'hana', 'kept', 'test', '1', '{}')"
            )
        )


@pytest.mark.parametrize("old", [emptied, at_first], ids=["new", "first release"])
def test_a_migration_that_dies_leaves_the_old_or_the_new_shape(
    database: Database, old: Callable[[Database], None]
) -> None:
    old(database)
    before = shape(database)
    counted = _count(database)
    after = shape(database)
    random = Random(20261120)
    points = list(range(1, counted + 1))
    if counted > MIGRATION_POINTS // 2:
        # The last two are the commit itself.
        points = sorted({*random.sample(points, MIGRATION_POINTS // 2), counted})
    for point in points:
        old(database)
        database.close()
        process = victims.spawn(migrating, database.url, point)
        process.join()

        assert process.exitcode == -signal.SIGKILL, f"boundary {point}"
        assert shape(database) in (before, after), f"boundary {point}"
        migrate.upgrade(database)
        assert shape(database) == after, f"boundary {point}"
        assert migrate.is_current(database)
        assert faults(database) == []
        if before:
            assert "kept" in str(content(database)["audit_event"])


def _count(database: Database) -> int:
    """Migrate once and return how many boundaries there are."""
    boundaries = Boundaries(database, None, note_commits=False)
    migrate.upgrade(database)
    boundaries.end()
    return boundaries.passed
