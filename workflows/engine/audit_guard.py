"""Triggers that let nobody change or remove what the audit trail holds, on both databases."""

from typing import Any

from sqlalchemy import Connection, Table, event

from workflows.database import table_of
from workflows.engine.bookkeeping_tables import AuditEvent, AuditSeal

_TABLES = (table_of(AuditEvent).name, table_of(AuditSeal).name)
_REFUSAL = "The audit trail is only ever appended to."
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def apply(connection: Connection) -> None:
    """Put the triggers on the tables of the audit trail."""
    for statement in _statements(is_sqlite=connection.dialect.name == "sqlite"):
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away: only to go back to an older release."""
    is_sqlite = connection.dialect.name == "sqlite"
    for table in _TABLES:
        for word in _words(is_sqlite=is_sqlite):
            on = "" if is_sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, word)}{on}")
    if not is_sqlite:
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS audit_is_append_only()")


def _words(*, is_sqlite: bool) -> tuple[str, ...]:
    """Return what is refused; SQLite empties a table by deleting its rows."""
    return ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE")


def _name(table: str, word: str) -> str:
    """Return the name of a trigger."""
    return f"{table}_refuses_{word.lower()}"


def _statements(*, is_sqlite: bool) -> list[str]:
    """Return the statements that make the triggers."""
    body = (
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        if is_sqlite
        else "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
    made = [
        f"CREATE TRIGGER {_name(table, word)} BEFORE {word} ON {table} {body}"
        for table in _TABLES
        for word in _words(is_sqlite=is_sqlite)
    ]
    return made if is_sqlite else [_FUNCTION, *made]


@event.listens_for(table_of(AuditSeal), "after_create")
def _after_create(_target: Table, connection: Connection, **_facts: Any) -> None:
    """Guard tables that were made without a migration, such as those of tests."""
    apply(connection)
