"""
SpiffWorkflow under measurement, used as its examples do.

The whole workflow is written as JSON into one SQLite row, durably, after each user task.
"""

import json
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from lxml import etree
from measuring import Work, serve
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
REVIEWERS = ("review_1", "review_2", "review_3")


def model():
    nodes = ['<startEvent id="start"/>', '<userTask id="self_assessment"/>']
    nodes += ['<parallelGateway id="split"/>', '<parallelGateway id="join"/>']
    nodes += ['<scriptTask id="score"><script>final = score</script></scriptTask>']
    nodes += ['<exclusiveGateway id="enough" default="low"/>', '<endEvent id="end"/>']
    nodes += ['<userTask id="sign_off"/>', '<userTask id="correct"/>']
    flows = [("start", "self_assessment"), ("self_assessment", "split"), ("join", "score")]
    flows += [("score", "enough"), ("sign_off", "end"), ("correct", "end")]
    for name in REVIEWERS:
        nodes.append(f'<userTask id="{name}"/><endEvent id="told_{name}"/>')
        nodes.append(
            f'<boundaryEvent id="late_{name}" attachedToRef="{name}" cancelActivity="false">'
            '<timerEventDefinition><timeDuration>"P14D"</timeDuration></timerEventDefinition>'
            "</boundaryEvent>"
        )
        flows += [("split", name), (name, "join"), (f"late_{name}", f"told_{name}")]
    drawn = [
        f'<sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}"/>'
        for one, other in flows
    ]
    drawn.append('<sequenceFlow id="low" sourceRef="enough" targetRef="correct"/>')
    drawn.append(
        '<sequenceFlow id="high" sourceRef="enough" targetRef="sign_off">'
        "<conditionExpression>final &gt;= 60</conditionExpression></sequenceFlow>"
    )
    body = "".join(nodes + drawn)
    return f'<definitions xmlns="{BPMN}"><process id="review">{body}</process></definitions>'


class Store:
    def __init__(self):
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(model()))
        self.spec = parser.get_spec("review")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.folder = tempfile.TemporaryDirectory()
        self.rows = sqlite3.connect(Path(self.folder.name) / "naive.sqlite", isolation_level=None)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute("PRAGMA synchronous=FULL")
        self.rows.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, data TEXT)")

    def start(self):
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        text = self.serializer.serialize_json(workflow)
        return self.rows.execute("INSERT INTO workflow (data) VALUES (?)", (text,)).lastrowid

    def complete(self, number, answer):
        self.rows.execute("BEGIN IMMEDIATE")
        found = self.rows.execute("SELECT data FROM workflow WHERE id = ?", (number,)).fetchone()
        workflow = self.serializer.deserialize_json(found[0])
        workflow.refresh_waiting_tasks()
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        ready[0].set_data(**answer)
        ready[0].run()
        workflow.do_engine_steps()
        text = self.serializer.serialize_json(workflow)
        self.rows.execute("UPDATE workflow SET data = ? WHERE id = ?", (text, number))
        self.rows.execute("COMMIT")
        waits = workflow.get_tasks(state=TaskState.READY, manual=True)
        return bool(waits)


def review(job):
    store = Store()

    def run(_):
        number, spent, goes_on = store.start(), [], True
        while goes_on:
            begun = perf_counter()
            goes_on = store.complete(number, json.loads(json.dumps(job["answer"])))
            spent.append(perf_counter() - begun)
        assert len(spent) == 5, len(spent)
        return spent

    return Work(run, range(job["count"]), list)


serve(version("SpiffWorkflow"), {"review": review})
