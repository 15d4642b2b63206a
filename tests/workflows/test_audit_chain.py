"""The audit trail is only appended to, and whatever is done to it past us is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import CALENDAR
from workflows import audit, audit_chain, audit_sealing, migrate
from workflows.actors import SYSTEM
from workflows.audit_anchors import AnchorFile
from workflows.audit_sealing import SealWork
from workflows.database import Base, Database
from workflows.engine import audit_guard
from workflows.engine.jobs import performing

KEY = audit_chain.key_of("a secret of the house")
OTHER = audit_chain.key_of("another secret")


@pytest.fixture
def anchors(tmp_path: Path) -> AnchorFile:
    """The file of anchors; there is none yet."""
    return AnchorFile(tmp_path / "data" / "audit.anchors", KEY)


@pytest.fixture
def sealed(database: Database, anchors: AnchorFile) -> Database:
    """Ten entries, sealed and anchored, and two that wait."""
    write(database, 10)
    work(database, anchors)
    write(database, 2)
    return database


def write(database: Database, count: int) -> None:
    with database.unit_of_work() as session:
        for number in range(count):
            note(session, number)


def note(session: Session, number: int) -> None:
    facts = {"reason": f"because “{number}”", "ratio": 0.1, "of": {"b": 1, "a": [None, True]}}
    audit.record(session, "test.write", "thing", number, actor=SYSTEM, now=NOW, **facts)


def work(database: Database, anchors: AnchorFile, **later: float) -> int:
    kind = SealWork(KEY, anchors)
    return performing.perform_due(database, kind, NOW + timedelta(**later), CALENDAR)


def breaks(database: Database, anchors: AnchorFile, key: bytes = KEY) -> list[str]:
    with database.reading() as session:
        return list(audit_chain.breaks(session, key, anchors.read().seals))


def end(database: Database) -> int:
    with database.reading() as session:
        return audit_chain.end(session).number


@contextmanager
def unguarded(database: Database) -> Iterator[Connection]:
    """Somebody who may do anything to the database, and who puts the guards back afterwards."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql(
                "ALTER TABLE audit_seal DROP CONSTRAINT fk_audit_seal_event_id_audit_event"
            )
        audit_guard.remove(connection)
        yield connection
        audit_guard.apply(connection)


def test_a_trail_that_nobody_touched_holds(sealed: Database, anchors: AnchorFile) -> None:
    assert end(sealed) == 10
    assert breaks(sealed, anchors) == []
    with sealed.reading() as session:
        assert audit_chain.count_unsealed(session) == 2

    work(sealed, anchors, minutes=1)

    assert end(sealed) == 12
    assert breaks(sealed, anchors) == []


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET {column} = 1", "DELETE FROM {table}", "TRUNCATE {table}"]
)
def test_the_database_refuses_to_change_the_trail(
    sealed: Database, table: str, statement: str
) -> None:
    column = "id" if table == "audit_event" else "number"
    if sealed.is_sqlite and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    if statement.startswith("TRUNCATE"):
        statement += " CASCADE"

    with pytest.raises(DatabaseError, match="only ever appended to"), sealed.unit_of_work() as one:
        one.execute(text(statement.format(table=table, column=column)))

    assert end(sealed) == 10


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2026-11-20 09:00:01'"),
        ("actor", "'somebody'"),
        ("action", "'test.read'"),
        ("object_type", "'person'"),
        ("object_id", "'99'"),
        ("data", "'{}'"),
    ],
)
def test_an_edit_is_found(sealed: Database, anchors: AnchorFile, column: str, value: str) -> None:
    with unguarded(sealed) as connection:
        connection.execute(text(f"UPDATE audit_event SET {column} = {value} WHERE id = 5"))

    assert breaks(sealed, anchors) == [
        "Entry 5 of the audit trail is not what was sealed in its place."
    ]


TAMPERING: dict[str, tuple[list[str], str]] = {
    "an entry is removed": (["DELETE FROM audit_event WHERE id = 5"], "Entry 5 .* is missing"),
    "an entry and its seal are removed": (
        ["DELETE FROM audit_seal WHERE number = 5", "DELETE FROM audit_event WHERE id = 5"],
        "Seals 5 to 5 are missing",
    ),
    "the seals close up over the gap": (
        [
            "DELETE FROM audit_seal WHERE number = 5",
            "DELETE FROM audit_event WHERE id = 5",
            *(f"UPDATE audit_seal SET number = {n - 1} WHERE number = {n}" for n in range(6, 11)),
        ],
        "Entry 6 .* is not what was sealed in its place",
    ),
    "two entries change places": (
        [
            "UPDATE audit_event SET id = 99 WHERE id = 5",
            "UPDATE audit_event SET id = 5 WHERE id = 6",
            "UPDATE audit_event SET id = 6 WHERE id = 99",
        ],
        "Entry 5 .* is not what was sealed in its place",
    ),
    "two seals change places": (
        [
            "UPDATE audit_seal SET number = 99 WHERE number = 5",
            "UPDATE audit_seal SET number = 5 WHERE number = 6",
            "UPDATE audit_seal SET number = 6 WHERE number = 99",
        ],
        "Entry 6 .* is not what was sealed in its place",
    ),
    "the end is cut off": (
        ["DELETE FROM audit_seal WHERE number > 7", "DELETE FROM audit_event WHERE id > 7"],
        "ends after 7 sealed entries, but 10 were noted .* cut off",
    ),
    "everything is gone": (
        ["DELETE FROM audit_seal", "DELETE FROM audit_event"],
        "ends after 0 sealed entries, but 10 were noted",
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found(sealed: Database, anchors: AnchorFile, how: str) -> None:
    statements, sentence = TAMPERING[how]
    with unguarded(sealed) as connection:
        for statement in statements:
            connection.execute(text(statement))

    found = breaks(sealed, anchors)

    with pytest.raises(AssertionError, match=sentence):
        assert found == []


def test_an_entry_that_loses_its_seal_to_get_another_is_found(
    sealed: Database, anchors: AnchorFile
) -> None:
    with unguarded(sealed) as connection:
        connection.execute(text("DELETE FROM audit_seal WHERE number > 8"))
        connection.execute(text("UPDATE audit_event SET actor = 'somebody' WHERE id = 9"))
    work(sealed, anchors, minutes=1)

    assert end(sealed) == 12
    assert breaks(sealed, anchors) == [
        "Seal 10 is not the one that was noted outside the database."
    ]


def test_another_key_fits_nothing(sealed: Database, anchors: AnchorFile) -> None:
    assert breaks(sealed, anchors, OTHER) == [
        "None of the 10 seals fits: the key is not the one that sealed"
        " (UNDERSTUDY_AUDIT_KEY), or everything was changed."
    ]


def test_an_anchor_is_noted_every_hour_in_which_somebody_works(
    sealed: Database, anchors: AnchorFile
) -> None:
    for minutes in (1, 30, 59):
        work(sealed, anchors, minutes=minutes)
    assert set(anchors.read().seals) == {10}

    work(sealed, anchors, minutes=61)

    assert set(anchors.read().seals) == {10, 12}
    assert anchors.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("change", [("10 ", "9 "), ("2026", "2025"), (" ", "")])
def test_an_anchor_that_was_edited_is_found(
    sealed: Database, anchors: AnchorFile, change: tuple[str, str]
) -> None:
    anchors.path.write_text(anchors.path.read_text().replace(*change))

    read = anchors.read()

    assert read.seals == {}
    assert read.problems == [f"Line 1 of {anchors.path} is not what was noted there."]


def test_an_empty_trail_has_no_anchor(database: Database, anchors: AnchorFile) -> None:
    work(database, anchors)

    assert not anchors.path.exists()
    assert breaks(database, anchors) == []


def test_many_entries_are_sealed_in_batches(
    database: Database, anchors: AnchorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_sealing, "BATCH", 3)
    monkeypatch.setattr(audit_sealing, "_BATCHES_AT_ONCE", 2)
    write(database, 8)

    work(database, anchors)  # six, and no anchor before the rest is done
    assert (end(database), anchors.path.exists()) == (6, False)
    work(database, anchors)

    assert (end(database), set(anchors.read().seals)) == (8, {8})
    assert breaks(database, anchors) == []


def test_whoever_commits_late_is_sealed_late(database: Database, anchors: AnchorFile) -> None:
    if database.is_sqlite:
        pytest.skip("one writer at a time: nobody can be overtaken")
    written, may_commit = Event(), Event()

    def write_slowly() -> None:
        with database.unit_of_work() as session:
            note(session, 0)
            written.set()
            may_commit.wait(10)

    slow = Thread(target=write_slowly)
    slow.start()
    written.wait(10)
    write(database, 2)
    work(database, anchors)
    may_commit.set()
    slow.join()
    assert end(database) == 2

    work(database, anchors, minutes=1)

    assert end(database) == 3
    assert breaks(database, anchors) == []


def test_far_behind_the_end_is_looked_at_every_hour(
    database: Database, anchors: AnchorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "LATECOMERS", 1)
    insert(database, 100)
    work(database, anchors)
    insert(database, 50)
    work(database, anchors, minutes=1)
    assert end(database) == 1

    work(database, anchors, hours=1, minutes=2)

    assert end(database) == 2
    assert breaks(database, anchors) == []


def insert(database: Database, number: int) -> None:
    """Write an entry with a number that somebody took long ago."""
    with database.unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO audit_event (id, at, actor, action, object_type, object_id, data)"
                " VALUES (:number, '2026-11-20 09:00:00', 'hana', 'late', 'test', '1', '{}')"
            ),
            {"number": number},
        )


def test_two_workers_never_seal_the_same_place(sealed: Database) -> None:
    with sealed.reading() as session:
        waiting = audit_chain.unsealed(session)
    with sealed.unit_of_work() as session:
        audit_chain.seal(session, waiting, key=KEY)

    with pytest.raises(IntegrityError), sealed.unit_of_work() as session:
        audit_chain.seal(session, waiting, key=KEY)


def test_what_an_older_release_wrote_is_sealed_as_well(
    database: Database, anchors: AnchorFile
) -> None:
    Base.metadata.drop_all(database.engine)
    with migrate._exclusive(database) as connection:
        command.upgrade(migrate.configuration(connection), "0011")
    write(database, 3)

    migrate.upgrade(database)
    work(database, anchors)

    assert end(database) == 3
    assert breaks(database, anchors) == []
    with pytest.raises(DatabaseError, match="only ever"), database.unit_of_work() as session:
        session.execute(text("DELETE FROM audit_event"))


def test_the_step_can_be_taken_back(database: Database, anchors: AnchorFile) -> None:
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database)
    write(database, 1)
    with migrate._exclusive(database) as connection:
        command.downgrade(migrate.configuration(connection), "0011")

    with database.unit_of_work() as session:
        session.execute(text("DELETE FROM audit_event"))
    migrate.upgrade(database)
    write(database, 1)
    work(database, anchors)

    assert end(database) == 1


def test_whoever_writes_an_entry_asks_for_nothing_else(sealed: Database) -> None:
    with counted(sealed) as statements, sealed.unit_of_work() as session:
        note(session, 1)

    assert len([one for one in statements if "audit" in one]) == 1
