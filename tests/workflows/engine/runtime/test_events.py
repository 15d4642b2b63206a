"""Links, signals and conditions, played with stored cases: every step starts from bytes."""

import pytest

from tests.workflows.engine.build import Process, link, timer, when
from tests.workflows.engine.play import NOW, Limits, Play, read
from workflows.engine.transition import BudgetExceeded, ExpressionFailed, StepRefused


def test_a_link_leads_to_where_it_is_caught_from_everywhere():
    process = Process("p").start().exclusive("which", default="else").user("a").user("b")
    process.add("intermediateThrowEvent", "from_a", link("on"))
    process.add("intermediateThrowEvent", "from_b", link("on"))
    process.add("intermediateCatchEvent", "here", link("on")).user("after").end()
    process.chain("start", "which").flow("which", "a", "way = 1").flow("which", "b", id="else")
    process.chain("a", "from_a").chain("b", "from_b").chain("here", "after", "end")

    for way, element in ((1, "a"), (2, "b")):
        case = Play(process).start(way=way).complete(element)
        assert case.open == ["after"]
        assert ("activity_completed", "here") in case.happened()
        assert case.complete("after").is_done


def test_a_link_in_a_sub_process_is_caught_in_there():
    process = Process("p").start().user("after").end()
    inner = process.sub("sub").start("s").user("a")
    inner.add("intermediateThrowEvent", "out", link("on"))
    inner.add("intermediateCatchEvent", "in", link("on")).user("b").end("e")
    inner.chain("s", "a", "out").chain("in", "b", "e")
    process.chain("start", "sub", "after", "end")

    case = Play(process).start().complete("a")

    assert case.open == ["b"]
    assert case.complete("b").open == ["after"]


def test_an_inclusive_join_waits_for_what_comes_by_a_link():
    process = Process("p").start().inclusive("fork", default="d").user("a").user("b")
    process.add("intermediateThrowEvent", "out", link("on"))
    process.add("intermediateCatchEvent", "in", link("on")).inclusive("join").user("after")
    process.chain("start", "fork").flow("fork", "a", "true").flow("fork", "b", "true")
    process.flow("fork", "join", id="d").chain("a", "join").chain("b", "out")
    process.chain("in", "join", "after")

    case = Play(process).start().complete("a")

    assert case.open == ["b"]
    assert case.complete("b").open == ["after"]


@pytest.mark.parametrize(
    ("throws", "catches", "flows"),
    [
        (("on",), ("off",), ()),
        (("on",), (), ()),
        ((), ("on",), ()),
        (("on",), ("on", "on"), ()),
        (("",), ("",), ()),
        (("on",), ("on",), (("t0", "end"),)),
        (("on",), ("on",), (("a", "c0"),)),
    ],
)
def test_a_link_with_other_than_two_ends_is_refused(throws, catches, flows):
    process = Process("p").start().user("a").end().chain("start", "a", "end")
    for number, name in enumerate(throws):
        process.add("intermediateThrowEvent", f"t{number}", link(name))
        process.flow("a", f"t{number}")
    for number, name in enumerate(catches):
        process.add("intermediateCatchEvent", f"c{number}", link(name))
        process.flow(f"c{number}", "end")
    for source, target in flows:
        process.flow(source, target, id=f"more_{source}")

    assert "link-event" in {finding.code for finding in read(process).findings}


def alarmed(*, interrupting: bool = True) -> Process:
    """A user task that a signal interrupts, or not, and another path that throws it."""
    process = Process("p").start().parallel("fork").user("work").user("look").end()
    process.boundary("heard", "work", signal="alarm", interrupting=interrupting).user("flee")
    process.throw("cry", signal="alarm", inputs={"place": "found"}).user("after")
    process.chain("start", "fork", "work", "end").chain("fork", "look", "cry", "after")
    return process.chain("heard", "flee")


def test_a_signal_is_heard_at_once_in_its_own_case():
    case = Play(alarmed()).start().complete("look", found="roof")

    assert sorted(case.open) == ["after", "flee"]
    assert case.data["place"] == "roof"
    assert ("signal_received", "heard") in case.happened()
    assert ("activity_cancelled", "work") in case.happened()
    (thrown,) = case.outcome.thrown
    assert (thrown.message_name, thrown.is_signal, thrown.payload) == (
        "alarm",
        True,
        {"place": "roof"},
    )


def test_a_signal_that_does_not_interrupt_is_heard_again_and_again():
    case = Play(alarmed(interrupting=False)).start()
    (wait,) = case.outcome.messages.values()
    assert (wait.message_name, wait.is_signal) == ("alarm", True)

    case.deliver("heard").deliver("heard").complete("look", found="roof")

    assert sorted(case.open) == ["after", "flee", "flee", "flee", "work"]


def test_a_signal_may_stop_the_path_that_throws_it():
    process = Process("p").start().user("after").end()
    inner = process.sub("sub").start("s").user("a").throw("cry", signal="alarm").user("never")
    inner.chain("s", "a", "cry", "never")
    process.boundary("heard", "sub", signal="alarm").chain("heard", "after", "end")
    process.chain("start", "sub", "end")

    assert Play(process).start().complete("a").open == ["after"]


def test_an_end_sends_its_signal_to_the_rest_of_the_case():
    process = Process("p").start().parallel("fork").user("a").user("after")
    process.catch("wait", signal="go").end_with("stop", signal="go")
    process.chain("start", "fork", "a", "stop").chain("fork", "wait", "after")

    assert Play(process).start().complete("a").open == ["after"]


def test_a_signal_decides_behind_an_event_based_gateway():
    process = Process("p").start().event_based("first").user("a").user("b")
    process.catch("heard", signal="go").catch("late", timer(duration="PT1H"))
    process.chain("start", "first", "heard", "a").chain("first", "late", "b")

    case = Play(process).start().deliver("heard", by="ada")

    assert case.open == ["a"]
    assert case.data == {"by": "ada"}
    assert not case.outcome.timers


def test_a_signal_begins_an_event_sub_process():
    process = Process("p").start().user("a").user("b").chain("start", "a", "b")
    inner = process.event_sub("aside").event_start("on", signal="go", interrupting=False)
    inner.user("c").end("e").chain("on", "c", "e")

    case = Play(process).start().deliver("on")

    assert sorted(case.open) == ["a", "c"]


def test_a_signal_starts_a_case_at_its_event():
    process = Process("p").start().user("a").user("b").chain("start", "a")
    process.add("startEvent", "on", signal="go").chain("on", "b")

    assert Play(process).start().open == ["a"]
    case = Play(process).start(at="on", x=1)
    assert case.open == ["b"]
    assert case.happened("signal_received") == [("signal_received", "on")]
    with pytest.raises(StepRefused, match="cannot be started at 'a'"):
        Play(process).start(at="a")


def conditional(condition: str = "x > 1") -> Process:
    """One path writes data, another waits for them."""
    process = Process("p").start().parallel("fork").user("write").user("more").user("after")
    process.catch("wait", when(condition)).chain("start", "fork", "write", "more")
    return process.chain("fork", "wait", "after")


def test_a_condition_is_met_when_data_change():
    case = Play(conditional()).start(x=0)
    assert case.waiting == ["wait", "write"]
    (wait,) = case.outcome.conditions.values()
    assert (wait.element_id, wait.text) == ("wait", "x > 1")

    case.complete("write", x=1)
    assert case.waiting == ["more", "wait"]
    case.complete("more", x=2)

    assert case.open == ["after"]
    assert case.happened("condition_met") == [("condition_met", "wait")]


def test_a_condition_that_holds_at_arrival_is_met():
    assert sorted(Play(conditional()).start(x=5).open) == ["after", "write"]


def test_a_condition_may_be_skipped():
    assert sorted(Play(conditional()).start(x=0).skip("wait").open) == ["after", "write"]


def test_a_case_that_waits_for_nothing_but_a_condition_is_refused():
    case = Play(conditional()).start(x=0).complete("write", x=0)

    with pytest.raises(StepRefused, match="would be stuck: it waits at 'wait'"):
        case.complete("more", x=1)


def watched(*, interrupting: bool) -> Process:
    process = Process("p").start().parallel("fork").user("work").user("change").user("help")
    process.exclusive("again").boundary("bad", "work", when("score < 3"), interrupting=interrupting)
    process.chain("start", "fork", "work").chain("fork", "again", "change", "again")
    return process.chain("bad", "help")


def test_a_condition_at_a_border_interrupts():
    case = Play(watched(interrupting=True)).start(score=5).complete("change", score=2)

    assert sorted(case.open) == ["change", "help"]


def test_a_condition_at_a_border_fires_when_it_becomes_true_not_while_it_is():
    case = Play(watched(interrupting=False)).start(score=5)
    opened = []
    for score in (2, 1, 4, 2, None, 5):
        case.complete("change", score=score)
        opened.append(case.open.count("help"))

    assert opened == [1, 1, 1, 2, 2, 2]


def test_a_condition_decides_behind_an_event_based_gateway():
    process = Process("p").start().parallel("fork").event_based("first").user("write")
    process.catch("met", when("x > 1")).catch("late", timer(duration="PT1H")).user("a").user("b")
    process.chain("start", "fork", "first", "met", "a").chain("first", "late", "b")
    process.chain("fork", "write")

    assert Play(process).start(x=0).complete("write", x=2).open == ["a"]
    assert Play(process).start(x=0).complete("write", x=0).fire("late").open == ["b"]
    assert sorted(Play(process).start(x=2).open) == ["a", "write"]


def test_a_condition_begins_an_event_sub_process():
    process = Process("p").start().user("a").user("b").chain("start", "a", "b")
    inner = process.event_sub("aside").event_start("on", when("x > 1")).user("c").end("e")
    inner.chain("on", "c", "e")

    assert Play(process).start(x=0).complete("a", x=2).open == ["c"]


def test_conditions_that_meet_each_other_without_end_are_stopped():
    process = Process("p").start().user("work").task("up", outputs={"x": "x + 1"})
    process.boundary("odd", "work", when("modulo(x, 2) = 1"), interrupting=False)
    process.boundary("even", "work", when("modulo(x, 2) = 0"), interrupting=False)
    process.chain("start", "work").chain("odd", "up").chain("even", "up")

    with pytest.raises(BudgetExceeded):
        Play(process, limits=Limits(steps=500)).start(x=0)


def test_a_condition_must_be_true_or_false():
    with pytest.raises(ExpressionFailed, match="neither true nor false"):
        Play(conditional('"yes"')).start()


def forked(node: str) -> Process:
    """Flows with conditions that leave a node of any kind."""
    process = Process("p").start("begin").user("first").user("a").user("b").user("c")
    process.throw("pass").catch("hear", message="m").boundary("late", "first", message="m")
    process.chain("begin", "first")
    for source in ("pass", "hear"):
        if source == node:
            process.flow("first", source)
    process.flow(node, "a", "x > 1").flow(node, "b", "x > 2").flow(node, "c")
    return process


@pytest.mark.parametrize("node", ["pass", "hear", "late"])
def test_conditions_of_flows_that_leave_events_are_asked(node):
    for x, ways in ((0, ["c"]), (2, ["a", "c"]), (3, ["a", "b", "c"])):
        case = Play(forked(node)).start(x=x)
        if node != "late":
            case.complete("first")
        if node != "pass":
            case.deliver(node)

        assert sorted(case.open) == ways


def test_the_default_flow_of_an_activity_is_taken_when_no_condition_holds():
    process = Process("p").start().user("ask", default="d").user("a").user("b").user("c")
    process.chain("start", "ask").flow("ask", "a", "x > 1").flow("ask", "b", id="d")
    process.flow("ask", "c")

    assert sorted(Play(process).start().complete("ask", x=2).open) == ["a", "c"]
    assert sorted(Play(process).start().complete("ask", x=0).open) == ["b", "c"]


def test_a_boundary_timer_follows_a_cron_pattern():
    process = Process("p").start().user("work").user("remind")
    process.boundary("nag", "work", timer(cycle="30 8 * * MON-FRI"), interrupting=False)
    process.chain("start", "work").chain("nag", "remind")
    case = Play(process).start()

    due = [next(iter(case.outcome.timers.values())).due_at]
    for _ in range(2):
        case.fire("nag")
        due.append(next(iter(case.outcome.timers.values())).due_at)

    # NOW is a Friday, after half past eight.
    assert [f"{one:%a %d %H:%M}" for one in due] == ["Mon 23 08:30", "Tue 24 08:30", "Wed 25 08:30"]
    case.shift(days=30).fire("nag", after=NOW - NOW)
    assert len(case.outcome.timers) == 1


def test_a_catch_event_waits_for_the_next_time_of_a_pattern():
    process = Process("p").start().catch("wait", timer(cycle="0 9 1 * * P0BD")).user("a")
    process.chain("start", "wait", "a")
    case = Play(process).start()

    (wait,) = case.outcome.timers.values()
    assert f"{wait.due_at:%Y-%m-%d %H:%M}" == "2026-12-01 09:00"
    assert case.fire("wait").open == ["a"]


@pytest.mark.parametrize("text", ["-P1D", "P0D", "P101Y", "R0/P1D", "R1001/P1D", "R/PT30S"])
def test_a_time_out_of_bounds_is_refused_at_publish(text):
    kind = {"cycle": text} if text.startswith("R") else {"duration": text}
    process = Process("p").start().user("a").boundary("late", "a", timer(**kind)).end()
    process.chain("start", "a", "end").chain("late", "end")

    assert [finding.code for finding in read(process).findings] == ["timer-out-of-bounds"]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ({"signal": "go", "form": "f"}, "start-form-unused"),
        ({"body": timer(cycle="R/PT30S")}, "timer-out-of-bounds"),
        ({"body": timer(date="due")}, "start-without-data"),
        ({"body": when("x > 1")}, "conditional-event"),
    ],
)
def test_a_start_that_could_never_work_is_refused(start, code):
    process = Process("p").start().end().chain("start", "end")
    process.add("startEvent", "on", **start).chain("on", "end")

    assert [finding.code for finding in read(process).findings] == [code]


def test_two_starts_for_one_message_or_signal_are_refused():
    for twice in ({"signal": "go"}, {"body": '<bpmn:messageEventDefinition messageRef="m"/>'}):
        process = Process("p").end().add("startEvent", "s", **twice).add("startEvent", "t", **twice)
        process.chain("s", "end").chain("t", "end")

        found = read(process, more='<bpmn:message id="m" name="m"/>').findings

        assert [finding.code for finding in found] == ["several-start-events"]


def test_data_of_a_called_process_meet_the_conditions_in_it():
    called = Process("called").start("s").parallel("fork").user("write").user("after").end("done")
    called.catch("wait", when("x > 1")).chain("s", "fork", "write", "done")
    called.chain("fork", "wait", "after", "done")
    process = Process("p").start().call("call", "called").end().chain("start", "call", "end")

    case = Play(process, called).start(x=0)
    assert case.open == ["write"]

    assert case.complete("write", x=2).open == ["after"]
