"""What a called process in its latest version uses, throws and calls in its turn."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.callers import callee, caller, done, file, must_agree, waiting
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    HANA,
    complete,
    find,
    form,
    open_tasks,
    publish,
    start,
)
from tests.workflows.engine.test_decisions import grading
from workflows.clock import FixedClock
from workflows.engine import background as _background  # noqa: F401  (registers deliverers)
from workflows.engine import (
    compiled,
    incidents,
    instances,
    messages,
    services,
    signals,
    timers,
    user_tasks,
)
from workflows.engine.failures import TransitionFailed
from workflows.engine.forms import FormRefused
from workflows.engine.tables import DecisionRecord, HistoryEvent, UserTask


def scoring(maximum: int):
    return form("score", required=("score",), score={"type": "integer", "maximum": maximum})


def rating(*elements: str) -> Process:
    """A called process that asks a decision, then people."""
    process = Process("callee").start().rule("rate", "grade", resultVariable="result").end()
    for element in elements:
        process.user(element, form="score")
    return process.chain("start", "rate", *elements, "end")


def test_a_form_published_alone_is_a_new_version_of_who_uses_it(database):
    publish(database, file(caller()), callee("first", form="score"), scoring(100))
    case = start(database, "caller")
    publish(database, scoring(10))
    done(database, case, "before")

    with pytest.raises(FormRefused, match="at most 10"):
        complete(database, open_tasks(database, case)["first"].id, {"score": 80})
    done(database, case, "first", {"score": 8})
    assert waiting(database, case) == {"after"}


def test_a_user_task_keeps_the_form_of_the_version_that_opened_it(database):
    publish(database, file(caller()), callee("first", "next", form="score"), scoring(100))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, scoring(10))

    done(database, case, "first", {"score": 80})
    task = open_tasks(database, case)["next"]
    with database.reading() as session:
        assert user_tasks.form(session, task).fields["score"].schema["maximum"] == 100
    done(database, case, "next", {"score": 90})

    assert find(database, case.id).data["score"] == 90


def test_caller_and_called_process_use_a_form_of_one_name_in_their_own_versions(database):
    process = Process("caller").start().user("before", form="score").user("after", form="score")
    process.call("inner", "callee", binding="latest").end()
    process.chain("start", "before", "inner", "after", "end")
    publish(database, file(process), callee("first", form="score"), scoring(100))
    case = start(database, "caller")
    publish(database, scoring(10))

    done(database, case, "before", {"score": 80})
    with pytest.raises(FormRefused):
        complete(database, open_tasks(database, case)["first"].id, {"score": 80})
    done(database, case, "first", {"score": 8})
    done(database, case, "after", {"score": 81})


def test_a_decision_is_made_and_recorded_in_the_version_in_force_at_the_call(database):
    publish(database, file(caller()), file(rating("first")), grading(50), scoring(100))
    case = start(database, "caller", {"points": 60})
    publish(database, grading(70))
    done(database, case, "before")

    with database.reading() as session:
        (record,) = session.scalars(select(DecisionRecord))
        _, bundle = compiled.of_case(session, case.id)
        (row,) = session.scalars(select(UserTask).where(UserTask.state == "open"))
        events = session.scalars(select(HistoryEvent)).all()
        decided_by = partial(compiled.decided_by, session, bundle, "grade")
        model = decided_by(record.content_hash)
        assert decided_by("0" * 64) is None
    assert (record.decision_key, record.output) == ("grade", "poor")
    assert model is bundle.executable.decisions["grade" + bundle.executable.latest["callee"]]
    assert (row.form_key, row.element_id) == ("score", "first")
    assert "@" not in repr([(one.element_id, one.name, one.data) for one in events])
    assert {one.data.get("process", "caller") for one in events} == {"caller", "callee"}


def nested(binding: str) -> Process:
    process = Process("callee").start().user("middle").call("deep", "third", binding=binding)
    return process.end().chain("start", "middle", "deep", "end")


@pytest.mark.parametrize(("binding", "expected"), [("latest", "newer"), ("start", "older")])
def test_a_call_within_a_latest_version_chooses_for_itself(database, binding, expected):
    publish(database, file(caller()), file(nested(binding)), callee("older", key="third"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("newer", key="third"))

    done(database, case, "middle")

    assert waiting(database, case) == {expected}
    done(database, case, expected)
    done(database, case, "after")


def test_what_a_latest_version_calls_at_its_start_is_what_was_in_force_then(database):
    publish(database, file(caller()), file(nested("start")), callee("older", key="third"))
    case = start(database, "caller")
    publish(database, callee("newer", key="third"))

    done(database, case, "before")
    done(database, case, "middle")

    assert waiting(database, case) == {"newer"}


def test_a_bound_process_may_call_the_latest_version_of_another(database):
    outer = caller(binding="start")
    publish(database, file(outer), file(nested("latest")), callee("older", key="third"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("newer", key="third"))

    done(database, case, "middle")

    assert waiting(database, case) == {"newer"}


def test_a_newer_version_may_call_what_no_version_called_before(database):
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    publish(database, file(nested("latest")), callee("older", key="third"))
    done(database, case, "before")
    publish(database, callee("newer", key="third"))

    done(database, case, "middle")

    assert waiting(database, case) == {"newer"}


def recursive(element: str) -> Process:
    process = Process("callee").start().user(element).exclusive("more", default="no")
    process.call("again", "callee", binding="latest", outputs={"left": "left"}).end().end("out")
    process.chain("start", element, "more").chain("again", "end")
    return process.flow("more", "again", "left > 0").flow("more", "out", id="no")


def test_a_process_that_calls_itself_runs_the_version_in_force_at_each_depth(database):
    publish(database, file(recursive("first")))
    case = start(database, "callee", {"left": 1})
    for former, newer in (("first", "second"), ("second", "third")):
        publish(database, file(recursive(newer)))
        done(database, case, former)
        assert waiting(database, case) == {newer}
    publish(database, callee("last"))
    done(database, case, "third")
    done(database, case, "last")

    assert find(database, case.id).status == "completed"


def test_processes_that_call_each_other_in_a_circle_run_in_their_latest_versions(database):
    def end_of_circle(element: str) -> Process:
        process = Process("callee").start().user(element).exclusive("more", default="no").end()
        process.call("back", "caller", binding="latest").end("out")
        process.chain("start", element, "more").chain("back", "end")
        return process.flow("more", "back", "more").flow("more", "out", id="no")

    publish(database, file(caller()), file(end_of_circle("first")))
    case = start(database, "caller", {"more": True})
    publish(database, file(end_of_circle("second")))
    done(database, case, "before")
    other = Process("caller").start().user("anew").call("inner", "callee", binding="latest")
    publish(database, file(other.end().chain("start", "anew", "inner", "end")))
    done(database, case, "second")
    done(database, case, "anew")
    assert waiting(database, case) == {"second"}

    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="enough", actor=HANA, now=NOW)
    assert find(database, case.id).status == "cancelled"


def throwing(**what: str) -> Process:
    process = Process("callee").start().user("second").end_with("end", **what)
    return process.chain("start", "second", "end")


@pytest.mark.parametrize("what", [{"error": "broken"}, {"escalation": "broken"}])
def test_what_a_newer_version_throws_is_caught_at_the_call(database, what):
    outer = caller().boundary("caught", "inner", **what).user("mend").end("mended")
    publish(database, file(outer.chain("caught", "mend", "mended")), callee("first"))
    case = start(database, "caller")
    publish(database, file(throwing(**what)))

    done(database, case, "before")
    done(database, case, "second")

    assert waiting(database, case) == {"mend"}
    done(database, case, "mend")
    assert find(database, case.id).status == "completed"


def test_what_was_called_is_undone_by_the_handler_at_the_call(database):
    outer = Process("caller").start().user("before").user("after")
    outer.call("inner", "callee", binding="latest").undone_by("inner", "redo")
    outer.call("redo", "undoing", binding="latest", isForCompensation=True).undo("end")
    publish(
        database,
        file(outer.chain("start", "before", "inner", "after", "end")),
        callee("first"),
        callee("former", key="undoing"),
    )
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("newer", key="undoing"), callee("second"))
    done(database, case, "first")
    done(database, case, "after")

    assert waiting(database, case) == {"newer"}
    done(database, case, "newer")
    assert find(database, case.id).status == "completed"


def awaiting(what: str) -> Process:
    """Something other than a person leads to the call; a boundary event interrupts it."""
    process = Process("caller").start().call("inner", "callee", binding="latest").end()
    if what == "timer":
        process.catch("wait", timer(duration="P1D"))
    else:
        process.catch("wait", **{what: "news"})
    return process.chain("start", "wait", "inner", "end")


@pytest.mark.parametrize("what", ["timer", "message", "signal"])
def test_whatever_moves_a_case_finds_the_version_in_force(database, what):
    publish(database, file(awaiting(what)), callee("first"))
    case = start(database, "caller", business_key="7")
    publish(database, callee("second"))

    facts = {"actor": ADA, "now": NOW, "calendar": CALENDAR}
    if what == "timer":
        timers.fire_due(database, FixedClock(NOW + timedelta(days=1)), CALENDAR)
    elif what == "message":
        with database.unit_of_work() as session:
            messages.send(session, "news", correlation="7", payload={}, **facts)
    else:
        with database.unit_of_work() as session:
            signals.broadcast(session, "news", key="k", **facts)

    assert waiting(database, case) == {"second"}
    must_agree(database, case)


@pytest.fixture
def broken(monkeypatch):
    def work(_call):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("way", ["retry", "skip"])
def test_an_incident_in_a_newer_version_is_mended_by_the_next_one(database, way):
    failing = Process("callee").start().service("work", "test.work").user("second").end()
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    publish(database, file(failing.chain("start", "work", "second", "end")))
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["before"].id)
    must_agree(database, case)
    assert find(database, case.id).bundle_id == case.bundle_id

    if way == "retry":
        publish(database, callee("third"))
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    with database.unit_of_work() as session:
        mend = getattr(incidents, way)
        mend(session, incident.id, reason="mended", actor=HANA, now=NOW, calendar=CALENDAR)

    assert waiting(database, case) == {"third" if way == "retry" else "second"}
    must_agree(database, case)


def test_what_an_older_table_decided_is_read_by_its_content(database):
    publish(database, file(caller()), file(rating("first")), grading(50), scoring(100))
    case = start(database, "caller", {"points": 60})
    done(database, case, "before")
    done(database, case, "first", {"score": 1})
    publish(database, grading(70))
    done(database, case, "after")

    with database.reading() as session:
        (record,) = session.scalars(select(DecisionRecord))
        _, bundle = compiled.of_case(session, case.id)
        model = compiled.decided_by(session, bundle, "grade", record.content_hash)
    assert model is not bundle.executable.decisions["grade"]
    assert model.evaluate("grade", {"points": 60}, now=NOW).output == "good"


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_at_the_call_finds_the_version_that_runs(database, interrupting):
    day = timer(duration="P1D")
    outer = caller().boundary("late", "inner", day, interrupting=interrupting)
    outer.user("chase").end("gone").chain("late", "chase", "gone")
    publish(database, file(outer), callee("first", "next"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("second"))

    timers.fire_due(database, FixedClock(NOW + timedelta(days=1)), CALENDAR)

    must_agree(database, case)
    assert waiting(database, case) == ({"chase"} if interrupting else {"chase", "first"})
    done(database, case, "chase")
    if not interrupting:
        for element in ("first", "next", "after"):
            done(database, case, element)
    assert find(database, case.id).status == "completed"


def test_a_finished_user_task_of_an_older_version_has_a_form_that_can_be_shown_or_none(database):
    publish(database, file(caller()), callee("first", form="score"), scoring(100))
    case = start(database, "caller")
    done(database, case, "before")
    task = open_tasks(database, case)["first"]
    done(database, case, "first", {"score": 80})
    publish(database, callee("second"))
    done(database, case, "after")

    with database.reading() as session:
        assert user_tasks.form(session, task) is None
