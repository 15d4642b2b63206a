"""How far a case has come: what is done, what is live, and the path in between."""

import pytest

from rules import xml_door
from tests.workflows.engine.build import Process, many
from workflows.engine.model import ProcessModel
from workflows.engine.progress import Progress, Trace, progress
from workflows.engine.spiff import reader


def _model(process: Process) -> ProcessModel:
    root = xml_door.open_xml(process.xml(), file_name="progress.bpmn")
    read = reader.read_processes(root, file_name="progress.bpmn")
    assert not [found for found in read.findings if found.is_error]
    return read.processes[0]


@pytest.fixture
def order() -> ProcessModel:
    """Pack, then decide: ship, or pack again."""
    process = Process("order")
    process.start("begin").user("pack").exclusive("ok", default="again").user("ship").end("done")
    process.chain("begin", "pack", "ok")
    process.flow("ok", "ship", "fine = true", id="well").flow("ok", "pack", id="again")
    process.flow("ship", "done", id="out")
    return _model(process)


def _trace(**facts: object) -> Trace:
    trace = Trace()
    for name, values in facts.items():
        known = getattr(trace, name)
        known.update(values)
    return trace


def test_before_anything_happened_nothing_is_marked(order: ProcessModel) -> None:
    found = progress(order, None)

    assert found == Progress(frozenset(), {}, frozenset(), frozenset())


def test_the_start_and_the_way_from_it_follow_from_the_first_task(order: ProcessModel) -> None:
    found = progress(order, _trace(started=["pack"]))

    assert found.active == {"pack": 1}
    assert found.done == {"begin"}
    assert {order.flows[flow].target for flow in found.flows} == {"pack"}


def test_a_gateway_marks_the_way_that_was_taken_only(order: ProcessModel) -> None:
    trace = _trace(started=["pack", "ship"], completed=["pack"], fired=["ok"], flows=["well"])

    found = progress(order, trace)

    assert found.done == {"begin", "pack", "ok"}
    assert found.active == {"ship": 1}
    assert "well" in found.flows
    assert "again" not in found.flows


def test_what_is_done_again_is_live_and_not_done(order: ProcessModel) -> None:
    trace = _trace(started=["pack", "pack"], completed=["pack"], fired=["ok"], flows=["again"])

    found = progress(order, trace)

    assert found.active == {"pack": 1}
    assert "pack" not in found.done


def test_an_end_is_reached_by_the_way_that_leads_to_it(order: ProcessModel) -> None:
    trace = _trace(
        started=["pack", "ship"], completed=["pack", "ship"], fired=["ok"], flows=["well"]
    )

    found = progress(order, trace, is_over=True)

    assert "done" in found.done
    assert found.active == {}


def test_what_was_withdrawn_is_neither_done_nor_live(order: ProcessModel) -> None:
    found = progress(order, _trace(started=["pack"], cancelled=["pack"]), is_over=True)

    assert found.cancelled == {"pack"}
    assert found.active == {}


def test_many_at_once_are_counted_without_the_one_that_holds_them() -> None:
    process = Process("votes")
    process.start("begin").user("vote", body=many(cardinality="3")).end("done")
    process.chain("begin", "vote", "done")

    found = progress(_model(process), _trace(started=["vote"] * 4, completed=["vote"]))

    assert found.active == {"vote": 2}


def test_an_error_that_left_at_a_border_shows_the_way_it_took() -> None:
    process = Process("p").start().service("pay", "bank").user("mend").end()
    process.boundary("broke", "pay", error="BROKE").flow("broke", "mend", id="on")
    model = _model(process.chain("start", "pay", "end"))

    found = progress(model, _trace(completed=["broke"], started=["pay", "mend"], cancelled=["pay"]))

    assert "on" in found.flows
    assert found.cancelled == {"pay"}


def test_an_event_that_still_undoes_something_was_not_passed() -> None:
    process = Process("p").start().user("a").user("una", isForCompensation=True)
    process.undone_by("a", "una").undo("back", tag="intermediateThrowEvent").end()
    model = _model(process.chain("start", "a", "back", "end"))

    found = progress(model, _trace(started=["a", "back", "una"], completed=["a"]))

    assert found.active == {"back": 1, "una": 1}
    assert "back_end" not in found.flows
    assert "end" not in found.done
