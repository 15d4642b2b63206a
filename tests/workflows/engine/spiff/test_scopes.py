"""What event sub-processes, transactions and compensation need in order to mean something."""

import pytest

from tests.workflows.engine.build import Process, loop, timer
from tests.workflows.engine.play import read
from workflows.engine.nodes import BoundaryEvent, EventSubProcess, StartEvent, Transaction, UserTask


def codes(process: Process) -> list[str]:
    return [finding.code for finding in read(process).findings]


def plain() -> Process:
    return Process("p").start().user("a").end().chain("start", "a", "end")


def test_an_event_sub_process_is_read_with_what_begins_it():
    process = plain()
    inner = process.event_sub("aside").event_start("s", error="BAD").user("b").end("e")
    inner.chain("s", "b", "e")

    model = read(process).processes[0]

    assert isinstance(model.nodes["aside"], EventSubProcess)
    (found, start), *_ = model.event_sub_processes[None]
    assert (found.id, start.id) == ("aside", "s")
    assert isinstance(start, StartEvent)
    assert start.fault is not None
    assert model.start == "start"


@pytest.mark.parametrize(
    "kind", ["flow", "loop", "plain", "two", "error", "twice", "compensation", "form"]
)
def test_an_event_sub_process_that_is_not_clear_is_refused(kind):
    process = plain()
    inner = process.event_sub("aside")
    starts = {
        "plain": lambda: inner.start("s"),
        "error": lambda: inner.event_start("s", error="BAD", interrupting=False),
        "form": lambda: inner.event_start("s", message="go", form="f"),
        "compensation": lambda: inner.event_start("s", "<bpmn:compensateEventDefinition/>"),
    }
    starts.get(kind, lambda: inner.event_start("s", error="BAD"))()
    if kind == "flow":
        process.flow("a", "aside")
    elif kind == "loop":
        inner.parts.append(loop(3))
    elif kind == "two":
        inner.event_start("t", message="go")
    elif kind == "twice":
        process.event_sub("other").event_start("t", error="BAD")

    expected = {"plain": "event-not-supported", "compensation": "compensation"}

    assert expected.get(kind, "event-sub-process") in codes(process)


def test_a_start_outside_of_an_event_sub_process_catches_no_error():
    process = Process("p").event_start("start", error="BAD").user("a").chain("start", "a")

    assert "event-not-supported" in codes(process)


def booking() -> Process:
    process = Process("p").start().end().user("lost").chain("start", "trip", "end")
    inner = process.transaction("trip").start("s").user("book").end("e").chain("s", "book", "e")
    inner.end_with("stop", cancel=True).exclusive("x").user("free", isForCompensation=True)
    inner.undone_by("book", "free")
    process.boundary("border", "trip", cancel=True).chain("border", "lost")
    return process


def test_a_transaction_and_its_handlers_are_read():
    model = read(booking()).processes[0]

    assert isinstance(model.nodes["trip"], Transaction)
    border, book = model.nodes["border"], model.nodes["book"]
    assert isinstance(border, BoundaryEvent)
    assert border.is_cancel
    assert isinstance(book, UserTask)
    assert book.undone_by == "free"


def test_a_transaction_that_is_cancelled_needs_one_way_out_and_is_done_once():
    process = booking().boundary("second", "trip", cancel=True)
    assert "cancel-event" in codes(process)

    process = plain()
    inner = process.transaction("t", loop(3)).start("s").end_with("stop", cancel=True)
    inner.chain("s", "stop")
    assert codes(process) == ["cancel-event", "transaction-repeated"]


def test_a_cancel_event_belongs_to_a_transaction():
    process = Process("p").start().user("a").end_with("stop", cancel=True)
    process.chain("start", "a", "stop").boundary("border", "a", cancel=True)

    assert codes(process) == ["cancel-event", "cancel-event"]


def test_a_handler_needs_an_activity_that_it_undoes_and_nothing_else():
    process = plain().user("free", isForCompensation=True)
    assert codes(process) == ["compensation"]

    process = plain().user("free", isForCompensation=True).undone_by("a", "free")
    assert codes(process) == []

    process.flow("free", "a")
    process.boundary("late", "free", timer(duration="P1D"))
    assert codes(process) == ["compensation"]


def test_a_compensation_border_leads_to_one_handler_and_no_flow():
    process = plain().user("b").undone_by("a", "b").flow("undo_a", "b")

    assert codes(process) == ["compensation", "compensation"]


def test_compensation_names_something_that_can_be_undone_and_waits_for_it():
    process = plain().user("free", isForCompensation=True).undone_by("a", "free")
    process.undo("all", "start").flow("a", "all")
    assert codes(process) == ["compensation"]

    process = plain()
    process.end("all", '<bpmn:compensateEventDefinition waitForCompletion="false"/>')
    assert codes(process.flow("a", "all")) == ["compensation", "compensation"]
