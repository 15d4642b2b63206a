"""Stalled cases are found, each with its reason and what to do next."""

from datetime import timedelta

import pytest
from sqlalchemy import update

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
from workflows.engine.stall_yardstick import Away, Whereabouts
from workflows.engine.tables import UserTask


class People:
    """Knows who is there."""

    def __init__(self, absent=(), empty=(), away=None, away_groups=None):
        self._found = Whereabouts(
            frozenset(absent), frozenset(empty), away or {}, away_groups or {}
        )

    def whereabouts(self, _session, _usernames, _groups, *, day):
        return self._found


def find(database, *, days=0, people=None, **facts):
    with database.reading() as session:
        return stalled.find(
            session, now=NOW + timedelta(days=days), people=people, calendar=CALENDAR, **facts
        )


def away(days):
    """Return an absence from today on."""
    return Away(NOW.date(), NOW.date() + timedelta(days=days))


def telling(message):
    """Return a process that sends a message."""
    process = Process("telling").start().throw("tell", message=message).end()
    process.chain("start", "tell", "end")
    return SourceFile("telling.bpmn", process.xml())


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
    assert case.days == 3
    assert case.cause.waits_for == ("reviewer",)
    assert case.cause.element_id == "score"
    assert case.cause.user_task_id == open_tasks(database, scored)["score"].id
    assert case.cause.facts == {"step": "score", "due_at": NOW + timedelta(days=5)}


def test_a_user_task_that_nobody_can_do(database, scored):
    other = start(database, "two_steps")

    both = find(database, people=People(absent=["ada"], empty=["reviewer"])).items

    assert [(case.instance.id, case.reason) for case in both] == [
        (scored.id, "empty_group"),
        (other.id, "left"),
    ]
    assert both[0].cause.waits_for == ("reviewer",)
    assert both[1].cause.waits_for == ("ada",)


def test_an_incident_is_the_gravest_reason(database, monkeypatch):
    def work(_call):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)
    publish(database, calling("test.work"))
    case = start(database, "calling")
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)

    (found,) = find(database, people=People(absent=["ada"])).items

    assert (found.reason, [each.reason for each in found.others]) == ("incident", ["left"])
    assert found.cause.element_id == "work"


def test_a_timer_that_should_have_fired(database):
    publish(database, waiting())
    start(database, "waiting")

    assert find(database, days=3).items == []
    (found,) = find(database, days=4).items
    assert found.reason == "late_timer"
    assert found.since == NOW + timedelta(days=3)


def test_a_message_that_does_not_come(database):
    publish(database, listening())
    start(database, "listening", {"ticket": "a"})

    publish(database, telling("answer"))

    assert find(database, days=10).items == []
    (found,) = find(database, days=11).items
    assert found.reason == "message"
    assert found.cause.facts["message"] == "answer"


def test_a_message_that_no_process_sends_is_told_after_two_days(database):
    publish(database, listening())
    start(database, "listening", {"ticket": "a"})

    assert find(database, days=2).items == []
    (found,) = find(database, days=3).items
    assert found.reason == "no_sender"


def test_what_others_send_is_waited_for_longer(database):
    publish(database, listening())
    start(database, "listening", {"ticket": "a"})

    with database.reading() as session:
        found = stalled.survey(
            session, now=NOW + timedelta(days=9), calendar=CALENDAR, sent_elsewhere=["answer"]
        )

    assert found == []


def test_a_case_in_which_nothing_happens(database):
    publish(database, two_steps(), SCORE)
    start(database, "two_steps")

    (found,) = find(database, days=11).items

    assert found.reason == "idle"
    assert found.cause.waits_for == (ADA.username,)


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
    assert found.cause.waits_for == (ADA.username,)


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


def test_somebody_who_is_soon_back_is_not_waited_for_in_vain(database):
    publish(database, two_steps(), SCORE)
    start(database, "two_steps")

    assert find(database, people=People(away={"ada": away(4)})).items == []
    (found,) = find(database, people=People(away={"ada": away(5)})).items
    assert (found.reason, found.cause.facts["until"]) == ("away", away(5).until)


def test_whoever_comes_back_after_the_due_day_is_waited_for_in_vain(database, scored):
    people = People(away_groups={"reviewer": away(3)})

    assert find(database, people=people).items == []
    (found,) = find(database, days=2, people=People(away_groups={"reviewer": away(6)})).items
    assert found.reason == "away"
    assert found.cause.facts["is_group"]


def test_a_join_whose_other_path_was_never_taken(database):
    process = Process("stuck").start().end().end("dropped")
    process.parallel("fork").task("left").task("other").exclusive("which", default="drop")
    process.parallel("join").user("file").chain("start", "fork", "left", "join", "end")
    process.chain("fork", "other", "which").flow("which", "join", 'topic = "x"')
    process.flow("which", "file", id="drop").chain("file", "dropped")
    publish(database, SourceFile("stuck.bpmn", process.xml()))
    start(database, "stuck", {"topic": "y"})

    (found,) = find(database, days=1).items

    assert (found.reason, found.cause.element_id) == ("join", "join")


def test_a_join_to_which_somebody_is_on_the_way_is_fine(database):
    process = Process("fine").start().end().parallel("fork").parallel("join").user("work")
    process.chain("start", "fork", "join", "end").chain("fork", "work", "join")
    publish(database, SourceFile("fine.bpmn", process.xml()))
    start(database, "fine")

    assert find(database, days=1).items == []


def test_a_step_that_comes_back_a_fourth_time(database):
    process = Process("circle").start().user("again").exclusive("which", default="back").end()
    process.chain("start", "again", "which").flow("which", "end", "false")
    process.flow("which", "again", id="back")
    publish(database, SourceFile("circle.bpmn", process.xml()))
    case = start(database, "circle")
    for hour in range(1, 4):
        task = open_tasks(database, case)["again"]
        complete(database, task.id, now=NOW + timedelta(hours=hour))

    assert find(database, days=1).items == []
    task = open_tasks(database, case)["again"]
    complete(database, task.id, now=NOW + timedelta(hours=4))
    (found,) = find(database, days=1).items
    assert (found.reason, found.cause.facts["number"]) == ("loop", 4)


@pytest.mark.parametrize(("number", "reason"), [(9, None), (10, "slow")])
def test_a_step_that_takes_twice_as_long_as_usual_once_enough_of_them_are_done(
    database, number, reason
):
    publish(database, two_steps(), SCORE)
    for _ in range(number):
        done = start(database, "two_steps")
        complete(database, open_tasks(database, done)["prepare"].id, now=NOW + timedelta(days=6))
    late = start(database, "two_steps", now=NOW + timedelta(days=6))

    with database.unit_of_work() as session:
        session.execute(update(UserTask).values(due_at=NOW + timedelta(days=90)))
    found = {one.instance.id: one for one in find(database, days=19).items}

    assert getattr(found.get(late.id), "reason", None) == reason
    assert late.id not in {one.instance.id for one in find(database, days=18).items}
