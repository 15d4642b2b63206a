"""Event sub-processes: what begins them, what they stop, and what waits for them."""

from datetime import timedelta

import pytest

from tests.workflows.engine.build import Process, SubProcess, many, timer, when
from tests.workflows.engine.play import Limits, Play
from workflows.engine.transition import BudgetExceeded, StepRefused, TokenNotWaiting, UncaughtError


def begun(process: Process | SubProcess, name: str = "aside", **start: object) -> SubProcess:
    """Add an event sub-process with one user task, named after it."""
    inner = process.event_sub(name)
    inner.event_start(f"{name}_start", **start).user(f"{name}_work").end(f"{name}_end")
    return inner.chain(f"{name}_start", f"{name}_work", f"{name}_end")


def main(**start: object) -> Process:
    """Two user tasks at once, and an event sub-process of the whole case."""
    process = Process("p").start().parallel("fork").user("a").user("b").end()
    process.chain("start", "fork", "a", "end").chain("fork", "b", "end")
    begun(process, **start)
    return process


def test_a_message_that_interrupts_stops_the_case_and_begins_the_sub_process():
    case = Play(main(message="stop", resultVariable="why")).start(x=1)
    assert case.waiting == ["a", "aside_start", "b"]

    case.deliver("aside_start", by="ada")

    assert case.waiting == ["aside_work"]
    assert case.data == {"x": 1, "why": {"by": "ada"}}
    assert {e for _, e in case.happened("activity_cancelled")} == {"a", "b"}
    assert case.complete("aside_work").is_done


def test_a_message_that_does_not_interrupt_begins_it_again_and_again():
    case = Play(main(message="ask", interrupting=False)).start()

    case.deliver("aside_start", n=1).deliver("aside_start", n=2)

    assert case.waiting == ["a", "aside_start", "aside_work", "aside_work", "b"]
    assert case.data == {"n": 2}


def test_the_case_waits_for_what_runs_beside_it_and_listens_no_longer_than_it_lives():
    case = Play(main(message="ask", interrupting=False)).start().deliver("aside_start")
    listener = case.token(case.outcome.messages, "aside_start")

    case.complete("a").complete("b")
    assert not case.is_done
    assert case.waiting == ["aside_start", "aside_work"]

    case.complete("aside_work")
    assert case.is_done
    assert not case.outcome.messages
    assert listener


def test_a_timer_begins_it_once_or_in_cycles():
    once = Play(main(body=timer(duration="P1D"), interrupting=False)).start().fire("aside_start")
    assert once.waiting == ["a", "aside_work", "b"]

    cycle = Play(main(body=timer(cycle="R/P1D"), interrupting=False)).start()
    first = cycle.token(cycle.outcome.timers, "aside_start")
    cycle.fire("aside_start").fire("aside_start")

    assert cycle.waiting == ["a", "aside_start", "aside_work", "aside_work", "b"]
    assert first not in cycle.outcome.timers


def test_a_timer_that_interrupts_in_a_sub_process_stops_only_this():
    process = Process("p").start().parallel("fork")
    inner = process.sub("inner").start("s").user("ask").end("e").chain("s", "ask", "e")
    begun(inner, body=timer(duration="P1D"))
    process.user("other").user("after").chain("start", "fork", "inner", "after")
    process.chain("fork", "other")
    case = Play(process).start().fire("aside_start")

    assert case.waiting == ["aside_work", "other"]
    assert case.complete("aside_work").open == ["other", "after"]


def test_a_listener_ends_with_its_sub_process():
    process = Process("p").start()
    inner = process.sub("inner").start("s").user("ask").end("e").chain("s", "ask", "e")
    begun(inner, message="stop")
    process.user("after").chain("start", "inner", "after")

    assert Play(process).start().complete("ask").waiting == ["after"]


def failing(process: Process, code: str = "BAD") -> SubProcess:
    """Add a sub-process in which somebody can end with an error."""
    inner = process.sub("inner").start("s").user("ask").exclusive("g", default="fine")
    inner.end_with("bad", error=code).end("good").chain("s", "ask", "g")
    inner.flow("g", "bad", "fails").flow("g", "good", id="fine")
    process.user("after").chain("start", "inner", "after")
    return inner


def test_an_error_begins_it_only_when_it_is_thrown():
    process = Process("p").start()
    begun(failing(process), error="BAD", resultVariable="failure")
    case = Play(process).start()
    assert case.waiting == ["ask"]

    other = case.branch()
    assert other.complete("ask", fails=False).open == ["after"]

    case.complete("ask", fails=True)
    assert case.open == ["aside_work"]
    assert case.data == {"fails": True, "failure": {"code": "BAD", "message": ""}}
    assert case.complete("aside_work").open == ["after"]


def test_the_inner_one_catches_before_the_border_and_the_border_before_the_outer_one():
    process = Process("p").start()
    inner = failing(process)
    process.boundary("border", "inner", error="BAD").user("rescue").chain("border", "rescue")
    begun(process, "outer", error="BAD")
    assert Play(process).start().complete("ask", fails=True).open == ["rescue"]

    begun(inner, error="")
    assert Play(process).start().complete("ask", fails=True).open == ["aside_work"]


def test_the_exact_code_is_preferred_and_other_codes_pass_by():
    process = Process("p").start()
    inner = failing(process)
    begun(inner, "any", error="")
    begun(inner, "exact", error="BAD")
    assert Play(process).start().complete("ask", fails=True).open == ["exact_work"]

    process = Process("p").start()
    begun(failing(process), "other", error="OTHER")
    begun(process, "outer", error="")
    assert Play(process).start().complete("ask", fails=True).open == ["outer_work"]


def test_an_error_in_the_handling_of_an_error_rises_further():
    process = Process("p").start()
    inner = failing(process)
    aside = inner.event_sub("aside").event_start("t", error="BAD").user("mend")
    aside.end_with("worse", error="BAD").chain("t", "mend", "worse")
    process.boundary("border", "inner", error="BAD").user("rescue").chain("border", "rescue")
    case = Play(process).start().complete("ask", fails=True)
    assert case.open == ["mend"]

    assert case.complete("mend").open == ["rescue"]


def test_an_error_of_a_service_reaches_the_event_sub_process_of_its_scope():
    process = Process("p").start().service("work", "shop").end().chain("start", "work", "end")
    begun(process, error="SOLD_OUT")

    case = Play(process).start().fail("work", "SOLD_OUT", "None left")
    assert case.open == ["aside_work"]

    with pytest.raises(UncaughtError):
        Play(process).start().fail("work", "OTHER")


def test_an_error_that_rises_out_of_a_called_process_begins_the_one_of_the_caller():
    called = Process("called").start("s").user("ask").end_with("bad", error="BAD")
    called.chain("s", "ask", "bad")
    process = Process("p").start().call("call", "called").end().chain("start", "call", "end")
    begun(process, error="BAD")

    assert Play(process, called).start().complete("ask").open == ["aside_work"]


def test_a_called_process_has_its_own_with_its_own_data():
    called = Process("called").start("s").user("ask").end("e").chain("s", "ask", "e")
    begun(called, message="stop")
    process = Process("p").start().call("call", "called", inputs={"n": "1"}, outputs={"r": "said"})
    process.user("after").chain("start", "call", "after")
    case = Play(process, called).start(x=1).deliver("aside_start", said=7)

    assert case.data == {"x": 1}
    assert case.complete("aside_work").data == {"x": 1, "r": 7}
    assert case.open == ["after"]


def escalated(*, interrupting: bool) -> Process:
    process = Process("p").start()
    inner = process.sub("inner").start("s").throw("tell", escalation="LATE").user("ask").end("e")
    inner.chain("s", "tell", "ask", "e")
    begun(process, escalation="LATE", interrupting=interrupting)
    process.user("after").chain("start", "inner", "after")
    return process


def test_an_escalation_begins_it_beside_or_instead():
    assert Play(escalated(interrupting=False)).start().waiting == ["aside_work", "ask"]
    assert Play(escalated(interrupting=True)).start().waiting == ["aside_work"]


def test_an_escalation_that_nobody_catches_is_noted_and_the_case_goes_on():
    process = Process("p").start().throw("tell", escalation="LATE").user("ask")
    case = Play(process.chain("start", "tell", "ask")).start()

    assert case.open == ["ask"]
    assert ("escalation_uncaught", "tell") in case.happened()


def test_after_one_has_interrupted_no_other_one_of_its_scope_begins():
    process = main(message="stop")
    begun(process, "second", message="again", interrupting=False)
    case = Play(process).start()
    second = case.token(case.outcome.messages, "second_start")

    case.deliver("aside_start")

    assert case.waiting == ["aside_work"]
    with pytest.raises((TokenNotWaiting, AssertionError)):
        case.deliver("second_start")
    assert second


def test_one_that_interrupts_stops_those_that_run_beside():
    process = main(message="stop")
    begun(process, "beside", message="ask", interrupting=False)
    case = Play(process).start().deliver("beside_start").deliver("beside_start")

    assert case.deliver("aside_start").waiting == ["aside_work"]


def test_one_can_lie_within_another_and_ends_with_it():
    process = Process("p").start().user("a").end().chain("start", "a", "end")
    outer = begun(process, "outer", message="one", interrupting=False)
    begun(outer, "nested", message="two")
    case = Play(process).start()
    assert case.waiting == ["a", "outer_start"]

    case.deliver("outer_start")
    assert case.waiting == ["a", "nested_start", "outer_start", "outer_work"]

    case.deliver("nested_start")
    assert case.waiting == ["a", "nested_work", "outer_start"]
    assert case.complete("nested_work").waiting == ["a", "outer_start"]


def test_each_instance_of_many_has_its_own():
    process = Process("p").start()
    each = process.sub("each", many(cardinality="2")).start("s").user("ask").end("e")
    each.chain("s", "ask", "e")
    begun(each, message="stop")
    process.user("after").chain("start", "each", "after")
    case = Play(process).start()
    assert case.waiting == ["aside_start", "aside_start", "ask", "ask"]

    case.deliver_at("aside_start", 1)

    assert case.waiting == ["aside_start", "aside_work", "ask"]
    assert case.complete("aside_work").complete("ask").open == ["after"]


def test_a_terminate_end_in_one_ends_only_this_one():
    process = Process("p").start().user("a").end().chain("start", "a", "end")
    inner = process.event_sub("aside").event_start("s", message="ask", interrupting=False)
    inner.parallel("f").user("x").user("y").end_with("stop", terminate=True)
    inner.chain("s", "f", "x", "stop").chain("f", "y", "stop")
    case = Play(process).start().deliver("s")

    assert case.complete("x").waiting == ["a", "s"]


def test_a_terminate_end_stops_what_runs_beside_and_listens():
    process = Process("p").start().user("a").end_with("stop", terminate=True)
    process.chain("start", "a", "stop")
    begun(process, message="ask", interrupting=False)

    assert Play(process).start().deliver("aside_start").complete("a").is_done


def test_joins_that_wait_are_forgotten_when_an_event_interrupts():
    process = Process("p").start().parallel("fork").user("a").user("b").parallel("join").end()
    process.chain("start", "fork", "a", "join", "end").chain("fork", "b", "join")
    begun(process, message="stop")
    case = Play(process).start().complete("a").deliver("aside_start")

    assert case.outcome.active == ("aside", "aside_work")
    assert case.complete("aside_work").is_done


def test_an_inclusive_join_does_not_wait_for_what_runs_beside():
    process = Process("p").start().inclusive("fork", default="z").user("a").user("b")
    process.inclusive("join").user("after").flow("start", "fork").flow("fork", "a", "true")
    process.flow("fork", "b", id="z").chain("a", "join", "after").chain("b", "join")
    begun(process, message="ask", interrupting=False)
    case = Play(process).start().deliver("aside_start").complete("a")

    assert case.waiting == ["after", "aside_start", "aside_work"]


def test_a_join_that_cannot_fire_is_not_hidden_by_a_listener():
    process = Process("p").start().exclusive("x", default="d").user("a").user("b")
    process.parallel("join").end().chain("start", "x").flow("x", "a", "true")
    process.flow("x", "b", id="d").chain("a", "join", "end").chain("b", "join")
    begun(process, message="stop")

    with pytest.raises(StepRefused, match="it waits at 'join' for"):
        Play(process).start().complete("a")


def test_the_budget_bounds_how_many_run_beside():
    process = main(message="ask", interrupting=False)
    case = Play(process, limits=Limits(live_tokens=12)).start()

    with pytest.raises(BudgetExceeded, match="live tokens"):
        for _ in range(20):
            case.deliver("aside_start")


def test_a_repeated_timer_that_was_missed_begins_it_once():
    case = Play(main(body=timer(cycle="R/P1D"), interrupting=False)).start()

    case.fire("aside_start", after=timedelta(days=10))

    assert case.open.count("aside_work") == 1


def test_a_signal_begins_it_wherever_it_is_thrown():
    process = Process("p").start().parallel("fork").user("a").throw("cry", signal="fire")
    process.user("b").chain("start", "fork", "a", "cry", "b").chain("fork", "c").user("c")
    begun(process, signal="fire", interrupting=False)
    case = Play(process).start()
    assert case.waiting == ["a", "aside_start", "c"]

    case.complete("a")

    assert case.waiting == ["aside_start", "aside_work", "b", "c"]


def test_a_signal_that_interrupts_stops_who_threw_it():
    process = Process("p").start().user("a").throw("cry", signal="fire").user("b")
    process.chain("start", "a", "cry", "b")
    begun(process, signal="fire")

    assert Play(process).start().complete("a").waiting == ["aside_work"]


def test_a_condition_begins_it_when_it_becomes_true_and_again_after_it_was_false():
    process = Process("p").start().exclusive("m").user("a").chain("start", "m", "a", "m")
    begun(process, body=when("n > 9"), interrupting=False)
    case = Play(process).start(n=1)

    for n in (10, 11, 2, 12):
        case.complete("a", n=n)

    assert case.open.count("aside_work") == 2


def test_a_condition_that_interrupts_stops_the_scope_in_the_step_that_makes_it_true():
    process = main(body=when("n > 9"))

    assert Play(process).start(n=1).complete("a", n=10).waiting == ["aside_work"]
    assert Play(process).start(n=10).waiting == ["aside_work"]
