"""What is refused before anything is translated, each with place and remedy."""

import pytest
from lxml import etree

from rules.xml_door import open_xml
from tests.workflows.engine.build import HEAD, Process, loop, many, timer
from tests.workflows.engine.play import read
from workflows.engine.spiff.reader import read_processes


def around(*nodes: str) -> Process:
    """A process whose middle node `x` is written by hand."""
    process = Process("p").start().end().chain("start", "x", "end")
    process.parts.extend(nodes)
    return process


def codes(process: Process, more: str = "") -> list[str]:
    return [finding.code for finding in read(process, more=more).findings]


def event(kind: str, tag: str = "intermediateCatchEvent") -> str:
    return f'<bpmn:{tag} id="x"><bpmn:{kind}EventDefinition/></bpmn:{tag}>'


REFUSED = {
    "script-task": '<bpmn:scriptTask id="x"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    "complex-gateway": '<bpmn:complexGateway id="x"/>',
    "ad-hoc-sub-process": '<bpmn:adHocSubProcess id="x"/>',
    "signal-unknown": event("signal"),
    "condition-missing": event("conditional"),
    "conditional-event": (
        '<bpmn:task id="x"/><bpmn:startEvent id="s"><bpmn:conditionalEventDefinition/>'
        "</bpmn:startEvent>"
    ),
    "link-event": event("link"),
    "compensation": event("compensate", "intermediateThrowEvent"),
    "cancel-event": event("cancel", "endEvent"),
    "event-not-supported": event("error", "intermediateThrowEvent"),
    "event-sub-process": '<bpmn:subProcess id="x" triggeredByEvent="true"/>',
    "data-association": (
        '<bpmn:task id="x"><bpmn:dataInputAssociation id="i"><bpmn:assignment/>'
        "</bpmn:dataInputAssociation></bpmn:task>"
    ),
    "token-quantity": '<bpmn:task id="x" completionQuantity="2"/>',
    "unknown-element": '<bpmn:task id="x"/><bpmn:usertask id="y"/>',
    "unknown-attribute": '<bpmn:userTask id="x" understudy:asignee="ada"/>',
    "unknown-extension": (
        '<bpmn:userTask id="x"><bpmn:extensionElements><understudy:script/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    ),
    "program-text": (
        '<bpmn:userTask id="x"><bpmn:extensionElements><spiffworkflow:preScript>1'
        "</spiffworkflow:preScript></bpmn:extensionElements></bpmn:userTask>"
    ),
    "candidate-users": '<bpmn:userTask id="x" camunda:candidateUsers="ada,bob"/>',
    "decision-missing": '<bpmn:businessRuleTask id="x"/>',
    "service-missing": '<bpmn:serviceTask id="x"/>',
    "process-missing": '<bpmn:callActivity id="x"/>',
    "version-binding": (
        '<bpmn:callActivity id="x" calledElement="p" camunda:calledElementBinding="version"/>'
    ),
    "message-unknown": '<bpmn:receiveTask id="x" messageRef="gone"/>',
    "timer-missing": event("timer"),
    "timer-cycle": (
        '<bpmn:intermediateCatchEvent id="x">' + timer(cycle="R/P1D") + "</bpmn:"
        "intermediateCatchEvent>"
    ),
    "timer-out-of-bounds": (
        '<bpmn:intermediateCatchEvent id="x">' + timer(duration="P200Y") + "</bpmn:"
        "intermediateCatchEvent>"
    ),
    "multiple-event": (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition/>'
        "<bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>"
    ),
    "loop-without-maximum": f'<bpmn:task id="x">{loop(None, "true")}</bpmn:task>',
    "instances-unclear": f'<bpmn:task id="x">{many()}</bpmn:task>',
    "instances-behaviour": (
        f'<bpmn:task id="x">{many(cardinality="2", behavior="One")}</bpmn:task>'
    ),
    "no-start-event": '<bpmn:subProcess id="x"><bpmn:task id="y"/></bpmn:subProcess>',
    "several-start-events": '<bpmn:task id="x"/><bpmn:startEvent id="second"/>',
    "boundary-not-attached": (
        '<bpmn:task id="x"/><bpmn:boundaryEvent id="b" attachedToRef="start">'
        + timer(duration="P1D")
        + "</bpmn:boundaryEvent>"
    ),
    "event-gateway": '<bpmn:eventBasedGateway id="x"/>',
    "dangling-flow": '<bpmn:task id="x"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="no"/>',
    "flow-misplaced": (
        '<bpmn:task id="x"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="start"/>'
    ),
    "default-unknown": '<bpmn:exclusiveGateway id="x" default="no"/>',
    "flow-without-condition": (
        '<bpmn:exclusiveGateway id="x"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="end"/>'
    ),
    "condition-lost": (
        '<bpmn:parallelGateway id="x"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="end">'
        "<bpmn:conditionExpression>true</bpmn:conditionExpression></bpmn:sequenceFlow>"
    ),
    "condition-empty": (
        '<bpmn:task id="x"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="end">'
        "<bpmn:conditionExpression/></bpmn:sequenceFlow>"
    ),
    "mapping-lost": (
        '<bpmn:userTask id="x"><bpmn:extensionElements><understudy:input name="a">1'
        "</understudy:input></bpmn:extensionElements></bpmn:userTask>"
    ),
    "mapping-ambiguous": (
        '<bpmn:callActivity id="x" calledElement="p"><bpmn:extensionElements>'
        '<camunda:in variables="all"/><camunda:in source="a" target="b"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    ),
    "missing-id": '<bpmn:task id="x"/><bpmn:task/>',
    "expression-invalid": '<bpmn:userTask id="x" understudy:assignee="=python: __import__"/>',
    "function-unknown": '<bpmn:userTask id="x" understudy:assignee="=__import__(1)"/>',
    "name-invalid": '<bpmn:userTask id="x" understudy:resultVariable="a b"/>',
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_would_be_lost_or_executed_wrongly_is_refused(code):
    result = read(around(REFUSED[code]))

    finding = next(found for found in result.findings if found.code == code)
    assert finding.is_error
    assert not result.processes
    assert finding.element_id
    assert finding.line
    assert finding.file_name == "test.bpmn"
    assert finding.message.endswith(".")
    assert finding.remedy


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ("score >", "line 1, column"),
        ("python: __import__('os')", "line 1, column"),
        ("score >= 60 &&\n late", "line 1, column"),
    ],
)
def test_a_broken_condition_names_flow_place_and_reason(condition, place):
    process = Process("p").start().exclusive("gate", default="no").end()
    process.flow("start", "gate").flow("gate", "end", condition, id="yes")
    process.flow("gate", "end", id="no")

    (finding,) = read(process).findings

    assert (finding.code, finding.element_id) == ("expression-invalid", "yes")
    assert place in finding.message
    assert finding.line


def test_expressions_that_take_too_long_to_read_in_all_are_refused_once():
    condition = " or ".join(["score &gt; 1"] * 2_000)
    process = Process("p").start().exclusive("gate", default="no").end()
    process.flow("start", "gate").flow("gate", "end", id="no")
    for number in range(9):
        process.parts.append(
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="gate" targetRef="end">'
            f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"
        )

    (finding,) = read(process).findings

    assert (finding.code, finding.element_id) == ("expressions-too-long", "f3")
    assert "more than 100,000 characters in all" in finding.message


@pytest.mark.parametrize(
    "expression", ['now() + duration("P2D")', "today()", "if is defined(late) then now() else null"]
)
def test_functions_that_look_at_the_moment_or_the_scope_exist(expression):
    escaped = expression.replace('"', "&quot;")

    result = read(around(f'<bpmn:userTask id="x" understudy:dueIn="={escaped}"/>'))

    assert result.findings == ()


def test_a_misspelled_attribute_is_guessed():
    (finding,) = read(around('<bpmn:userTask id="x" understudy:candidatesGroup="hr"/>')).findings

    assert finding.remedy == "Did you mean understudy:candidateGroups?"


def test_an_id_that_is_given_twice_is_refused_behind_the_door_too():
    source = Process("p").start().start("start").xml()
    root = etree.fromstring(source)

    (finding,) = read_processes(root, file_name="p.bpmn").findings

    assert (finding.code, finding.element_id) == ("duplicate-id", "start")


def test_correlation_properties_are_refused_rather_than_ignored():
    more = (
        '<bpmn:correlationProperty id="c"><bpmn:correlationPropertyRetrievalExpression'
        ' messageRef="m"/></bpmn:correlationProperty>'
    )

    assert codes(around('<bpmn:task id="x"/>'), more) == ["correlation-property"]


def test_a_file_that_is_no_bpmn_is_named_so():
    root = open_xml(b"<html/>", file_name="page.bpmn")

    (finding,) = read_processes(root, file_name="page.bpmn").findings

    assert finding.code == "not-bpmn"


def test_a_process_that_is_not_executable_is_not_read():
    result = read(Process("p", isExecutable=False).start())
    assert [finding.code for finding in result.findings] == ["not-executable"]

    both = read(Process("p", isExecutable=False).start("s"), Process("q").start())
    assert [model.key for model in both.processes] == ["q"]


def test_the_head_of_the_builder_is_a_known_namespace():
    assert "urn:understudy:bpmn:1" in HEAD


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ('<zeebe:calledElement processId="p" bindingType="versionTag"/>', ["version-binding"]),
        ('<zeebe:calledElement processId="p" bindingType="deployment"/>', []),
        ('<zeebe:calledElement processId="p" bindingType="latest"/>', []),
        ('<zeebe:calledElement processId="p"/>', []),
    ],
)
def test_a_version_that_a_call_would_choose_otherwise_is_refused(node, expected):
    inner = f"<bpmn:extensionElements>{node}</bpmn:extensionElements>"

    assert codes(around(f'<bpmn:callActivity id="x">{inner}</bpmn:callActivity>')) == expected


@pytest.mark.parametrize(
    ("attributes", "is_latest"),
    [
        ("", False),
        ('understudy:binding="start"', False),
        ('understudy:binding="latest"', True),
        ('camunda:calledElementBinding="latest"', True),
        ('camunda:calledElementBinding="deployment"', False),
        ('understudy:binding="start" camunda:calledElementBinding="latest"', False),
    ],
)
def test_a_call_says_which_version_it_means(attributes, is_latest):
    process = around(f'<bpmn:callActivity id="x" calledElement="q" {attributes}/>')

    (model,) = read(process).processes

    assert model.nodes["x"].is_latest is is_latest


def test_a_call_of_zeebe_says_which_version_it_means():
    node = '<zeebe:calledElement processId="q" bindingType="latest"/>'
    inner = f"<bpmn:extensionElements>{node}</bpmn:extensionElements>"

    (model,) = read(around(f'<bpmn:callActivity id="x">{inner}</bpmn:callActivity>')).processes

    assert model.nodes["x"].is_latest


@pytest.mark.parametrize("binding", ["version", "newest", "deployment", "=x", ""])
def test_a_binding_that_nobody_knows_is_refused(binding):
    node = f'<bpmn:callActivity id="x" calledElement="q" understudy:binding="{binding}"/>'

    assert codes(around(node)) == ["version-binding"]


@pytest.mark.parametrize("name", ["decisionRefBinding", "formRefBinding"])
def test_only_calls_choose_the_latest_version(name):
    node = f'<bpmn:businessRuleTask id="x" understudy:decision="d" camunda:{name}="latest"/>'

    assert codes(around(node)) == ["version-binding"]


def test_all_findings_of_a_file_come_at_once():
    process = around(REFUSED["script-task"])
    process.parts.append('<bpmn:serviceTask id="y"/>')

    assert codes(process) == ["script-task", "service-missing"]


def test_data_that_are_drawn_are_kept_as_a_picture_and_named():
    process = around(
        '<bpmn:task id="x"><bpmn:dataInputAssociation id="i"><bpmn:sourceRef>d</bpmn:sourceRef>'
        "</bpmn:dataInputAssociation></bpmn:task>",
        '<bpmn:dataStoreReference id="d" name="Ledger" dataStoreRef="ledger"/>',
    )

    result = read(process, more='<bpmn:dataStore id="ledger" name="Ledger"/>')

    assert not result.is_refused
    found = {(each.code, each.element_id, each.severity) for each in result.findings}
    assert found == {("data-drawn", "x", "warning"), ("data-store", "d", "warning")}


@pytest.mark.parametrize("attribute", ["class", "delegateExpression"])
def test_a_program_of_another_tool_gives_way_to_a_service_of_ours(attribute):
    foreign = f'camunda:{attribute}="org.example.Pay"'

    alone = around(f'<bpmn:serviceTask id="x" {foreign}/>')
    decided = around(f'<bpmn:serviceTask id="x" {foreign} understudy:service="pay"/>')

    assert "program-text" in codes(alone)
    assert codes(decided) == []


def test_a_mapping_of_ours_counts_before_that_of_another_tool():
    process = around(
        '<bpmn:serviceTask id="x" understudy:service="pay"><bpmn:extensionElements>'
        '<camunda:inputOutput><camunda:inputParameter name="a">not FEEL (</camunda:inputParameter>'
        "</camunda:inputOutput><understudy:input name='a'>1</understudy:input>"
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )

    assert codes(process) == []
