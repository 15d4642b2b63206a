"""
A database with very many cases, made within minutes: copies of cases that really ran.

A copy of a case has its own rows everywhere. People whom cases are about are copied too, with
memberships, reviews, training and all else that belongs to them. Finished cases lie weeks
apart, so that they spread over five years.
"""

from sqlalchemy import Connection, Table, text

from tests.bench import many_rows
from tests.bench.many_rows import Copies
from workflows.database import Database

_USUAL_EVENTS = 12  # a copy of a case with more of them is made more seldom
_CASES_A_LIFE = 500  # people are copied once for so many cases
_AT_ONCE = 25  # copies of a row in one transaction
_FIRST = ("instance", "person", "outbox")
_ANY = 1_000_000_000


def multiply(
    database: Database, wanted: int, *, open_share: float = 0.1, lives: int | None = None
) -> int:
    """
    Copy the cases of a database until there are so many; return how many there are.

    `lives` says how often people are copied, if not once for each 500 cases.
    """
    tables = many_rows.copied()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA synchronous=OFF"))
            connection.execute(text("PRAGMA cache_size=-400000"))
        missing = wanted - _number(connection, "SELECT count(*) FROM instance")
        steps = {
            name: _number(connection, f"SELECT max(id) FROM {name}")
            for name, table in tables.items()
            if many_rows.is_numbered(table)
        }
        lives = max(0, missing) // _CASES_A_LIFE if lives is None else lives
        copies = Copies(database.is_sqlite, tables, steps, lives)
        _choose(connection, copies, missing, open_share)
        _take_patterns(connection, copies)
        _copy(connection, copies)
        for name in [*(f"pattern_{each}" for each in tables), "template_case", "copy_round"]:
            connection.execute(text(f"DROP TABLE {name}"))
        _tidy(connection, copies)
        return _number(connection, "SELECT count(*) FROM instance")


def _number(connection: Connection, query: str) -> int:
    """Return the one number that a query gives."""
    return connection.scalar(text(query)) or 0


def _choose(connection: Connection, copies: Copies, missing: int, open_share: float) -> None:
    """
    Say of each case how often it is copied.

    What is kept of some cases belongs to a membership, and is copied as often as people are.
    """
    recorded = " UNION ".join(
        f"SELECT instance_id FROM {table.name} WHERE instance_id IS NOT NULL"
        for table in many_rows.records(copies.tables)
    )
    connection.execute(
        text(
            "CREATE TABLE template_case AS SELECT id, ended_at IS NOT NULL AS is_over, "
            f"1.0 / ({_USUAL_EVENTS} + last_seq) AS weight, {copies.lives} AS copies, "
            f"id IN ({recorded}) AS has_record FROM instance"
        )
    )
    free = "NOT has_record"
    for is_over, share in (("is_over", 1 - open_share), ("NOT is_over", open_share)):
        of_people = _number(
            connection,
            f"SELECT sum(copies) FROM template_case WHERE {is_over} AND NOT ({free})",
        )
        left = max(0.0, missing * share - of_people)
        total = f"(SELECT sum(weight) FROM template_case WHERE {is_over} AND {free})"
        # Where cases have few copies each, some have one more than others: rounding adds up else.
        spread = "(id % 97) / 97.0 - 0.5"
        wanted = f"CAST(round({left} * weight / {total} + {spread}) AS INTEGER)"
        connection.execute(
            text(f"UPDATE template_case SET copies = {wanted} WHERE {is_over} AND {free}")
        )


def _take_patterns(connection: Connection, copies: Copies) -> None:
    """
    Set the rows that are copied aside, with how often each is.

    People are copied whom cases are about, and who answers for them. Any other row is copied
    with all that it belongs to.
    """
    about = "SELECT min(d.username) FROM duty d WHERE d.instance_id = t.id AND d.duty = 'subject'"
    ended, case = "CASE WHEN c.is_over THEN 1 ELSE 0 END", "JOIN template_case c ON c.id = t.id"
    _set_aside(connection, "instance", ("c.copies", ended, f"({about})"), case)
    subjects = "SELECT p.its_subject FROM pattern_instance p WHERE p.its_subject IS NOT NULL"
    heads = (
        "SELECT m.accountable_head FROM pool_member m JOIN person o ON o.id = m.person_id "
        f"WHERE m.accountable_head IS NOT NULL AND o.username IN ({subjects})"
    )
    is_copied = f"t.username IN ({subjects}) OR t.username IN ({heads})"
    lives = f"CASE WHEN {is_copied} THEN {copies.lives} ELSE 0 END"
    _set_aside(connection, "person", (lives, "0", "t.username"))
    letters = copies.least("coalesce(p.its_copies, 0)", str(copies.lives))
    case = f"LEFT JOIN pattern_instance p ON p.id = {copies.case_of_letter()}"
    _set_aside(connection, "outbox", (letters, "0", "p.its_subject"), case)
    for name, table in copies.tables.items():
        if name not in _FIRST:
            _set_aside_with_parents(connection, table, copies)


def _set_aside_with_parents(connection: Connection, table: Table, copies: Copies) -> None:
    """Set the rows of a table aside that belong to others; times of members stay as they are."""
    joins, numbers, ends, subjects = [], [], [], []
    for place, (column, other) in enumerate(many_rows.parents(table, copies.tables)):
        mine, key = f"t.{column.name}", next(iter(copies.tables[other].primary_key)).name
        joins.append(f"LEFT JOIN pattern_{other} p{place} ON p{place}.{key} = {mine}")
        numbers.append(
            f"CASE WHEN {mine} IS NULL THEN {_ANY} ELSE coalesce(p{place}.its_copies, 0) END"
        )
        if other != "person":
            ends.append(f"coalesce(p{place}.its_end, 1)")
        subjects.append(f"p{place}.its_subject")
    least = copies.least(*numbers)
    is_still = table.name == "pool_member" or not ends
    facts = (
        f"CASE WHEN {least} = {_ANY} THEN 0 ELSE {least} END",
        "0" if is_still else copies.least(*ends),
        f"coalesce({', '.join([*subjects, 'NULL'])})",
    )
    _set_aside(connection, table.name, facts, " ".join(joins))


def _set_aside(
    connection: Connection, name: str, facts: tuple[str, str, str], joins: str = ""
) -> None:
    """Write the rows of a table beside it: how often each is copied, and whom it is about."""
    number, end, subject = facts
    connection.execute(
        text(
            f"CREATE TABLE pattern_{name} AS SELECT t.*, {number} AS its_copies, "
            f"{end} AS its_end, {subject} AS its_subject FROM {name} t {joins}"
        )
    )


def _copy(connection: Connection, copies: Copies) -> None:
    """Copy all rows, some copies of each at once."""
    most = {
        name: _number(connection, f"SELECT max(its_copies) FROM pattern_{name}")
        for name in copies.tables
    }
    statements = {
        name: _insertion(table, copies) for name, table in copies.tables.items() if most[name]
    }
    rounds = max(most.values())
    connection.execute(text("CREATE TABLE copy_round (number INTEGER PRIMARY KEY)"))
    for number in range(1, rounds + 1):
        connection.execute(text(f"INSERT INTO copy_round (number) VALUES ({number})"))
    for first in range(1, rounds + 1, _AT_ONCE):
        part = {"first": first, "last": first + _AT_ONCE - 1}
        connection.execute(text("BEGIN"))
        for name, statement in statements.items():
            if most[name] >= first:
                connection.execute(text(statement), part)
        connection.execute(text("COMMIT"))


def _insertion(table: Table, copies: Copies) -> str:
    """Return the statement that copies the rows of one table."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(copies.value(column) for column in table.columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {values} "
        f"FROM copy_round r JOIN pattern_{table.name} t ON t.its_copies >= r.number "
        "WHERE r.number BETWEEN :first AND :last ORDER BY r.number"
    )


def _tidy(connection: Connection, copies: Copies) -> None:
    """Let the database count what it has, and go on numbering behind it."""
    if copies.is_sqlite:
        return  # which an installation does not ask to count, either
    connection.execute(text("ANALYZE"))
    for name in copies.steps:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                f"(SELECT coalesce(max(id), 0) FROM {name}) + 1)"
            )
        )
