"""
A database with very many cases, made within a minute: copies of cases that really ran.

Each copy has its own rows everywhere that a case has rows; those of finished
cases lie weeks apart, so that they spread over five years.
"""

from sqlalchemy import Connection, text

from workflows.database import Database

# Table, the column that tells its rows apart beside the case, and its moments.
_TABLES: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
    ("instance", None, ("started_at", "changed_at", "ended_at")),
    ("user_task", "id", ("created_at", "due_at", "inbox_at", "stalls_at", "completed_at")),
    ("history_event", None, ("at",)),
    ("duty", None, ()),
    ("timer", "id", ("due_at",)),
    ("subscription", "id", ("created_at",)),
    ("incident", "id", ("opened_at",)),
    ("decision_record", "id", ("decided_at",)),
)
_USUAL_EVENTS = 12  # a copy of a case with more of them is made more seldom
_YEARS = 5
_END = "9998-01-01"


def multiply(database: Database, wanted: int, *, open_share: float = 0.1) -> int:
    """Copy the cases of a database until there are so many; return how many there are."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA synchronous=OFF"))
            connection.execute(text("PRAGMA cache_size=-400000"))
        there = connection.scalar(text("SELECT count(*) FROM instance")) or 0
        rounds = _choose(connection, wanted - there, open_share)
        steps = {
            table: connection.scalar(text(f"SELECT max({column or 'id'}) FROM {table}")) or 0
            for table, column, _ in _TABLES
            if column or table == "instance"
        }
        for number in range(1, rounds + 1):
            connection.execute(text("BEGIN"))
            for table, column, moments in _TABLES:
                _copy(connection, database.is_sqlite, table, column, moments, steps, number)
            _copy_offers(connection, steps, number)
            connection.execute(text("COMMIT"))
        connection.execute(text("DROP TABLE template_case"))
        _tidy(connection, database.is_sqlite)
        return connection.scalar(text("SELECT count(*) FROM instance")) or 0


def _choose(connection: Connection, missing: int, open_share: float) -> int:
    """Say of each case how often it is copied; return how often the most copied one is."""
    connection.execute(
        text(
            "CREATE TABLE template_case AS SELECT id, ended_at IS NOT NULL AS is_over, "
            f"1.0 / ({_USUAL_EVENTS} + last_seq) AS weight, 0 AS copies FROM instance"
        )
    )
    for is_over, share in (("is_over", 1 - open_share), ("NOT is_over", open_share)):
        total = f"(SELECT sum(weight) FROM template_case WHERE {is_over})"
        copies = f"CAST(round({missing * share} * weight / {total}) AS INTEGER)"
        connection.execute(text(f"UPDATE template_case SET copies = {copies} WHERE {is_over}"))
    return connection.scalar(text("SELECT max(copies) FROM template_case")) or 0


def _copy(
    connection: Connection,
    is_sqlite: bool,
    table: str,
    column: str | None,
    moments: tuple[str, ...],
    steps: dict[str, int],
    number: int,
) -> None:
    """Copy the rows of one table, for every case that has a copy of this number."""
    case = "id" if table == "instance" else "instance_id"
    back = number * 37 % (365 * _YEARS)
    values = []
    names = _columns(connection, is_sqlite, table)
    for name in names:
        if name == case:
            values.append(f"t.{name} + {steps['instance'] * number}")
        elif name == column:
            values.append(f"t.{name} + {steps[table] * number}")
        elif name in moments:
            values.append(_earlier(is_sqlite, f"t.{name}", back))
        elif name == "business_key":
            values.append(f"CASE WHEN t.{name} IS NULL THEN NULL ELSE t.{name} || '-{number}' END")
        else:
            values.append(f"t.{name}")
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} t "
            f"JOIN template_case c ON c.id = t.{case} WHERE c.copies >= {number}"
        )
    )


def _earlier(is_sqlite: bool, name: str, days: int) -> str:
    """Return a moment so many days earlier, where the case is over."""
    if is_sqlite:
        moved = rf"strftime('%Y-%m-%d %H\:%M\:%f', {name}, '-{days} days') || '000'"
    else:
        moved = f"{name} - make_interval(days => {days})"
    return f"CASE WHEN c.is_over AND {name} < '{_END}' THEN {moved} ELSE {name} END"


def _copy_offers(connection: Connection, steps: dict[str, int], number: int) -> None:
    """Offer the copies of user tasks to the same groups."""
    connection.execute(
        text(
            "INSERT INTO user_task_candidate (group_name, user_task_id, inbox_at) "
            f"SELECT o.group_name, o.user_task_id + {steps['user_task'] * number}, o.inbox_at "
            "FROM user_task_candidate o JOIN user_task t ON t.id = o.user_task_id "
            f"JOIN template_case c ON c.id = t.instance_id WHERE c.copies >= {number}"
        )
    )


def _columns(connection: Connection, is_sqlite: bool, table: str) -> list[str]:
    """Return the names of the columns of a table."""
    query = (
        f"SELECT name FROM pragma_table_info('{table}')"
        if is_sqlite
        else f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
        " AND table_schema = 'public' ORDER BY ordinal_position"
    )
    return list(connection.scalars(text(query)))


def _tidy(connection: Connection, is_sqlite: bool) -> None:
    """Let the database count what it has, and go on numbering behind it."""
    connection.execute(text("ANALYZE"))
    if is_sqlite:
        return
    for table, column, _ in _TABLES:
        if column or table == "instance":
            connection.execute(
                text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}) + 1)")
            )
