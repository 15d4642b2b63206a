"""SpiffWorkflow's own decision tables under measurement; their cells are Python."""

from importlib.metadata import version
from types import SimpleNamespace

from lxml import etree
from measuring import Work, serve
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

NAMESPACES = {"dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/"}
workflow = SimpleNamespace(script_engine=PythonScriptEngine())


def task(data):
    return SimpleNamespace(data=data, workflow=workflow)


def read(source):
    parser = DMNParser(None, etree.fromstring(source), NAMESPACES)
    parser.parse()
    return DMNEngine(parser.decision.decisionTables[0])


def table(job):
    engine = read(job["forms"]["dmn_python"])
    return Work(lambda inputs: engine.result(task(inputs)), job["inputs"], result)


def condition(job):
    evaluate, text = workflow.script_engine.evaluate, job["feel"]
    return Work(lambda inputs: evaluate(task(inputs), text), job["inputs"], bool)


def ready(job):
    first = task(job["inputs"][0])
    return Work(lambda forms: read(forms["dmn_python"]).result(first), job["tables"], result)


def result(answer):
    return answer["result"]


serve(version("SpiffWorkflow"), {"table": table, "condition": condition, "ready": ready})
