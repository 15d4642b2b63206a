"""One transaction per unit of work, on both databases."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

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
    with database.reading() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=5))
        session.flush()

    assert _count(database) == 0


def test_the_clock_of_demonstrations_moves_with_the_stored_offset(database: Database) -> None:
    from workflows.clock import MovableClock

    before = MovableClock(database).now()
    with database.unit_of_work() as session:
        session.add(MovableClockOffset(id=1, offset_seconds=86_400))

    moved: datetime = MovableClock(database).now()
    assert (moved - before).days == 1
