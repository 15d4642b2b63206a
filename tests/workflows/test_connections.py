"""Connections to SQLite that wait for their next use."""

import threading

import pytest
from sqlalchemy import text

from workflows.connections import Spare
from workflows.database import Database


@pytest.fixture
def embedded(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'spare.sqlite'}")
    yield database
    database.close()


def test_a_connection_is_used_again(embedded):
    spare = Spare(embedded.engine)
    with spare.connection() as first:
        first.execute(text("SELECT 1"))
        first.rollback()
    with spare.connection() as second:
        assert second is first


def test_one_whose_use_failed_is_not(embedded):
    spare = Spare(embedded.engine)
    with pytest.raises(KeyError), spare.connection() as first:
        raise KeyError
    assert first.closed
    with spare.connection() as second:
        assert second is not first


def test_one_in_a_transaction_is_not(embedded):
    spare = Spare(embedded.engine)
    with spare.connection() as first:
        first.execute(text("SELECT 1"))
    assert first.closed


def test_two_uses_at_once_never_share_one(embedded):
    spare = Spare(embedded.engine)
    with spare.connection() as first, spare.connection() as second:
        assert first is not second


def test_only_a_few_wait_and_none_after_the_end(embedded):
    spare = Spare(embedded.engine)
    together = threading.Barrier(Spare.MOST + 2)
    used = []

    def use():
        with spare.connection() as connection:
            used.append(connection)
            together.wait(30)

    threads = [threading.Thread(target=use) for _ in range(Spare.MOST + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([one for one in used if not one.closed]) == Spare.MOST
    spare.close()
    assert all(one.closed for one in used)
    assert embedded.engine.pool.checkedout() == 0


def test_units_of_work_leave_nothing_behind_for_each_other(embedded):
    with embedded.unit_of_work() as session:
        session.execute(text("CREATE TABLE kept (number INTEGER)"))
    with pytest.raises(KeyError), embedded.unit_of_work() as session:
        session.execute(text("INSERT INTO kept VALUES (1)"))
        raise KeyError
    with embedded.rehearsing() as session:
        session.execute(text("INSERT INTO kept VALUES (2)"))
    with embedded.unit_of_work() as session:
        session.execute(text("INSERT INTO kept VALUES (3)"))

    with embedded.reading() as session:
        assert session.scalars(text("SELECT number FROM kept")).all() == [3]
