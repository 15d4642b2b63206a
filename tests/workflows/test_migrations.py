"""The steps lead from nothing to exactly the tables that the code declares."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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


def test_drafts_that_were_begun_stay_when_drafts_of_tables_come(bare_database: Database) -> None:
    def step(to: Callable[..., None], revision: str, *statements: str) -> list[Any]:
        with bare_database.engine.connect() as connection, connection.begin():
            to(migrate.configuration(connection), revision)
            answers: list[Any] = []
            for each in statements:
                result = connection.execute(text(each))
                if result.returns_rows:
                    answers.append(result.all())
            return answers

    facts = "name, file_name, status, source, revision, begun_by, begun_at, comment, reason"
    values = "'Mine', 'mine.bpmn', 'draft', 'x', 3, 'dana', '2026-11-20 09:00:00', '', ''"
    kept = "draft_id, revision, source, saved_by, begun_at, saved_at, is_aside"
    text_of_it = "7, 3, 'x', 'dana', '2026-11-20 09:00:00', '2026-11-20 09:00:00', false"
    step(
        migrate.command.upgrade,
        "0020",
        f"INSERT INTO process_draft (id, process_key, {facts}) VALUES (7, 'mine', {values})",
        f"INSERT INTO process_draft_text (id, {kept}) VALUES (9, {text_of_it})",
    )
    new = step(
        migrate.command.upgrade,
        "0021",
        "SELECT id, kind, key, revision FROM definition_draft",
        "SELECT id, draft_id FROM definition_draft_text",
        f"INSERT INTO definition_draft (kind, key, {facts}) VALUES ('decision', 'grade', {values})",
    )
    old = step(
        migrate.command.downgrade,
        "0020",
        "SELECT id, process_key FROM process_draft",
        "SELECT id, draft_id FROM process_draft_text",
    )

    assert new == [[(7, "process", "mine", 3)], [(9, 7)]]
    assert old == [[(7, "mine")], [(9, 7)]]
