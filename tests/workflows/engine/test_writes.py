"""Writes that are sent together: as one statement on PostgreSQL, with the same result on both."""

from datetime import datetime

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import SCORE, publish, start, two_steps
from workflows.database import table_of
from workflows.engine import writes
from workflows.engine.failures import CaseChanged
from workflows.engine.tables import AuditEvent, Duty, Instance, Timer

AUDIT, DUTY, INSTANCE, TIMER = (table_of(one) for one in (AuditEvent, Duty, Instance, Timer))


def entry(action, **data):
    facts = {"at": NOW, "actor": "ada", "object_type": "instance", "object_id": "1"}
    return {**facts, "action": action, "data": data}


@pytest.fixture
def case(database):
    publish(database, two_steps(), SCORE)
    return start(database, "two_steps").id


def test_what_is_written_together_is_one_statement_on_postgresql(database, case):
    timers = [
        {"instance_id": case, "token_id": token, "element_id": "x", "due_at": NOW}
        for token in (90, 91, 92)
    ]
    with (
        counted(database) as statements,
        database.unit_of_work() as session,
        writes.together(session),
    ):
        writes.insert(session, TIMER, timers)
        writes.insert(session, AUDIT, [entry("one", big=2**80, text="“ä” %s :x 'q'")])
        writes.update(session, INSTANCE, {"id": case}, name="Bridge", state=b"\x00\xff")
        writes.delete(session, DUTY, {"instance_id": case})

    asked = [one for one in statements if not one.startswith("BEGIN")]
    assert len(asked) == (4 if database.is_sqlite else 1)
    with database.reading() as session:
        assert session.scalars(select(Timer.due_at).where(Timer.token_id >= 90)).all() == [NOW] * 3
        assert session.scalars(select(Timer.attempts).where(Timer.token_id == 90)).one() == 0
        kept = session.scalars(select(AuditEvent.data).where(AuditEvent.action == "one")).one()
        assert kept == {"big": 2**80, "text": "“ä” %s :x 'q'"}
        row = session.get_one(Instance, case)
        assert (row.name, row.state) == ("Bridge", b"\x00\xff")


def test_rows_are_found_by_one_number_or_by_several(database, case):
    timers = [
        {"instance_id": case, "token_id": token, "element_id": name, "due_at": NOW}
        for token, name in enumerate("abcd", start=90)
    ]
    with database.unit_of_work() as session:
        writes.insert(session, TIMER, timers)
        numbers = list(session.scalars(select(Timer.id).order_by(Timer.id)))
        writes.delete(session, TIMER, {"id": numbers[:2]})
        writes.update(session, TIMER, {"id": numbers[2:3]}, element_id="e")

        left = session.scalars(select(Timer.element_id).order_by(Timer.id))
        assert list(left) == ["e", "d"]


def test_a_row_that_is_there_already_may_stay(database, case):
    row = {"instance_id": case, "duty": "author", "username": "ada"}
    with database.unit_of_work() as session:
        writes.insert(session, DUTY, [row], is_new=False)
        writes.insert(session, DUTY, [row], is_new=False)

        assert session.scalars(select(Duty.username)).all() == ["ada"]


def test_an_update_that_finds_nothing_fails_where_it_must_find_one_row(database, case):
    refusal = CaseChanged(case)
    with (
        pytest.raises(CaseChanged),
        database.unit_of_work() as session,
        writes.together(session),
    ):
        writes.insert(session, AUDIT, [entry("lost")])
        writes.update(
            session, INSTANCE, {"id": case, "version": 99}, unless_one=refusal, name="Lost"
        )

    with database.reading() as session:
        assert session.get_one(Instance, case).name != "Lost"
        lost = select(AuditEvent.id).where(AuditEvent.action == "lost")
        assert session.scalars(lost).all() == []


def test_nothing_is_sent_after_a_failure(database):
    with (
        pytest.raises(ZeroDivisionError),
        database.unit_of_work() as session,
        writes.together(session),
    ):
        writes.insert(session, AUDIT, [entry("lost")])
        raise ZeroDivisionError

    with database.reading() as session:
        assert session.scalars(select(AuditEvent.id)).all() == []


def test_a_flush_makes_what_waits_readable(database):
    with database.unit_of_work() as session, writes.together(session):
        writes.insert(session, AUDIT, [entry("one")])
        assert session.scalars(select(AuditEvent.action)).all() == []

        writes.flush(session)

        assert session.scalars(select(AuditEvent.action)).all() == ["one"]


def test_a_moment_without_a_time_zone_is_refused(database):
    naive = {**entry("one"), "at": datetime(2026, 1, 1)}
    with pytest.raises(ValueError, match="time zone"), database.unit_of_work() as session:
        writes.insert(session, AUDIT, [naive])
