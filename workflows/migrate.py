"""Bring a database to the shape that this version of the product needs."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from workflows.database import Database
from workflows.errors import Conflict

# Any number will do, as long as every process asks for the same lock.
_POSTGRESQL_LOCK = 7_013_466_219


class DatabaseTooOld(Conflict):
    """The database must be migrated before the product can use it."""

    def __init__(self) -> None:
        super().__init__("The database is not up to date. Run `understudy init` first.")


class DatabaseTooNew(Conflict):
    """A newer version of the product has already used this database."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database has the shape {revision} of a newer version of Understudy. "
            "Install that version, or restore a backup."
        )


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's settings; none of them live in a file."""
    config = Config()
    config.set_main_option("script_location", "workflows:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database) -> list[str]:
    """
    Bring the database to the newest shape; answer with the steps that were done.

    Everything happens in one transaction, so that an interrupted upgrade
    leaves the old shape whole.

    Raises:
        DatabaseTooNew: The database is ahead of this version of the product.

    """
    with _exclusive(database) as connection:
        before = _revision(connection)
        steps = _steps_after(before)
        if steps:
            command.upgrade(configuration(connection), "head")
    return steps


def is_current(database: Database) -> bool:
    """Say whether the database has exactly the shape that this version needs."""
    with database.engine.connect() as connection:
        return _revision(connection) == newest()


def require_current(database: Database) -> None:
    """
    Refuse a database that has another shape than this version needs.

    Raises:
        DatabaseTooOld: It must be migrated first.
        DatabaseTooNew: It was used by a newer version.

    """
    with database.engine.connect() as connection:
        revision = _revision(connection)
    if _steps_after(revision):
        raise DatabaseTooOld


def newest() -> str | None:
    """Return the number of the last step."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


@contextmanager
def _exclusive(database: Database) -> Iterator[Connection]:
    """Open a transaction that no second upgrade can enter."""
    with database.engine.connect() as connection, connection.begin():
        if database.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": _POSTGRESQL_LOCK})
        yield connection


def _revision(connection: Connection) -> str | None:
    """Return the number of the last step that the database has seen."""
    return MigrationContext.configure(connection).get_current_revision()


def _steps_after(revision: str | None) -> list[str]:
    """Return the steps that follow a revision, oldest first."""
    scripts = ScriptDirectory.from_config(configuration())
    known = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    if revision is None:
        return known
    if revision not in known:
        raise DatabaseTooNew(revision)
    return known[known.index(revision) + 1 :]
