"""The sweep finds what cannot be right within the hour, and says why."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import NOW
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    SCORE,
    find,
    publish,
    start,
    two_steps,
    waiting,
)
from workflows.clock import FixedClock
from workflows.engine import incidents, stalled, sweeps, timers
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.incidents_beside import StillDisagrees
from workflows.engine.jobs import performing
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.tables import Incident, Instance, Timer, UserTask


def sweep(database, **later):
    return performing.perform_due(database, sweeps.WORK, NOW + timedelta(**later), CALENDAR)


def open_incidents(database):
    with database.reading() as session:
        return list(incidents.open_list(session).items)


def test_a_healthy_case_is_left_alone(database):
    publish(database, waiting(), two_steps(), SCORE)
    start(database, "waiting")
    start(database, "two_steps", {"topic": "x"})

    sweep(database)

    assert open_incidents(database) == []


def test_a_case_whose_rows_disagree_is_listed_with_the_reason(database):
    publish(database, waiting())
    lost, fine = start(database, "waiting"), start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(delete(Timer).where(Timer.instance_id == lost.id))

    sweep(database)
    sweep(database, hours=1)

    (incident,) = open_incidents(database)
    assert (incident.instance_id, incident.kind) == (lost.id, "inconsistent")
    assert "waits for nothing" in incident.message
    assert find(database, fine.id).status == "running"
    with database.reading() as session:
        (listed,) = stalled.find(session, now=NOW + timedelta(hours=1)).items
    assert (listed.instance.id, listed.reason) == (lost.id, "incident")


def test_a_retry_looks_again_and_closes_the_incident_when_the_case_is_mended(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "x"})
    with database.unit_of_work() as session:
        session.execute(update(UserTask).values(state="cancelled"))
    sweep(database)
    (incident,) = open_incidents(database)
    again = {"reason": "mended", "actor": ADA, "now": NOW, "calendar": CALENDAR}

    with pytest.raises(StillDisagrees), database.unit_of_work() as session:
        incidents.retry(session, incident.id, **again)
    with database.unit_of_work() as session:
        session.execute(update(UserTask).values(state="open"))
    with database.unit_of_work() as session:
        incidents.retry(session, incident.id, **again)

    assert open_incidents(database) == []
    assert find(database, case.id).status == "running"


def test_a_state_that_cannot_be_read_does_not_stop_the_sweep(database):
    publish(database, waiting())
    broken, lost = start(database, "waiting"), start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(update(Instance).where(Instance.id == broken.id).values(state=b"1o[broken"))
        session.execute(delete(Timer).where(Timer.instance_id == lost.id))

    sweep(database)

    assert [one.instance_id for one in open_incidents(database)] == [broken.id, lost.id]


def test_every_open_case_is_looked_at_within_the_hour(database, monkeypatch):
    monkeypatch.setattr(sweeps, "_LEAST", 2)
    publish(database, waiting(duration="P9D"))
    cases = [start(database, "waiting") for _ in range(5)]
    with database.unit_of_work() as session:
        session.execute(delete(Timer))

    found = []
    for minute in range(3):
        sweep(database, minutes=minute)
        found.append(len(open_incidents(database)))
        sweep(database, minutes=minute, seconds=30)  # not due before its minute is over

    assert found == [2, 4, 5]
    with database.reading() as session:
        row = session.scalars(select(Sweep)).one()
        assert (row.position, row.round_ended_at) == (0, NOW + timedelta(minutes=2))
    assert len(cases) == 5


def test_a_timer_that_was_given_up_in_silence_gets_its_incident(database):
    publish(database, waiting())
    case = start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(update(Timer).values(attempts=5, retry_at=None))

    sweep(database)

    (incident,) = open_incidents(database)
    assert (incident.kind, incident.instance_id) == ("timer_failed", case.id)
    with database.unit_of_work() as session:
        incidents.retry(
            session,
            incident.id,
            reason="try again",
            actor=ADA,
            now=NOW + timedelta(days=3),
            calendar=CALENDAR,
        )
    assert find(database, case.id).status == "running"


def test_a_timer_whose_worker_dies_in_every_attempt_becomes_an_incident(database, monkeypatch):
    """Before, the fifth death left a timer that nobody tried and nobody saw."""

    class Gone(BaseException):
        pass

    def die(*_arguments):
        raise Gone

    publish(database, waiting())
    case, other = start(database, "waiting"), start(database, "waiting")
    clock = FixedClock(NOW + timedelta(days=3))
    with database.reading() as session:
        key = str(session.scalar(select(Timer.id).where(Timer.instance_id == case.id)))
    with monkeypatch.context() as patched:
        patched.setattr(timers.transitions, "move", die)
        for _ in range(5):
            with pytest.raises(Gone):
                performing.perform(database, timers.WORK, key, clock.now(), CALENDAR)
            clock.moment += timedelta(seconds=31)
    assert find(database, case.id).status == "running"

    jobs_for(database, clock, CALENDAR, [timers.WORK]).run_once()

    (incident,) = open_incidents(database)
    assert (incident.kind, incident.instance_id) == ("timer_failed", case.id)
    assert "stopped in the middle" in incident.message
    assert find(database, other.id).data == {}
    with database.reading() as session:
        assert session.scalars(select(Timer.instance_id)).all() == [case.id]
        assert session.scalars(select(Incident.id)).all() == [incident.id]
