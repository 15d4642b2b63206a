"""Stalled cases are found, each with its reason and what to do next."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    SCORE,
    calling,
    complete,
    listening,
    open_tasks,
    publish,
    start,
    two_steps,
    waiting,
)
from workflows.engine import services, stalled
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed


class People:
    """Knows who is there."""

    def __init__(self, absent=(), empty=()):
        self._absent, self._empty = frozenset(absent), frozenset(empty)

    def absent(self, _session, usernames):
        return usernames & self._absent

    def empty(self, _session, groups):
        return groups & self._empty


def find(database, *, days=0, people=None, **facts):
    with database.reading() as session:
        return stalled.find(
            session, now=NOW + timedelta(days=days), people=people, calendar=CALENDAR, **facts
        )


@pytest.fixture
def scored(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Bridge"})
    complete(database, open_tasks(database, case)["prepare"].id)
    return case


def test_a_case_within_its_time_is_not_stalled(database, scored):
    assert find(database, days=7).items == []


def test_a_user_task_past_150_percent_of_its_time(database, scored):
    (case,) = find(database, days=8).items

    assert case.instance.id == scored.id
    assert case.reason == "overdue"
    assert case.since == NOW + timedelta(days=5)
    assert case.waits_for == ("reviewer",)
    assert case.element_id == "score"
    assert case.user_task_id == open_tasks(database, scored)["score"].id
    assert "“score” is overdue since 2026-11-25" in case.cause
    assert "Remind reviewer" in case.next_step


def test_a_user_task_that_nobody_can_do(database, scored):
    other = start(database, "two_steps")

    both = find(database, people=People(absent=["ada"], empty=["reviewer"])).items

    assert [(case.instance.id, case.reason) for case in both] == [
        (scored.id, "nobody"),
        (other.id, "nobody"),
    ]
    assert "reviewer, who have no members" in both[0].cause
    assert "ada, who is not active" in both[1].cause


def test_an_incident_is_the_gravest_reason(database, monkeypatch):
    def work(_call):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)
    publish(database, calling("test.work"))
    case = start(database, "calling")
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)

    (found,) = find(database, people=People(absent=["ada"])).items

    assert (found.reason, found.others) == ("incident", 1)
    assert found.element_id == "work"


def test_a_timer_that_should_have_fired(database):
    publish(database, waiting())
    start(database, "waiting")

    assert find(database, days=3).items == []
    (found,) = find(database, days=4).items
    assert found.reason == "late_timer"
    assert "worker" in found.next_step


def test_a_message_that_does_not_come(database):
    publish(database, listening())
    start(database, "listening", {"ticket": "a"})

    assert find(database, days=10).items == []
    (found,) = find(database, days=11).items
    assert found.reason == "message"
    assert "“answer” has not come" in found.cause


def test_a_case_in_which_nothing_happens(database):
    publish(database, two_steps(), SCORE)
    start(database, "two_steps")

    (found,) = find(database, days=11).items

    assert found.reason == "idle"
    assert found.waits_for == (ADA.username,)
    assert "Ask ada" in found.next_step


def test_what_may_begin_beside_a_case_neither_stalls_it_nor_hides_that_it_stalls(database):
    process = Process("guarded").start().user("work").end().chain("start", "work", "end")
    stop = process.event_sub("stop").event_start("on_stop", message="stop").end("stopped")
    stop.chain("on_stop", "stopped")
    close = process.event_sub("close").event_start("year", timer(duration="P365D")).end("closed")
    close.chain("year", "closed")
    publish(database, SourceFile("guarded.bpmn", process.xml()))
    start(database, "guarded")

    assert find(database, days=9).items == []
    (found,) = find(database, days=11).items

    assert found.reason == "idle"
    assert found.waits_for == (ADA.username,)


def test_a_long_planned_wait_is_no_stall(database):
    publish(database, waiting(duration="P60D"))
    start(database, "waiting")

    assert find(database, days=50).items == []


def test_the_list_is_paged_at_a_constant_price(database):
    publish(database, two_steps(), SCORE)
    numbers = [start(database, "two_steps").id for _ in range(7)]

    with counted(database) as statements:
        first = find(database, days=20, limit=3)
    with counted(database) as more:
        second = find(database, days=20, limit=4, cursor=first.next)

    assert [case.instance.id for case in [*first.items, *second.items]] == numbers
    assert second.next is None
    assert len(more) == len(statements)
