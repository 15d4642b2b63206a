"""Errors and escalations."""

import pytest

from tests.workflows.engine.build import Process, many
from tests.workflows.engine.play import Play
from workflows.engine.transition import CompleteService, TokenNotWaiting, UncaughtError


def served(*codes: str) -> Process:
    """A service task with a boundary event for each error code."""
    process = Process("p").start().service("call", "shop.order", inputs={"n": "x"}).user("after")
    process.chain("start", "call", "after")
    for code in codes:
        name = code or "any"
        process.boundary(f"on_{name}", "call", error=code, resultVariable="failure")
        process.user(name).chain(f"on_{name}", name)
    return process


def test_a_service_call_is_listed_and_its_result_becomes_data():
    case = Play(served()).start(x=3)

    call = case.outcome.service_calls[0]
    assert (call.service, call.inputs, case.outcome.status) == ("shop.order", {"n": 3}, "running")

    assert case.serve("call", total=9).data == {"x": 3, "total": 9}
    assert case.open == ["after"]
    with pytest.raises(TokenNotWaiting):
        case.do(CompleteService(call.token_id, {}))


def test_a_business_error_of_a_service_reaches_the_border_with_its_code():
    case = Play(served("SOLD_OUT", "")).start().fail("call", "SOLD_OUT", "None left.")

    assert case.open == ["SOLD_OUT"]
    assert case.data == {"failure": {"code": "SOLD_OUT", "message": "None left."}}


def test_a_border_without_a_code_catches_every_error():
    assert Play(served("SOLD_OUT", "")).start().fail("call", "OTHER").open == ["any"]


def test_an_error_that_nothing_catches_is_refused_and_changes_nothing():
    case = Play(served("SOLD_OUT")).start()
    before = case.state

    with pytest.raises(UncaughtError, match="'OTHER' of 'call'") as refused:
        case.fail("call", "OTHER", "Oh no")

    assert refused.value.element_id == "call"
    assert case.state == before


def failing_call() -> tuple[Process, Process]:
    called = Process("called").start("s").parallel("f")
    inner = called.sub("inner").start("t").user("ask").exclusive("g", default="fine")
    inner.end_with("bad", error="BAD").end("good").chain("t", "ask", "g")
    inner.flow("g", "bad", "fails").flow("g", "good", id="fine")
    called.user("beside").chain("s", "f", "inner").chain("f", "beside")
    process = Process("p").start().call("call", "called").user("after").user("rescue")
    process.boundary("border", "call", error="BAD").chain("border", "rescue")
    return process.chain("start", "call", "after"), called


def test_an_error_end_rises_through_scopes_and_calls_and_stops_them():
    case = Play(*failing_call()).start()
    assert case.waiting == ["ask", "beside"]

    case.complete("ask", fails=True)

    assert case.waiting == ["rescue"]
    assert {e for _, e in case.happened("activity_cancelled")} == {"call", "inner", "beside"}


def test_an_error_in_one_instance_stops_all_instances():
    process = Process("p").start()
    inner = process.sub("each", many(cardinality="3"))
    inner.start("s").user("ask").end_with("bad", error="BAD").chain("s", "ask", "bad")
    process.boundary("border", "each", error="BAD").user("rescue")
    process.chain("start", "each").chain("border", "rescue")
    case = Play(process).start()

    case.complete("ask", 1)

    assert case.waiting == ["rescue"]


def test_a_service_in_an_instance_fails_to_the_border_of_the_whole_activity():
    process = Process("p").start().service("call", "s", many(cardinality="2")).user("rescue")
    process.boundary("border", "call", error="X").chain("border", "rescue").chain("start", "call")

    case = Play(process).start().fail("call", "X")

    assert case.waiting == ["rescue"]


def escalating(*, interrupting: bool, code: str = "LATE") -> Process:
    process = Process("p").start()
    inner = process.sub("inner").start("s").user("a").throw("tell", escalation="LATE").user("b")
    inner.end_with("last", escalation="LATE").chain("s", "a", "tell", "b", "last")
    process.boundary("border", "inner", escalation=code, interrupting=interrupting)
    process.user("boss").user("after").chain("border", "boss")
    return process.chain("start", "inner", "after")


def test_an_escalation_that_does_not_interrupt_opens_a_path_beside():
    case = Play(escalating(interrupting=False)).start().complete("a")
    assert case.waiting == ["b", "boss"]

    case.complete("b")
    assert case.waiting == ["after", "boss", "boss"]


def test_an_escalation_that_interrupts_stops_who_threw_it():
    case = Play(escalating(interrupting=True, code="")).start().complete("a")

    assert case.waiting == ["boss"]


def test_an_escalation_that_nobody_catches_does_nothing():
    process = Process("p").start().throw("tell", escalation="LATE").user("a")
    process.chain("start", "tell", "a")

    assert Play(process).start().open == ["a"]
