"""What bare SpiffWorkflow does to event sub-processes and compensation, and what ours does."""

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import Play
from tests.workflows.engine.runtime.test_library_traps import Bare


def guarded(**start: object) -> Process:
    process = Process("p").start().user("a").end().chain("start", "a", "end")
    inner = process.event_sub("aside").event_start("s", **start).user("b").end("e")
    inner.chain("s", "b", "e")
    return process


def test_an_event_sub_process_that_interrupts_is_run_like_one_that_does_not():
    drawings = [guarded(message="ask", interrupting=interrupting) for interrupting in (True, False)]
    for drawing in drawings:
        bare = Bare(drawing)
        bare.workflow.catch(BpmnEvent(MessageEventDefinition("ask"), payload={}))
        bare.workflow.do_engine_steps()
        assert bare.open == ["a", "b"]

    stopped, beside = (Play(one).start().deliver("s") for one in drawings)
    assert stopped.waiting == ["b"]
    assert beside.waiting == ["a", "b", "s"]


def test_an_event_sub_process_that_waits_for_an_error_begins_at_once():
    process = guarded(error="BAD")

    assert "b" in Bare(process).open

    assert Play(process).start().open == ["a"]


def test_compensation_that_is_thrown_does_nothing():
    process = Process("p").start().user("a").user("una", isForCompensation=True)
    process.undo("back", tag="intermediateThrowEvent").user("after")
    process.chain("start", "a", "back", "after")
    undone = Process("p")
    undone.parts = list(process.parts)
    undone.undone_by("a", "una")

    with pytest.raises((NotImplementedError, ValidationException)):
        Bare(undone)
    assert Bare(process).complete("a").open == ["after"]

    assert Play(undone).start().complete("a").open == ["una"]
