"""
The start-up self-test: no Python of a model runs, whatever element it stands in.

Every place is tried at which a process library or engine has been seen to run
program text. Each text would ring `ALARM`; the product refuses to start if
anything rings. It is not a proof, it is a smoke detector: the proof is that
only FEEL is ever compiled, and that no workflow of the library is ever made.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.xml_door import open_xml
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.runtime.step import step
from workflows.engine.spiff.reader import read_processes
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    FireTimer,
    Outcome,
    Start,
    StepContext,
    StepRefused,
)

ALARM: list[str] = []

_MOST_STEPS = 5
_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_RING = '__import__("workflows.engine.runtime.self_test", fromlist=["x"]).ALARM.append("{}")'
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:understudy="urn:understudy:bpmn:1" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:self-test">'
    '<bpmn:message id="m" name="m"/>{more}'
    '<bpmn:process id="p" isExecutable="true">{head}<bpmn:startEvent id="s"/>'
)
_TAIL = (
    '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="x"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="e"/></bpmn:process></bpmn:definitions>'
)
_EXTENSION = "<bpmn:extensionElements>{}</bpmn:extensionElements>"
_DECISION = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"'
    ' namespace="urn:self-test"><inputData id="x" name="x"/><decision'
    ' id="d" name="d"><informationRequirement id="q"><requiredInput href="#x"/>'
    '</informationRequirement><decisionTable id="t"><input id="i">'
    '<inputExpression id="ie"><text>RING</text></inputExpression></input><output id="o" name="o"/>'
    '<rule id="r"><inputEntry id="re"><text>RING</text></inputEntry><outputEntry id="ro">'
    "<text>RING</text></outputEntry></rule></decisionTable></decision></definitions>"
)
_MANY = "<bpmn:multiInstanceLoopCharacteristics{}>{}</bpmn:multiInstanceLoopCharacteristics>"
_ONE = "<bpmn:loopCardinality>1</bpmn:loopCardinality>"
_CATCH = '<bpmn:intermediateCatchEvent id="x">{}</bpmn:intermediateCatchEvent>'
_TIMER = _CATCH.format("<bpmn:timerEventDefinition>{}</bpmn:timerEventDefinition>")
_USER = '<bpmn:userTask id="x"{}>{}</bpmn:userTask>'
_RETRIEVAL = (
    '<bpmn:correlationProperty id="c" name="c"><bpmn:correlationPropertyRetrievalExpression'
    ' messageRef="m"><bpmn:messagePath>{}</bpmn:messagePath>'
    "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)

# By name: what stands for the node x. `RING` is replaced by the program text.
_BODIES: dict[str, str] = {
    "script task": '<bpmn:scriptTask id="x"><bpmn:script>RING</bpmn:script></bpmn:scriptTask>',
    "condition": (
        '<bpmn:exclusiveGateway id="x" default="f2"/><bpmn:sequenceFlow id="f3" sourceRef="x"'
        ' targetRef="e"><bpmn:conditionExpression>RING</bpmn:conditionExpression>'
        "</bpmn:sequenceFlow>"
    ),
    "pre-script": _USER.format(
        "", _EXTENSION.format("<spiffworkflow:preScript>RING</spiffworkflow:preScript>")
    ),
    "post-script": _USER.format(
        "", _EXTENSION.format("<spiffworkflow:postScript>RING</spiffworkflow:postScript>")
    ),
    "timer duration": _TIMER.format("<bpmn:timeDuration>RING</bpmn:timeDuration>"),
    "timer date": _TIMER.format("<bpmn:timeDate>RING</bpmn:timeDate>"),
    "timer cycle": (
        _USER.format("", "") + '<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:timerEvent'
        "Definition><bpmn:timeCycle>RING</bpmn:timeCycle></bpmn:timerEventDefinition>"
        "</bpmn:boundaryEvent>"
    ),
    "cardinality": _USER.format(
        "", _MANY.format("", "<bpmn:loopCardinality>RING</bpmn:loopCardinality>")
    ),
    "collection": _USER.format("", _MANY.format(' understudy:collection="QUOTED"', "")),
    "loop data input": _USER.format(
        "", _MANY.format("", "<bpmn:loopDataInputRef>RING</bpmn:loopDataInputRef>")
    ),
    "completion condition": _USER.format(
        "", _MANY.format("", f"{_ONE}<bpmn:completionCondition>RING</bpmn:completionCondition>")
    ),
    "collected item": _USER.format(
        "", _MANY.format(' understudy:collect="r" understudy:collectItem="QUOTED"', _ONE)
    ),
    "loop condition": _USER.format(
        "",
        '<bpmn:standardLoopCharacteristics loopMaximum="2" testBefore="true"><bpmn:loopCondition>'
        "RING</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
    ),
    "assignee": _USER.format(' understudy:assignee="=QUOTED"', ""),
    "candidate groups": _USER.format(' camunda:candidateGroups="QUOTED"', ""),
    "due date": _USER.format(' understudy:dueIn="=QUOTED"', ""),
    "priority": _USER.format(' understudy:priority="=QUOTED"', ""),
    "output mapping": _USER.format(
        "", _EXTENSION.format('<understudy:output name="y">RING</understudy:output>')
    ),
    "input mapping": '<bpmn:serviceTask id="x" understudy:service="s">'
    + _EXTENSION.format('<understudy:input name="y">RING</understudy:input>')
    + "</bpmn:serviceTask>",
    "service operator": '<bpmn:serviceTask id="x">'
    + _EXTENSION.format(
        '<spiffworkflow:serviceTaskOperator id="s" resultVariable="r"><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="p" type="str" value="QUOTED"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator>"
    )
    + "</bpmn:serviceTask>",
    "task listener": _USER.format(
        "",
        _EXTENSION.format(
            '<camunda:taskListener event="create"><camunda:script scriptFormat="python">RING'
            "</camunda:script></camunda:taskListener>"
        ),
    ),
    "correlation": _CATCH.format('<bpmn:messageEventDefinition messageRef="m"/>').replace(
        'id="x"', 'id="x" understudy:correlation="QUOTED"'
    ),
    "conditional event": _CATCH.format(
        "<bpmn:conditionalEventDefinition><bpmn:condition>RING</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    ),
    "ad-hoc condition": (
        '<bpmn:adHocSubProcess id="x"><bpmn:task id="t"/><bpmn:completionCondition>RING'
        "</bpmn:completionCondition></bpmn:adHocSubProcess>"
    ),
    "correlation property": _CATCH.format('<bpmn:messageEventDefinition messageRef="m"/>'),
    "subject": _USER.format("", ""),
}
PLACES = tuple(_BODIES)


class SelfTestFailed(Exception):
    """Program text of a model was run; the product must not start."""


class _EveryDay:
    """A working calendar without holidays."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the moment so many days later."""
        return start + timedelta(days=days)

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the moment a day later, whatever the pattern says."""
        return start + timedelta(days=1)


def run() -> None:
    """
    Try every place at which program text of a model might run.

    Raises:
        SelfTestFailed: It ran somewhere.

    """
    ALARM.clear()
    for place in PLACES:
        text = _RING.format(place)
        attempt(source(place, text))
        attempt(source(place, '"{}"'.format(text.replace('"', "'"))))
    _attempt_decision(_RING.format("decision table"))
    _attempt_states()
    if ALARM:
        rung = ", ".join(ALARM)
        ALARM.clear()
        raise SelfTestFailed(f"Python of a model was run by: {rung}. The product does not start.")


@cache
def run_once() -> None:
    """
    Run the self-test, unless this process has already passed it.

    The program does not change while it runs, so one answer holds for its life.
    """
    run()


def source(place: str, text: str) -> bytes:
    """Return a model that has a text at one of the places."""
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    body = _BODIES[place].replace("RING", written)
    body = body.replace("QUOTED", written.replace('"', "&quot;"))
    more = _RETRIEVAL.format(written) if place == "correlation property" else ""
    subject = f"<understudy:subject>{written}</understudy:subject>"
    head = _EXTENSION.format(subject) if place == "subject" else ""
    return (_HEAD.format(more=more, head=head) + body + _TAIL).encode()


def attempt(model: bytes) -> None:
    """Read a model and, if it can be read, play it as far as it goes."""
    result = read_processes(open_xml(model, file_name="self-test"), file_name="self-test")
    for process in result.processes:
        _play(process)


def _play(process: ProcessModel) -> None:
    """Start a case and answer everything that it waits for."""
    executable = ExecutableProcess(process)
    context = StepContext(datetime(2026, 1, 1, tzinfo=UTC), _EveryDay(), "self-test")
    later = StepContext(_LATER, _EveryDay(), "self-test")
    try:
        outcome = step(executable, None, Start({}), context)
        for _ in range(_MOST_STEPS):
            command = _next(outcome)
            if command is None:
                return
            outcome = step(executable, outcome.state, command, later)
    except StepRefused:
        return


def _next(outcome: Outcome) -> Command | None:
    """Return an answer to the first thing that a case waits for."""
    for token in outcome.user_tasks:
        return CompleteUserTask(token, {})
    for call in outcome.service_calls:
        return CompleteService(call.token_id, {})
    for token in outcome.messages:
        return DeliverMessage(token, {})
    for token in outcome.timers:
        return FireTimer(token)
    return None


def _attempt_decision(text: str) -> None:
    """Hand program text over as every part of a decision table."""
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    try:
        model = read_model(_DECISION.replace("RING", written).encode(), file_name="self-test")
        model.evaluate("d", {"x": 1})
    except (DmnRefused, DecisionFailed):
        return


def _attempt_states() -> None:
    """Hand program text over as the stored state and as data of a case."""
    ring = _RING.format("stored state")
    process = read_processes(
        open_xml(source("subject", "null"), file_name="self-test"), file_name="self-test"
    ).processes[0]
    context = StepContext(datetime(2026, 1, 1, tzinfo=UTC), _EveryDay(), "self-test")
    for data in ({"x": ring}, {"__reduce__": ring}, {"typename": ring}, {ring: ring}):
        outcome = step(ExecutableProcess(process), None, Start(data), context)
        for state in (outcome.state, ring.encode(), b"1o" + ring.encode(), b"cos\nsystem\n"):
            try:
                step(ExecutableProcess(process), state, CompleteUserTask(3, data), context)
            except StepRefused:
                continue
