"""One transaction per unit of work, on both databases."""

from contextlib import nullcontext
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError, OperationalError

from workflows.database import Database
from workflows.engine.tables import MovableClockOffset


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(MovableClockOffset)) or 0


def test_a_unit_of_work_commits_at_its_end(database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=5))

    assert _count(database) == 1


def test_an_error_rolls_everything_back(database: Database) -> None:
    with pytest.raises(KeyError), database.unit_of_work() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=5))
        session.flush()
        raise KeyError

    assert _count(database) == 0


def test_reading_never_writes(database: Database) -> None:
    refused = nullcontext() if database.is_sqlite else pytest.raises(InternalError)
    with refused, database.reading() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=5))
        session.flush()

    assert _count(database) == 0


def test_what_is_rehearsed_can_be_read_and_does_not_stay(database: Database) -> None:
    with database.rehearsing() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=5))
        session.flush()
        assert session.get_one(MovableClockOffset, 1).offset_seconds == 5

    assert _count(database) == 0


def test_one_lost_connection_tells_of_all(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("A file has no connections to lose.")
    assert _count(database) == 0
    with database.unit_of_work() as session:
        ours = session.scalar(text("SELECT pg_backend_pid()"))
    with database.unit_of_work() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == ours
    other = Database(database.url)
    with other.rehearsing() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.close()

    with pytest.raises(OperationalError), database.unit_of_work() as session:
        session.execute(text("SELECT 1"))

    assert _count(database) == 0


def test_reading_keeps_what_the_server_has_prepared(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("Only PostgreSQL keeps prepared statements.")
    prepared = "SELECT count(*) FROM pg_prepared_statements"
    for _ in range(8):
        with database.reading() as session:
            _ = session.scalar(select(MovableClockOffset.id))

    with database.reading() as session:
        assert session.scalar(text(prepared)) == 1


def test_the_clock_of_demonstrations_moves_with_the_stored_offset(database: Database) -> None:
    from workflows.clock import MovableClock

    before = MovableClock(database).now()
    with database.unit_of_work() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=86_400))

    moved: datetime = MovableClock(database).now()
    assert (moved - before).days == 1
