"""A played case: services wait for an answer, and nothing that was to happen is lost meanwhile."""

import pytest

from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.play import executable
from workflows.engine import scenarios
from workflows.engine.scenarios import FIRST_MOMENT
from workflows.scenario_coverage import coverage

WATCH = {"process": "watch", "asks": True}


def watch():
    """Return a process whose task is watched by two timers that each call a service."""
    process = Process("watch")
    process.start().user("work").end("done").chain("start", "work", "done")
    for name, days in (("early", 2), ("late", 3)):
        process.boundary(name, "work", timer(duration=f"P{days}D"), interrupting=False)
        process.service(f"{name}_told", "case.remind").end(f"{name}_end")
        process.chain(name, f"{name}_told", f"{name}_end")
    return executable(process)


def replay(model, *steps, **facts):
    return scenarios.replay({**WATCH, **facts, "steps": list(steps)}, model, {})


def test_the_clock_stops_at_a_service_and_goes_on_after_its_answer():
    tell = {"answer": "case.remind"}

    stopped = replay(watch(), {"start": {}}, {"advance": "P5D"})
    over = replay(watch(), {"start": {}}, {"advance": "P5D"}, tell, tell)

    assert (stopped.scenario.now - FIRST_MOMENT).days == 2
    assert stopped.scenario.call.element_id == "early_told"
    assert (over.scenario.now - FIRST_MOMENT).days == 5
    assert over.scenario.ends == ["early_end", "late_end"]


def test_an_answer_for_always_is_given_back_each_time():
    always = {"answer": "case.remind", "result": {"told": True}, "always": True}

    played = replay(watch(), {"start": {}}, {"advance": "P5D"}, always)

    assert played.problem is None
    assert (played.scenario.now - FIRST_MOMENT).days == 5
    assert played.scenario.rest.data == {"told": True}


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"advance": "P1D"}, "Step 3: the service “case.remind” waits for an answer first"),
        ({"complete": "work"}, "Step 3: the service “case.remind” waits for an answer first"),
        ({"answer": "other"}, "Step 3: the service “other” is not called here"),
        ({"start": {}}, "Step 3: the case has begun already"),
    ],
)
def test_nothing_else_happens_while_a_service_waits(step, why):
    played = replay(watch(), {"start": {}}, {"advance": "P2D"}, step)

    assert played.problem == why
    assert len(played.steps) == 2


def test_a_length_of_time_that_is_none_is_refused():
    assert "is not a duration" in replay(watch(), {"start": {}}, {"advance": "soon"}).problem


def test_the_ends_that_were_reached_are_expected_too():
    end = {"complete": "work", "expect": {"ended": True, "ends": ["late_end"]}}

    assert replay(watch(), {"start": {}}, end).problem == "Step 2: ends at done, not at late_end"


def test_one_of_many_can_be_meant():
    process = Process("watch")
    process.start().user("work", many(collection="people", elementVariable="one"), assignee="=one")
    process.end().chain("start", "work", "end")
    begin = {"start": {"people": ["ada", "bo"]}, "as": "zoe"}

    first = replay(executable(process), begin, {"complete": "work"})
    second = replay(executable(process), begin, {"complete": "work", "which": 2})
    third = replay(executable(process), begin, {"complete": "work", "which": 3})

    assert [each.assignee for each in first.scenario.user_tasks_at("work")] == ["bo"]
    assert [each.assignee for each in second.scenario.user_tasks_at("work")] == ["ada"]
    assert third.problem == "Step 2: no user task waits at work, but at work, work"


def test_coverage_counts_what_several_plays_visit():
    model = watch()
    plays = [
        replay(model, {"start": {}}, {"complete": "work"}),
        replay(model, {"start": {}}, {"advance": "P2D"}, asks=False),
    ]

    one = coverage(model.process, [plays[0].progress()])
    both = coverage(model.process, [each.progress() for each in plays])

    assert one.missed == ("early", "early_told", "early_end", "late", "late_told", "late_end")
    assert both.missed == ("late", "late_told", "late_end")
    assert (both.visited, both.total, both.percent) == (10, 15, 66)
    assert coverage(model.process, []).percent == 0
