"""The processes that the benchmarks run: a periodic review, a loop, and many parallel blocks."""

import json

from workflows.engine.publishing import SourceFile

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:understudy="urn:understudy:bpmn:1" targetNamespace="urn:understudy:bench">
"""
FIELDS = [f"answer_{number}" for number in range(1, 10)]
ANSWER = {
    **dict.fromkeys(FIELDS, "Meets the goals that were agreed in spring, with examples."),
    "score": 72,
}


def files() -> list[SourceFile]:
    """Return the processes and their form."""
    return [
        SourceFile("bench_review.bpmn", review().encode()),
        SourceFile("bench_loop.bpmn", loop().encode()),
        SourceFile("bench_blocks.bpmn", blocks().encode()),
        SourceFile("bench_answer.form.json", form().encode()),
    ]


def form() -> str:
    """Return a form with ten fields."""
    properties: dict[str, object] = {name: {"type": "string", "maxLength": 400} for name in FIELDS}
    properties["score"] = {"type": "integer", "minimum": 0, "maximum": 100}
    return json.dumps(
        {"id": "bench_answer", "schema": {"type": "object", "properties": properties}}
    )


def review() -> str:
    """Return workload W: self-assessment, three reviewers with a timer each, score, decision."""
    nodes = [
        '<bpmn:startEvent id="start"/>',
        _user_task("self_assessment"),
        '<bpmn:parallelGateway id="split"/>',
        '<bpmn:parallelGateway id="join"/>',
        '<bpmn:task id="score_it"><bpmn:extensionElements>'
        '<understudy:output name="final">score</understudy:output>'
        "</bpmn:extensionElements></bpmn:task>",
        '<bpmn:exclusiveGateway id="enough" default="too_low"/>',
        _user_task("sign_off"),
        _user_task("open_correction"),
        '<bpmn:endEvent id="end"/>',
    ]
    flows = [("start", "self_assessment"), ("self_assessment", "split"), ("join", "score_it")]
    flows += [("score_it", "enough"), ("sign_off", "end"), ("open_correction", "end")]
    for number in (1, 2, 3):
        reviewer = f"review_{number}"
        nodes += [_user_task(reviewer), _reminder(reviewer), f'<bpmn:endEvent id="told_{number}"/>']
        flows += [
            ("split", reviewer),
            (reviewer, "join"),
            (f"late_{reviewer}", f"told_{number}"),
        ]
    conditional = _flow("enough", "sign_off", "final &gt;= 60") + _flow(
        "enough", "open_correction", name="too_low"
    )
    return _process("bench_review", nodes, flows, conditional)


def loop() -> str:
    """Return workload LOOP: a user task, an automatic task, and back until the last round."""
    nodes = [
        '<bpmn:startEvent id="start"/>',
        '<bpmn:exclusiveGateway id="again"/>',
        _user_task("work"),
        '<bpmn:task id="count"><bpmn:extensionElements>'
        '<understudy:output name="round">if round = null then 1 else round + 1</understudy:output>'
        "</bpmn:extensionElements></bpmn:task>",
        '<bpmn:exclusiveGateway id="done" default="back"/>',
        '<bpmn:endEvent id="end"/>',
    ]
    flows = [("start", "again"), ("again", "work"), ("work", "count"), ("count", "done")]
    conditional = _flow("done", "end", "round &gt;= rounds") + _flow("done", "again", name="back")
    return _process("bench_loop", nodes, flows, conditional)


def blocks(count: int = 20) -> str:
    """Return parallel blocks in a row, each of which is passed at once, and a user task."""
    nodes = ['<bpmn:startEvent id="start"/>', _user_task("work"), '<bpmn:endEvent id="end"/>']
    flows, before = [], "start"
    for number in range(count):
        split, join = f"split_{number}", f"join_{number}"
        nodes += [f'<bpmn:parallelGateway id="{name}"/>' for name in (split, join)]
        flows.append((before, split))
        for branch in ("a", "b"):
            step = f"step_{number}_{branch}"
            nodes.append(f'<bpmn:task id="{step}"/>')
            flows += [(split, step), (step, join)]
        before = join
    return _process("bench_blocks", nodes, [*flows, (before, "work"), ("work", "end")], "")


def _user_task(element_id: str) -> str:
    """Return a user task with the form."""
    return (
        f'<bpmn:userTask id="{element_id}" name="{element_id}" understudy:form="bench_answer"'
        ' understudy:assignee="reviewer" understudy:dueIn="P10D"/>'
    )


def _reminder(element_id: str) -> str:
    """Return a timer at a user task that does not interrupt it."""
    return (
        f'<bpmn:boundaryEvent id="late_{element_id}" attachedToRef="{element_id}"'
        ' cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>P14D</bpmn:timeDuration></bpmn:timerEventDefinition>"
        "</bpmn:boundaryEvent>"
    )


def _flow(source: str, target: str, condition: str = "", name: str = "") -> str:
    """Return a sequence flow."""
    body = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    flow_id = name or f"{source}_to_{target}"
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
        f"{body}</bpmn:sequenceFlow>"
    )


def _process(key: str, nodes: list[str], flows: list[tuple[str, str]], extra: str) -> str:
    """Return a process as a file."""
    body = "\n".join([*nodes, *(_flow(source, target) for source, target in flows), extra])
    return (
        f'{_HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">\n{body}\n'
        "</bpmn:process></bpmn:definitions>"
    )
