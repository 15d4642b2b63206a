"""The tables of Procrastinate in our database, made by our migrations and by nothing else."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from workflows.database import Base

FIRST = Path(__file__).parent / "procrastinate_3_10.sql"
PREFIX = "procrastinate_"

_DROP = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP TABLE %I CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT typname AS name FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
            AND typtype IN ('e', 'c')
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', found.name);
    END LOOP;
END;
$$
"""


def apply(connection: Connection) -> None:
    """Make what Procrastinate needs, unless the database has it or is the embedded one."""
    if connection.dialect.name != "postgresql" or _is_there(connection):
        return
    _run(connection, FIRST.read_text(encoding="utf-8"))


def remove(connection: Connection) -> None:
    """Drop everything that `apply` made."""
    if connection.dialect.name == "postgresql":
        _run(connection, _DROP)


def is_ours(name: str | None) -> bool:
    """Say whether a table is one that our models describe."""
    return not (name or "").startswith(PREFIX)


def _is_there(connection: Connection) -> bool:
    """Say whether the tables exist."""
    found = connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar()
    return found is not None


def _run(connection: Connection, script: str) -> None:
    """Run a script of many statements in the transaction of the connection."""
    # Without parameters the driver takes a `%` as it stands, and several statements at once.
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(script)


@event.listens_for(Base.metadata, "after_create")
def _after_create(_target: MetaData, connection: Connection, **_facts: Any) -> None:
    """Make the tables beside ours where no migration runs: in tests and benchmarks."""
    apply(connection)


@event.listens_for(Base.metadata, "before_drop")
def _before_drop(_target: MetaData, connection: Connection, **_facts: Any) -> None:
    """Drop the tables together with ours."""
    remove(connection)
