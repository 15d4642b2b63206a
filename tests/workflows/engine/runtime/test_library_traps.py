"""
Why the tokens are moved by our own runtime: what bare SpiffWorkflow does to the same drawings.

Every test plays one drawing with the library alone and with ours. Where a test
of the library's half fails one day, the library was mended.
"""

from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from rules.xml_door import open_xml
from tests.workflows.engine.build import Process
from tests.workflows.engine.play import Play
from workflows.engine.transition import ExpressionFailed


class Bare:
    """A case played by the library alone."""

    def __init__(self, process: Process, **data: Any) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(open_xml(process.xml(), file_name="bare"))
        key = process.key
        self.workflow = BpmnWorkflow(parser.get_spec(key), parser.get_subprocess_specs(key))
        self.workflow.task_tree.data.update(data)
        self.workflow.do_engine_steps()

    @property
    def open(self) -> list[str]:
        tasks = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted(task.task_spec.name for task in tasks)

    def complete(self, name: str, change: Any = None) -> "Bare":
        tasks = self.workflow.get_tasks(state=TaskState.READY, spec_name=name)
        if change:
            change(tasks[0].data)
        tasks[0].run()
        self.workflow.do_engine_steps()
        return self


def test_a_case_disappears_beyond_a_depth_of_a_thousand():
    process = Process("p").start().exclusive("m").user("a")
    steps = [f"t{number}" for number in range(18)]
    for step in steps:
        process.throw(step)
    process.chain("start", "m", *steps, "a", "m")

    bare = Bare(process)
    rounds = 0
    while bare.open == ["a"]:
        bare.complete("a")
        rounds += 1
    assert 40 < rounds < 60
    lost = [task for task in bare.workflow.tasks.values() if task.state == TaskState.READY]
    assert [task.task_spec.name for task in lost] == ["a"]
    assert bare.workflow.is_completed()
    assert bare.workflow.data == {}

    case = Play(process).start()
    for _ in range(100):
        case.complete("a")
    assert case.open == ["a"]


def test_blocks_in_a_row_are_predicted_into_thousands_of_tasks():
    process = Process("p").start().end()
    before = "start"
    for block in range(8):
        process.parallel(f"f{block}").parallel(f"j{block}").user(f"a{block}").user(f"b{block}")
        process.chain(before, f"f{block}", f"a{block}", f"j{block}")
        process.chain(f"f{block}", f"b{block}", f"j{block}")
        before = f"j{block}"
    process.chain(before, "end")

    assert len(Bare(process).workflow.tasks) > 1_000

    case = Play(process).start()
    assert len(case.outcome.user_tasks) == 2
    assert len(case.state or b"") < 500


def joined() -> Process:
    process = Process("p").start().parallel("fork").user("a").user("b").parallel("join")
    process.user("after").chain("start", "fork", "a", "join", "after")
    return process.chain("fork", "b", "join")


def test_a_join_brings_old_values_back():
    bare = Bare(joined(), status="old")
    bare.complete("a", lambda data: data.update(status="new")).complete("b")
    assert bare.workflow.get_tasks(spec_name="after")[0].data["status"] == "old"

    case = Play(joined()).start(status="old").complete("a", status="new").complete("b")
    assert case.data["status"] == "new"


def test_a_join_in_a_loop_fires_before_all_branches_have_come():
    process = Process("p").start().exclusive("m").parallel("fork").user("a").user("b")
    process.parallel("join").user("after").chain("start", "m", "fork", "a", "join", "after", "m")
    process.chain("fork", "b", "join")

    bare = Bare(process).complete("a").complete("b").complete("after").complete("b")
    assert "after" in bare.open

    case = Play(process).start().complete("a").complete("b").complete("after").complete("b")
    assert case.open == ["a"]


def test_the_condition_of_a_flow_that_leaves_a_task_is_ignored():
    process = Process("p").start().user("a").user("approved").flow("start", "a")
    process.flow("a", "approved", "ok = true")

    assert Bare(process).complete("a", lambda data: data.update(ok=False)).open == ["approved"]

    with pytest.raises(ExpressionFailed, match="No condition"):
        Play(process).start().complete("a", ok=False)


def test_everything_behind_a_link_event_is_dropped():
    link = '<bpmn:linkEventDefinition id="{}" name="on"/>'
    process = Process("p").start().add("intermediateThrowEvent", "out", link.format("l1"))
    process.add("intermediateCatchEvent", "in", link.format("l2")).user("a").end()
    process.chain("start", "out").chain("in", "a", "end")

    bare = Bare(process)
    assert bare.workflow.is_completed()
    assert bare.open == []

    assert Play(process).start().open == ["a"]


def test_a_chain_of_five_hundred_nodes_cannot_be_read():
    process = Process("p").start()
    names = [f"n{number}" for number in range(500)]
    for name in names:
        process.task(name)
    process.end().chain("start", *names, "end")

    with pytest.raises(ValidationException, match="RecursionError"):
        Bare(process)

    assert Play(process).start().is_done


def test_a_value_of_a_form_makes_the_case_unloadable():
    process = Process("p").start().user("a").user("b").chain("start", "a", "b")
    serializer = BpmnWorkflowSerializer()
    bare = Bare(process).complete("a", lambda data: data.update(kind={"typename": "x"}))
    stored = serializer.serialize_json(bare.workflow)
    with pytest.raises(TypeError):
        serializer.deserialize_json(stored)

    case = Play(process).start().complete("a", kind={"typename": "x"}).complete("b")
    assert case.data == {"kind": {"typename": "x"}}


def test_a_step_that_was_never_reached_can_be_run():
    process = Process("p").start().user("approve").user("pay").end()
    process.chain("start", "approve", "pay", "end")

    bare = Bare(process)
    next(t for t in bare.workflow.tasks.values() if t.task_spec.name == "pay").run()
    assert bare.workflow.get_tasks(spec_name="pay")[0].state == TaskState.COMPLETED

    assert Play(process).start().open == ["approve"]


def test_a_signal_at_an_end_is_never_sent():
    process = Process("p").start().parallel("fork").user("a")
    process.end_with("stop", signal="sig").chain("start", "fork", "a").chain("fork", "stop")

    bare = Bare(process)
    thrown = [event for event in bare.workflow.get_events() if "Signal" in str(event)]
    assert thrown == []

    assert [sent.message_name for sent in Play(process).start().outcome.thrown] == ["sig"]


def test_a_condition_at_a_flow_that_leaves_an_event_is_ignored():
    process = Process("p").start().user("always").user("never").chain("start", "always")
    process.flow("start", "never", "1 > 2")

    assert Bare(process).open == ["always", "never"]

    assert Play(process).start().open == ["always"]
