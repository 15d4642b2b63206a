"""What is packaged, read once: the models, forms and decisions that generic tests walk through."""

from functools import cache
from pathlib import Path

from lxml import etree

from rules import decisions, dmn
from rules.dmn import DecisionModel
from rules.xml_door import open_xml
from workflows.engine.forms import FormDocument, read_form
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import CallActivity
from workflows.engine.spiff.reader import ReadResult, read_processes

FOLDER = Path(__file__).parents[2] / "bpmn"
FILES = sorted(FOLDER.glob("*.bpmn"))
FORM_FILES = sorted((FOLDER / "forms").glob("*.form.json"))
SCENARIOS = sorted((FOLDER / "scenarios").glob("*.json"))


@cache
def root(path: Path) -> etree._Element:
    """Open a file through the door."""
    return open_xml(path.read_bytes(), file_name=path.name)


@cache
def read(path: Path) -> ReadResult:
    """Read the processes of a file."""
    return read_processes(root(path), file_name=path.name)


@cache
def processes() -> dict[str, ProcessModel]:
    """Return every packaged process by key."""
    return {model.key: model for path in FILES for model in read(path).processes}


@cache
def form_documents() -> dict[str, FormDocument]:
    """Return every packaged form by id."""
    read_ones = [read_form(path.read_bytes(), path.name) for path in FORM_FILES]
    return {document.id: document for document in read_ones}


@cache
def decision_models() -> dict[str, DecisionModel]:
    """Return the model of every packaged decision by its id."""
    models = [
        dmn.read_model(source, file_name=name) for name, source in decisions.packaged().items()
    ]
    return {key: model for model in models for key in model.decisions}


def called_by(process: ProcessModel) -> set[str]:
    """Return the keys of the processes that a process calls itself."""
    return {node.called for node in process.nodes.values() if isinstance(node, CallActivity)}


def family(key: str) -> set[str]:
    """Return a process with everything that it calls, at any depth."""
    found: set[str] = set()
    ahead = [key]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(called_by(processes()[one]))
    return found


def executable(key: str) -> ExecutableProcess:
    """Return a process ready to run."""
    others = {other: processes()[other] for other in family(key) - {key}}
    return ExecutableProcess(processes()[key], others, decision_models())


def roots() -> list[str]:
    """Return the processes that people start: those that no other one calls."""
    called = {key for model in processes().values() for key in called_by(model)}
    return sorted(set(processes()) - called)
