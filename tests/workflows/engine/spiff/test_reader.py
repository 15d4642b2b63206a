"""What is read from a file."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import workflows.engine.spiff
from rules.xml_door import XmlRefused, open_xml
from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.play import executable, models, read
from tests.workflows.engine.work import calls_counted
from workflows.engine.durations import Cycle, Interval
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    ServiceTask,
    UserTask,
)
from workflows.engine.spiff.reader import read_processes

PACKAGED = sorted((Path(__file__).parents[4] / "bpmn").glob("*.bpmn"))


def test_facts_of_the_process_are_read():
    process = Process("order", name="Order", subject="customer", duties={"subject": "customer"})
    process.start("begin", form="order").user("pack", form="pack").rule("rate", "rating")
    process.call("ship", "shipping").service("pay", "shop.pay").message_start("mail", "mail")
    process.chain("begin", "pack", "rate", "ship", "pay").flow("mail", "pack")
    process.parts.append(
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Store">'
        "<bpmn:flowNodeRef>pack</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    process.parts.append("<bpmn:documentation>How to order.</bpmn:documentation>")

    (model,) = models(process)

    assert (model.key, model.name, model.start, model.start_form) == (
        "order",
        "Order",
        "begin",
        "order",
    )
    assert model.documentation == "How to order."
    assert model.message_starts == {"mail": "mail"}
    assert model.lanes == ("Store",)
    assert model.nodes["pack"].lane == "Store"
    assert model.subject is not None
    assert model.subject.text == "customer"
    assert [duty.name for duty in model.duties] == ["subject"]
    assert model.references == {
        ("form", "order"),
        ("form", "pack"),
        ("decision", "rating"),
        ("process", "shipping"),
        ("service", "shop.pay"),
    }
    assert list(model.flows) == ["begin_pack", "pack_rate", "rate_ship", "ship_pay", "mail_pack"]


def test_documentation_becomes_the_help_of_its_own_element_only():
    process = Process("p").start()
    process.sub("inner").start("s").user("a", "<bpmn:documentation>Help.</bpmn:documentation>")
    process.chain("start", "inner")

    (model,) = models(process)

    assert model.nodes["a"].documentation == "Help."
    assert model.nodes["inner"].documentation == ""
    assert model.nodes["a"].parent == "inner"


def test_boundary_events_know_their_host_and_whether_they_interrupt():
    process = Process("p").start().user("a")
    process.boundary("late", "a", timer(cycle="R3/P1D"), interrupting=False)
    process.boundary("stop", "a", message="stop")
    process.chain("start", "a")

    (model,) = models(process)

    late, stop, host = model.nodes["late"], model.nodes["stop"], model.nodes["a"]
    assert isinstance(late, BoundaryEvent)
    assert isinstance(stop, BoundaryEvent)
    assert isinstance(host, UserTask)
    assert late.timing is not None
    assert late.timing.literal == Cycle(3, None, Interval(seconds=86_400))
    assert (late.is_interrupting, stop.is_interrupting) == (False, True)
    assert host.boundaries == ("late", "stop")


def foreign(node: str) -> object:
    process = Process("p").start().chain("start", "x")
    process.parts.append(node)
    return executable(process).process.nodes["x"]


def extended(tag: str, inner: str, **attributes: str) -> str:
    written = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return (
        f'<bpmn:{tag} id="x"{written}><bpmn:extensionElements>{inner}</bpmn:extensionElements>'
        f"</bpmn:{tag}>"
    )


@pytest.mark.parametrize(
    "node",
    [
        '<bpmn:userTask id="x" camunda:formKey="score" camunda:assignee="${boss}"'
        ' camunda:candidateGroups="hr, mentor" camunda:dueDate="P3D" camunda:priority="70"/>',
        extended(
            "userTask",
            '<zeebe:formDefinition formId="score"/><zeebe:priorityDefinition priority="70"/>'
            '<zeebe:assignmentDefinition assignee="=boss" candidateGroups="hr, mentor"/>'
            '<zeebe:taskSchedule dueDate="P3D"/>',
        ),
    ],
)
def test_user_tasks_of_other_modelers_are_read(node):
    task = foreign(node)

    assert isinstance(task, UserTask)
    assert task.form == "score"
    assert task.assignee is not None
    assert task.assignee.expression is not None
    assert task.assignee.expression.names == {"boss"}
    assert task.candidate_groups is not None
    assert task.candidate_groups.words == ("hr", "mentor")
    assert task.due_in is not None
    assert task.due_in.literal == Interval(seconds=3 * 86_400)
    assert task.priority == 70


@pytest.mark.parametrize(
    "node",
    [
        '<bpmn:businessRuleTask id="x" camunda:decisionRef="rate" camunda:resultVariable="r"/>',
        extended(
            "businessRuleTask", '<zeebe:calledDecision decisionId="rate" resultVariable="r"/>'
        ),
        extended(
            "businessRuleTask",
            "<spiffworkflow:calledDecisionId>rate</spiffworkflow:calledDecisionId>",
            understudy_resultVariable="r",
        ),
    ],
)
def test_decisions_of_other_modelers_are_read(node):
    task = foreign(node)

    assert isinstance(task, BusinessRuleTask)
    assert (task.decision, task.result_variable) == ("rate", "r")


def test_calls_services_forms_and_mappings_of_other_modelers_are_read():
    call = foreign(extended("callActivity", '<zeebe:calledElement processId="other"/>'))
    assert isinstance(call, CallActivity)
    assert call.called == "other"

    mapping = (
        '<zeebe:taskDefinition type="pay"/><zeebe:ioMapping><zeebe:input source="=a + 1"'
        ' target="n"/><zeebe:output source="=n" target="m"/></zeebe:ioMapping>'
    )
    pay = foreign(extended("serviceTask", mapping))
    assert isinstance(pay, ServiceTask)
    assert (pay.service, [i.name for i in pay.inputs], [o.name for o in pay.outputs]) == (
        "pay",
        ["n"],
        ["m"],
    )

    form = (
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename"'
        ' value="score-schema.json"/></spiffworkflow:properties>'
    )
    user = foreign(extended("userTask", form))
    assert isinstance(user, UserTask)
    assert user.form == "score"


def test_the_variables_that_camunda_hands_to_a_call_are_read():
    call = foreign(
        '<bpmn:callActivity id="x" calledElement="other"><bpmn:extensionElements>'
        '<camunda:in businessKey="#{execution.processBusinessKey}"/>'
        '<camunda:in source="order" target="n"/><camunda:out sourceExpression="${m}" target="o"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    everything = foreign(
        '<bpmn:callActivity id="x" calledElement="other"><bpmn:extensionElements>'
        '<camunda:in variables="all"/><camunda:out variables="all"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )

    assert [(i.name, i.expression.text) for i in call.inputs] == [("n", "order")]
    assert [(o.name, o.expression.text) for o in call.outputs] == [("o", "=m")]
    assert not everything.inputs
    assert not everything.outputs


def test_multi_instance_by_data_items_is_read_as_by_our_attributes():
    items = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>people"
        "</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="i" name="who"/><bpmn:outputDataItem id="o" name="vote"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    ours = many(collection="people", elementVariable="who", collect="all", collectItem="vote")
    loops = []
    for body in (items, ours):
        process = Process("p").start().user("a", body).chain("start", "a")
        task = models(process)[0].nodes["a"]
        assert isinstance(task, UserTask)
        assert isinstance(task.loop, MultiInstance)
        found = task.loop
        texts = [e.text for e in (found.collection, found.collect_item) if e is not None]
        loops.append((texts, found.element_variable, found.collect))

    assert loops[0] == loops[1] == (["people", "vote"], "who", "all")


def test_a_date_timer_is_read_once_at_publish():
    process = Process("p").start().catch("c", timer(date="2027-01-01T00:00:00Z"))
    node = models(process.chain("start", "c"))[0].nodes["c"]

    assert node.timing.literal == datetime(2027, 1, 1, tzinfo=UTC)  # type: ignore[attr-defined]


def test_three_hundred_nested_sub_processes_are_stopped_at_the_door():
    process = Process("p").start()
    opening = "".join(f'<bpmn:subProcess id="s{depth}">' for depth in range(300))
    process.parts.append(opening + "</bpmn:subProcess>" * 300)

    with pytest.raises(XmlRefused):
        read(process)


def test_a_node_of_three_thousand_costs_what_one_of_three_hundred_does():
    def calls(nodes: int) -> int:
        process = Process("p").start()
        names = [f"n{number}" for number in range(nodes)]
        for name in names:
            process.user(name, candidateGroups="hr")
        whole = process.chain("start", *names)
        with calls_counted() as counted:
            read(whole)
        return counted[0]

    assert calls(3_000) < 11 * calls(300)


@pytest.mark.parametrize("path", PACKAGED, ids=lambda path: path.stem)
def test_every_packaged_process_can_be_read(path):
    result = read_processes(open_xml(path.read_bytes(), file_name=path.name), file_name=path.name)

    assert not result.is_refused, [str(finding) for finding in result.findings]


def test_nothing_of_the_library_that_could_run_a_model_is_imported():
    allowed = ("SpiffWorkflow.bpmn.parser", "SpiffWorkflow.bpmn.specs")
    folder = Path(workflows.engine.spiff.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("SpiffWorkflow") or name.startswith(allowed), file


def test_only_one_package_imports_the_library():
    root = Path(workflows.engine.spiff.__file__).parents[3]
    for folder in ("rules", "workflows", "webapp", "bpmn"):
        for file in (root / folder).rglob("*.py"):
            if "engine/spiff" not in str(file):
                assert "import SpiffWorkflow" not in file.read_text()
                assert "from SpiffWorkflow" not in file.read_text()
