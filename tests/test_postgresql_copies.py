"""A database that another test used is for the next one as if it had just been made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest
from sqlalchemy import text

from tests.postgresql_copies import Copies, with_database
from workflows.database import Database

_MADE = (
    "CREATE TABLE unit (id serial PRIMARY KEY, name text)",
    "CREATE TABLE post (id serial PRIMARY KEY, unit_id int REFERENCES unit)",
    "INSERT INTO unit (name) VALUES ('first'), ('second')",
)


def _fill(database: Database) -> None:
    with database.engine.begin() as connection:
        for statement in _MADE:
            connection.execute(text(statement))


@pytest.fixture(scope="module")
def copies(postgresql_url: str) -> Copies:
    return Copies.of(postgresql_url, "understudy_copies", _fill)


@contextmanager
def _used(copies: Copies) -> Iterator[psycopg.Connection]:
    """Use a database as a test does; its connection is still open when it goes back."""
    copy = copies.take()
    address = with_database(copies.url, copy.name).replace("+psycopg", "")
    connection = psycopg.connect(address, autocommit=True)
    yield connection
    copies.give_back(copy)
    connection.close()


def _seen(connection: psycopg.Connection) -> list[object]:
    """Everything that a test could see: rows in their order, the next number, the columns."""
    return [
        connection.execute(question).fetchall()
        for question in (
            "TABLE unit",
            "TABLE post",
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2",
            "SELECT tgname FROM pg_trigger ORDER BY 1",
            "SHOW work_mem",
            "SELECT nextval('unit_id_seq'), nextval('post_id_seq')",
        )
    ]


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        ("SELECT 1", True),
        ("INSERT INTO unit (name) VALUES ('third')", True),
        ("INSERT INTO post (unit_id) SELECT id FROM unit", True),
        ("UPDATE unit SET name = 'other' WHERE name = 'first'", True),
        ("DELETE FROM unit WHERE name = 'first'", True),
        ("DELETE FROM unit", True),
        ("CREATE TABLE more (id int)", False),
        ("ALTER TABLE unit DROP COLUMN name", False),
        ("ALTER TABLE post DISABLE TRIGGER ALL", False),
        ("DROP TABLE post", False),
        ("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 512', "
         "current_database()); END $$", False),
        ("INSERT INTO post (unit_id) SELECT 1 FROM generate_series(1, 20000)", False),
    ],
)  # fmt: skip
def test_nothing_of_another_test_is_there(copies: Copies, change: LiteralString, is_kept: bool):
    with _used(copies) as connection:
        name = connection.info.dbname
        before = _seen(connection)
        connection.execute(change)

    with _used(copies) as connection:
        assert _seen(connection) == before
        assert (connection.info.dbname == name) is is_kept


def test_two_tests_at_once_have_two_databases(copies: Copies):
    with _used(copies) as one, _used(copies) as other:
        one.execute("DELETE FROM unit")

        assert len(other.execute("TABLE unit").fetchall()) == 2


def test_a_database_that_is_gone_is_replaced(copies: Copies):
    with _used(copies) as one, _used(copies) as other:
        other.execute(f'DROP DATABASE "{one.info.dbname}" WITH (FORCE)')  # type: ignore[arg-type]

    with _used(copies) as connection:
        assert len(connection.execute("TABLE unit").fetchall()) == 2
