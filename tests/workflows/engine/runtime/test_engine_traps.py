"""
More of what bare SpiffWorkflow does, and that every trap we know of has its tests.

`TRAPS` names for each trap the tests that show it. Those of this module, of
`test_library_traps`, `test_safety_traps` and `test_scope_traps` play one drawing
with the bare library, where it goes wrong, and with ours. `ISSUES` does the same
for what users of the library have reported.
"""

import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from rules.xml_door import XmlRefused
from tests.workflows.engine.build import Process, many
from tests.workflows.engine.play import Play, read
from tests.workflows.engine.runtime.test_library_traps import Bare, joined
from tests.workflows.engine.traps import ISSUES, TRAPS

ALL = {**TRAPS, **ISSUES}


@pytest.mark.parametrize("trap", ALL)
def test_every_trap_has_its_tests(trap):
    for name in ALL[trap]:
        module, test = name.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), test, None)), name


def test_many_instances_within_many_are_all_shown():
    process = Process("p").start().end()
    inner = process.sub("outer", many(cardinality="10")).start("s").end("e")
    inner.user("a", many(cardinality="30")).chain("s", "a", "e")
    process.chain("start", "outer", "end")

    assert len(Play(process).start().outcome.user_tasks) == 300


def endless() -> Process:
    return Process("p").start().exclusive("m").user("a").chain("start", "m", "a", "m")


def test_the_state_grows_with_every_round():
    serializer, bare = BpmnWorkflowSerializer(), Bare(endless())
    sizes = [len(serializer.serialize_json(bare.complete("a").workflow)) for _ in range(20)]
    assert sizes[19] > 3 * sizes[0]

    case = Play(endless()).start()
    ours = [len(case.complete("a").state or b"") for _ in range(20)]
    assert ours[19] <= ours[0] + 2  # two ids with one more digit


def test_a_join_loses_what_a_branch_appended():
    bare = Bare(joined(), votes=[])
    for name in ("a", "b"):
        bare.complete(name, lambda data, name=name: data["votes"].append(name))
    assert bare.workflow.get_tasks(spec_name="after")[0].data["votes"] == ["b"]

    # Ours has no copies: whoever appends says to what, by an output of the model.
    process = joined()
    process.parts[2:4] = (
        Process("q").user("a", outputs={"votes": 'concatenate(votes, ["a"])'}).parts
    )
    process.parts[3:3] = (
        Process("q").user("b", outputs={"votes": 'concatenate(votes, ["b"])'}).parts
    )
    case = Play(process).start(votes=[]).complete("a").complete("b")
    assert case.data["votes"] == ["a", "b"]


def test_a_join_brings_a_deleted_key_back():
    bare = Bare(joined(), offer="open")
    bare.complete("a", lambda data: data.pop("offer")).complete("b")
    assert bare.workflow.get_tasks(spec_name="after")[0].data["offer"] == "open"

    case = Play(joined()).start(offer="open").complete("a", offer=None).complete("b")
    assert case.data["offer"] is None


def test_of_two_elements_with_one_id_one_is_lost():
    process = Process("p").start().user("a", name="first").user("a", name="second")
    process.chain("start", "a")

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(process.xml()))
    bare = BpmnWorkflow(parser.get_spec("p"))
    bare.do_engine_steps()
    assert [task.task_spec.bpmn_name for task in bare.get_tasks(manual=True)] == ["second"]

    with pytest.raises(XmlRefused):
        read(process)


def test_an_ad_hoc_sub_process_crashes():
    process = Process("p").start().end().add("adHocSubProcess", "x", '<bpmn:userTask id="y"/>')
    process.chain("start", "x", "end")

    with pytest.raises((TypeError, KeyError)):
        Bare(process)

    assert [finding.code for finding in read(process).findings] == ["ad-hoc-sub-process"]


def test_an_error_border_does_not_catch_a_program_that_fails():
    process = Process("p").start().add("scriptTask", "x", "<bpmn:script>1/0</bpmn:script>")
    process.boundary("b", "x", error="").user("mend").end().chain("start", "x", "end")
    process.chain("b", "mend")

    with pytest.raises(WorkflowTaskException, match="ZeroDivisionError"):
        Bare(process)

    ours = Process("p").start().service("x", "pay").boundary("b", "x", error="").user("mend").end()
    ours.chain("start", "x", "end").chain("b", "mend")
    assert Play(ours).start().fail("x", "no_money").open == ["mend"]
    assert "script-task" in {finding.code for finding in read(process).findings}


def test_what_a_service_raises_is_masked():
    with pytest.raises(NameError, match="script"):
        PythonScriptEngine().call_service(None, operation_name="x", operation_params={})


def test_a_value_of_a_form_changes_its_type():
    process = Process("p").start().user("a").user("b").chain("start", "a", "b")
    value = {"typename": "timedelta", "days": 1, "seconds": 0}
    serializer = BpmnWorkflowSerializer()
    bare = Bare(process).complete("a", lambda data: data.update(kind=value))
    again = serializer.deserialize_json(serializer.serialize_json(bare.workflow))
    assert again.get_tasks(spec_name="b")[0].data["kind"] != value

    assert Play(process).start().complete("a", kind=value).complete("b").data["kind"] == value


def test_a_field_named_like_a_function_breaks_a_condition():
    def asking(condition):
        process = (
            Process("p").start().user("a").exclusive("g", default="no").end("yes").end("never")
        )
        return (
            process.chain("start", "a", "g").flow("g", "yes", condition).flow("g", "never", id="no")
        )

    with pytest.raises(WorkflowTaskException):
        Bare(asking("len('x') == 1")).complete("a", lambda data: data.update(len=3))

    case = Play(asking("count([1]) = 1")).start().complete("a", count=3, len=3)
    assert ("gateway_taken", "g") in case.happened()
    assert case.is_done


def test_a_timer_that_repeats_at_once_is_accepted():
    left, _, pause = TimerEventDefinition.parse_iso_recurring_interval("R/PT0S")
    assert (left, pause.total_seconds()) == (-1, 0)

    body = (
        "<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT0S</bpmn:timeCycle>"
        "</bpmn:timerEventDefinition>"
    )
    process = Process("p").start().user("a").boundary("b", "a", body, interrupting=False)
    process.user("c").chain("start", "a").chain("b", "c")
    assert [finding.code for finding in read(process).findings] == ["timer-out-of-bounds"]


def long_process(length: int) -> Process:
    process = Process("p").start().user("a").end()
    names = [f"t{number}" for number in range(length)]
    for name in names:
        process.task(name)
    return process.chain("start", "a", *names, "end")


def test_the_process_itself_stands_in_the_state():
    bare = [
        len(BpmnWorkflowSerializer().serialize_json(Bare(long_process(n)).workflow))
        for n in (5, 50)
    ]
    assert bare[1] > 3 * bare[0]

    ours = [len(Play(long_process(n)).start().state or b"") for n in (5, 50)]
    assert ours[0] == ours[1]


def test_the_serializer_keeps_a_mode_that_threads_share():
    assert "_encoder_mode" in vars(BpmnWorkflowSerializer().registry)

    def play(number):
        case = Play(endless()).start(who=number)
        for _ in range(5):
            case.complete("a", who=number, value={"typename": "x"})
        return case.state

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(play, range(20))) == [play(number) for number in range(20)]
