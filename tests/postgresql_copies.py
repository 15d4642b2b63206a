"""Databases on the PostgreSQL of the tests: copied once, put back as they were after each test."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import LiteralString, cast

import psycopg
from sqlalchemy.engine import make_url

from workflows.database import Database

# What changes here when something is made, altered or dropped.
_CATALOGUE = (
    "pg_class",
    "pg_attribute",
    "pg_proc",
    "pg_trigger",
    "pg_namespace",
    "pg_statistic",
    "pg_db_role_setting",
)
_PRISTINE = "pristine"
# A table that was this large keeps its pages, which would change how it is read.
_LARGEST_BYTES = 256_000


@dataclass(frozen=True)
class _Copy:
    """One database, and the transaction after which whatever was written is of a test."""

    name: str
    since: str


@dataclass
class Copies:
    """
    Databases like one template, each for one test at a time.

    To copy a template and to drop the copy writes and removes a thousand files. What a
    test wrote are a few rows: they are taken out, what it took out is put back, and the
    next test finds the same database. One that is changed otherwise is dropped.
    """

    url: str
    template: str
    _spare: list[_Copy] = field(default_factory=list)
    _rows: dict[str, int] = field(default_factory=dict)
    _catalogue: dict[str, int] = field(default_factory=dict)
    _sequences: str = ""

    @classmethod
    def of(cls, url: str, name: str, fill: Callable[[Database], None]) -> "Copies":
        """Make a template on the server, and keep beside its tables what is in them."""
        administer(url, f"CREATE DATABASE {name}")
        database = Database(with_database(url, name))
        fill(database)
        database.close()
        copies = cls(url, name)
        copies._keep_rows()
        return copies

    def take(self) -> _Copy:
        """Return a database that is like the template."""
        if self._spare:
            return self._spare.pop()
        name = f"test_{uuid.uuid4().hex[:16]}"
        administer(self.url, f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        with _connection(self.url) as connection:
            return _Copy(name, _now(connection))

    def give_back(self, copy: _Copy) -> None:
        """Put a database back as it was; drop it where that is not certain."""
        try:
            since = self._restored(copy)
        except psycopg.Error:
            since = None
        if since is None:
            administer(self.url, f"DROP DATABASE IF EXISTS {copy.name} WITH (FORCE)")
        else:
            self._spare.append(_Copy(copy.name, since))

    def _keep_rows(self) -> None:
        """Note how many rows there are where, and copy them into a schema of their own."""
        with _connection(self.url, self.template) as connection:
            tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            self._rows = _counts(connection, _column(connection, tables))
            _run(connection, f"CREATE SCHEMA {_PRISTINE}")
            for table in (table for table, rows in self._rows.items() if rows):
                _run(connection, f"CREATE TABLE {_PRISTINE}.{table} AS TABLE public.{table}")
            positions = (
                "SELECT format('setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),"
                " coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
            )
            self._sequences = "SELECT " + ", ".join(_column(connection, positions))
        with _connection(self.url, self.template) as connection:
            self._catalogue = _counts(connection, _CATALOGUE)

    def _restored(self, copy: _Copy) -> str | None:
        """Put the rows back; answer from when on others count, or None where more changed."""
        with _connection(self.url, copy.name) as connection:
            _run(
                connection,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            if _changed(connection, self._catalogue, copy.since):
                return None
            tables = _changed(connection, self._rows, copy.since)
            if any(_size(connection, table) > _LARGEST_BYTES for table in tables):
                return None
            # Neither the triggers that guard the audit trail nor foreign keys apply.
            _run(connection, "SET session_replication_role = replica")
            self._empty(connection, tables)
            for table in (table for table in tables if self._rows[table]):
                _run(connection, f"INSERT INTO public.{table} TABLE {_PRISTINE}.{table}")
            _run(connection, self._sequences)
            return _now(connection)

    def _empty(self, connection: psycopg.Connection, tables: Sequence[str]) -> None:
        """Take out every row; without their pages, too, the next rows are stored in order."""
        for table in tables:
            _run(connection, f"DELETE FROM public.{table}")
        connection.commit()
        if tables:
            connection.autocommit = True
            _run(connection, f"VACUUM (INDEX_CLEANUP ON) {', '.join(tables)}")
            connection.autocommit = False


def administer(url: str, *statements: str) -> None:
    """Run statements outside a transaction."""
    with _connection(url) as connection:
        connection.autocommit = True
        for statement in statements:
            _run(connection, statement)


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _connection(url: str, name: str | None = None) -> psycopg.Connection:
    """Open a connection that commits when it is closed."""
    address = make_url(url).set(drivername="postgresql")
    chosen = address.set(database=name) if name else address
    return psycopg.connect(chosen.render_as_string(hide_password=False))


def _run(connection: psycopg.Connection, statement: str) -> psycopg.Cursor:
    """Run a statement that was put together here."""
    return connection.execute(cast("LiteralString", statement))


def _column(connection: psycopg.Connection, question: str) -> list[str]:
    """Return the one column of an answer."""
    return [row[0] for row in _run(connection, question).fetchall()]


def _now(connection: psycopg.Connection) -> str:
    """Return the number of this transaction: later ones are younger."""
    return _column(connection, "SELECT pg_current_xact_id()::text")[0]


def _size(connection: psycopg.Connection, table: str) -> int:
    """Return how many bytes a table takes."""
    return int(_column(connection, f"SELECT pg_table_size('public.{table}')::text")[0])


def _counts(connection: psycopg.Connection, tables: Iterable[str]) -> dict[str, int]:
    """Return how many rows tables have."""
    return {
        table: int(_column(connection, f"SELECT count(*)::text FROM {table}")[0])
        for table in tables
    }


def _changed(connection: psycopg.Connection, rows: Mapping[str, int], since: str) -> list[str]:
    """Return the tables with other rows: another number, or one that is younger."""
    questions = (
        f"SELECT '{table}' FROM {table}"
        f" HAVING count(*) <> {number} OR min(age(xmin)) < age('{since}'::xid)"
        for table, number in rows.items()
    )
    return _column(connection, " UNION ALL ".join(questions))
