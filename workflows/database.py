"""The database: one engine per process, one transaction per unit of work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    RootTransaction,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from workflows import driver, json_text
from workflows.connections import Spare, Trials

BUSY_TIMEOUT_MILLISECONDS = 30_000
# The timeouts let a server find out within two minutes that a client is gone whose network was
# cut, and whose locks would keep others waiting. Pages want a few rows of many: at the cost of
# disks that turn, PostgreSQL reads a whole table of 10,000 rows for them, and it compiles long
# queries for longer than they run.
_POSTGRESQL_SETTINGS = (
    "-c lock_timeout=30s -c statement_timeout=120s -c idle_in_transaction_session_timeout=120s"
    " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6"
    " -c random_page_cost=1.1 -c jit=off"
)
# A step changes small rows in a dozen trees, and a commit writes every page of theirs whole.
# It counts where the file is made; one that is there keeps its pages.
_PAGE_BYTES = 2048
_READ_ONLY = "-c default_transaction_read_only=on"
_AFTER_COMMIT = "after_commit"
_CONNECTION = "connection"
_MUST_ROLL_BACK = "must_roll_back"


class FailureWithRecord(Exception):
    """An error that leaves a record, written in a transaction of its own after the rollback."""

    def record(self, session: Session) -> None:
        """Write what must be known about the failure."""
        raise NotImplementedError


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone; pass an aware datetime.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


def table_of(entity: type[Base]) -> Table:
    """Return the table of an entity, for Core statements on hot paths."""
    return cast("Table", entity.__table__)


def insert_or(session: Session, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what to do about a row that is there already."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class Database:
    """
    The database of an installation.

    SQLite runs in WAL mode with full durability and takes the write lock when
    a unit of work begins, so that two writers queue instead of failing.
    PostgreSQL runs READ COMMITTED; services lock the instance row first.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)
        # psycopg forgets its prepared statements at every rollback, and asks four times where
        # a transaction for one question asks once: what only reads has connections of its own.
        self._reader = self.engine if self.is_sqlite else _make_reader(url)
        self._spare = Spare(self.engine)
        if not self.is_sqlite:
            trials = Trials()
            for engine in self.engines:
                trials.watch(engine)

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def engines(self) -> Sequence[Engine]:
        """Return the engines whose connections reach the database: to listen, or to count."""
        return (self.engine,) if self.is_sqlite else (self.engine, self._reader)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """
        Open a session in one writing transaction: commit at the end, roll back on any error.

        What a failure wants recorded is written after the rollback, and what
        services asked for by `run_after_commit` runs after the commit, so
        that no caller can forget either.
        """
        try:
            with self._transaction("BEGIN IMMEDIATE") as (session, transaction):
                yield session
                if _MUST_ROLL_BACK in session.info:
                    raise session.info[_MUST_ROLL_BACK]
                session.flush()
                transaction.commit()
        except FailureWithRecord as failure:
            with self._transaction("BEGIN IMMEDIATE") as (session, transaction):
                failure.record(session)
                session.flush()
                transaction.commit()
            raise
        for follow_up in session.info.pop(_AFTER_COMMIT, ()):
            follow_up(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """
        Open a session that only reads.

        On PostgreSQL each statement sees what is committed when it begins, as
        in a unit of work; a write is refused. SQLite rolls it back.
        """
        with self._transaction("BEGIN", self._reader) as (session, _):
            yield session

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """Open a connection for one question: what every request asks needs no more."""
        opened = self._spare.connection() if self.is_sqlite else self._reader.connect()
        with opened as connection:
            yield connection

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """Open a session whose writes are rolled back at the end: what would happen, if."""
        with self._transaction("BEGIN IMMEDIATE") as (session, _):
            yield session

    @contextmanager
    def _transaction(
        self, sqlite_begin: str, engine: Engine | None = None
    ) -> Iterator[tuple[Session, RootTransaction]]:
        """Open a connection, a transaction on it and a session that joins it."""
        ready = self._spare.connection() if self.is_sqlite else (engine or self.engine).connect()
        with ready as connection, connection.begin() as transaction:
            if self.is_sqlite:
                driver.execute(connection, sqlite_begin, ())
            known = {_CONNECTION: connection}
            session = Session(connection, expire_on_commit=False, info=known)
            try:
                yield session, transaction
            finally:
                # One that nothing was asked of, past `connection_of`, has nothing to close.
                if session.in_transaction() or session.identity_map:
                    session.close()
            if transaction.is_active:
                transaction.rollback()

    def close(self) -> None:
        """Close every connection."""
        self._spare.close()
        self.engine.dispose()
        self._reader.dispose()


def connection_of(session: Session) -> Connection:
    """Return the connection of a session; asking the session itself costs more than a query."""
    connection: Connection | None = session.info.get(_CONNECTION)
    return session.connection() if connection is None else connection


def refuse_commit(session: Session, failure: Exception) -> None:
    """Let the unit of work fail with this error, even where a caller catches it and goes on."""
    session.info[_MUST_ROLL_BACK] = failure


def run_after_commit(session: Session, follow_up: Callable[[Database], None]) -> None:
    """Run a function once the unit of work of the session is committed; it must not raise."""
    session.info.setdefault(_AFTER_COMMIT, []).append(follow_up)


def _make_engine(url: str) -> Engine:
    """Make the engine with the settings that durability needs."""
    if not url.startswith("sqlite"):
        return _on_postgresql(url, _POSTGRESQL_SETTINGS)
    # The driver forgets how to run a statement after 128 others; a server has more of them.
    engine = create_engine(
        url, json_serializer=json_text.text, connect_args={"cached_statements": 512}
    )
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _make_reader(url: str) -> Engine:
    """Make an engine for PostgreSQL that only reads, without transactions around statements."""
    options = f"{_POSTGRESQL_SETTINGS} {_READ_ONLY}"
    return _on_postgresql(url, options, isolation_level="AUTOCOMMIT")


def _on_postgresql(url: str, options: str, **choices: Any) -> Engine:
    """Make an engine whose sessions have these settings of the server."""
    return create_engine(
        url,
        json_serializer=json_text.text,
        json_deserializer=json_text.read_bytes,
        connect_args={"options": options},
        **choices,
    )


def _configure_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Switch off the driver's own transactions; set WAL, durability, foreign keys, wiping."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
        f"page_size={_PAGE_BYTES}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
