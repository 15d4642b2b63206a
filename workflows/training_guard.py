"""Triggers that let nobody change or remove hours that were booked, on both databases."""

from sqlalchemy import Connection

_TABLE = "hours_ledger"
_REFUSAL = "Hours are only ever added; set a mistake right by a counter-entry."
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_TABLE}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_WORDS = ("UPDATE", "DELETE")


def apply(connection: Connection) -> None:
    """Put the triggers on the ledger."""
    is_sqlite = connection.dialect.name == "sqlite"
    body = (
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        if is_sqlite
        else f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_is_append_only()"
    )
    if not is_sqlite:
        connection.exec_driver_sql(_FUNCTION)
    for word in _WORDS:
        connection.exec_driver_sql(f"CREATE TRIGGER {_name(word)} BEFORE {word} ON {_TABLE} {body}")


def remove(connection: Connection) -> None:
    """Take the triggers away: only to go back to an older release."""
    is_sqlite = connection.dialect.name == "sqlite"
    for word in _WORDS:
        on = "" if is_sqlite else f" ON {_TABLE}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(word)}{on}")
    if not is_sqlite:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {_TABLE}_is_append_only() CASCADE")


def _name(word: str) -> str:
    """Return the name of a trigger."""
    return f"{_TABLE}_refuses_{word.lower()}"
