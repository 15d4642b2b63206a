"""The steps lead from nothing to exactly the tables that the code declares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import inspect, text

import workflows.tables
from workflows import migrate
from workflows.database import Base, Database
from workflows.engine.jobs import schema

assert workflows.tables


@pytest.fixture
def bare_database(database: Database) -> Database:
    """Both kinds of database, without any table."""
    Base.metadata.drop_all(database.engine)
    return database


@pytest.fixture
def file_database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database that does not exist yet."""
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    yield database
    database.close()


def test_the_steps_make_the_tables_that_the_code_declares(bare_database: Database) -> None:
    migrate.upgrade(bare_database)

    with bare_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables of Procrastinate, which our models do not describe."""
    return kind != "table" or schema.is_ours(name)


def test_the_tables_of_procrastinate_are_those_of_its_release() -> None:
    ours = schema.FIRST.read_text(encoding="utf-8")

    # A newer release with other tables needs a migration of its own.
    theirs = SchemaManager.get_schema()
    assert ours.endswith(theirs)


def test_the_tables_of_procrastinate_come_and_go_with_ours(bare_database: Database) -> None:
    migrate.upgrade(bare_database)
    names = set(inspect(bare_database.engine).get_table_names())
    assert ("procrastinate_jobs" in names) is not bare_database.is_sqlite

    with bare_database.engine.connect() as connection, connection.begin():
        schema.apply(connection)
        schema.remove(connection)

    assert not any(
        "procrastinate" in one for one in inspect(bare_database.engine).get_table_names()
    )


def test_a_second_upgrade_has_nothing_to_do(bare_database: Database) -> None:
    first = migrate.upgrade(bare_database)
    second = migrate.upgrade(bare_database)

    assert first[-1] == migrate.newest()
    assert second == []
    assert migrate.is_current(bare_database)


def test_an_interrupted_upgrade_leaves_nothing_behind(
    bare_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_upgrade = migrate.command.upgrade

    def cut_short(*arguments: object) -> None:
        real_upgrade(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate.command, "upgrade", cut_short)
    with pytest.raises(KeyboardInterrupt):
        migrate.upgrade(bare_database)

    assert inspect(bare_database.engine).get_table_names() == []


def test_a_database_without_tables_is_refused_with_the_remedy(file_database: Database) -> None:
    with pytest.raises(migrate.DatabaseTooOld, match="Run `understudy init` first"):
        migrate.require_current(file_database)


def test_a_database_of_a_newer_version_is_refused(file_database: Database) -> None:
    migrate.upgrade(file_database)
    with file_database.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(migrate.DatabaseTooNew, match="9999"):
        migrate.upgrade(file_database)
