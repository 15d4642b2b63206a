"""From an opened BPMN file to process models, with findings for all that cannot be one."""

from dataclasses import dataclass
from typing import Any

from lxml.etree import _Element as Element
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from rules.findings import Finding
from workflows.engine.model import DutyDeclaration, ProcessModel
from workflows.engine.nodes import (
    BusinessRuleTask,
    CallActivity,
    Node,
    ServiceTask,
    StartEvent,
    UserTask,
)
from workflows.engine.spiff.compiler import Compiler
from workflows.engine.spiff.facts import Facts
from workflows.engine.spiff.notation import (
    UNDERSTUDY,
    attribute,
    children,
    extension,
    extensions,
    tag,
    text_of,
)
from workflows.engine.spiff.parser import parse_specs
from workflows.engine.spiff.survey import survey
from workflows.engine.spiff.tasks import TRANSLATORS


@dataclass(frozen=True)
class ReadResult:
    """The processes of a file, and what was found; with an error there is no process."""

    processes: tuple[ProcessModel, ...]
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Say whether the file cannot be used."""
        return any(finding.is_error for finding in self.findings)


def read_processes(root: Element, *, file_name: str) -> ReadResult:
    """
    Read every executable process of a BPMN file that came through the XML door.

    What would be executed wrongly is not read: it becomes a finding that names
    the element, the reason and the remedy.
    """
    compiler = Compiler(file_name)
    survey(root, compiler)
    if any(finding.is_error for finding in compiler.findings):
        return ReadResult((), tuple(compiler.findings))
    try:
        specs = parse_specs(root, file_name)
    except ValidationException as error:
        compiler.find("not-readable", root, f"The file cannot be read: {error}", "Correct it.")
        return ReadResult((), tuple(compiler.findings))
    processes = tuple(
        _process(element, specs[element.get("id", "")], compiler)
        for element in children(root, "process")
        if element.get("id") in specs
    )
    if any(finding.is_error for finding in compiler.findings):
        processes = ()
    return ReadResult(processes, tuple(compiler.findings))


def _process(element: Element, specs: dict[str, Any], compiler: Compiler) -> ProcessModel:
    """Translate one process."""
    facts = Facts(element, specs, compiler)
    nodes = {
        node.get("id", ""): TRANSLATORS[str(node.tag)](facts, node)
        for node in element.iter(*TRANSLATORS)
    }
    starts = [
        node for node in nodes.values() if isinstance(node, StartEvent) and node.parent is None
    ]
    return ProcessModel(
        key=element.get("id", ""),
        name=(element.get("name") or element.get("id") or "").strip(),
        nodes=nodes,
        flows=facts.flows,
        documentation="\n\n".join(text_of(item) for item in children(element, "documentation")),
        file_name=compiler.file_name,
        start=next((node.id for node in starts if node.is_plain), None),
        message_starts={node.message.name: node.id for node in starts if node.message is not None},
        signal_starts={node.signal: node.id for node in starts if node.signal is not None},
        timer_starts=tuple(node.id for node in starts if node.timing is not None),
        references=frozenset(_references(nodes)),
        lanes=tuple(lane.get("name", "") for lane in element.iter(tag("lane")) if lane.get("name")),
        subject=compiler.expression(
            text_of(extension(element, UNDERSTUDY, "subject")), element, "subject"
        ),
        duties=_duties(element, compiler),
        starter_groups=_groups(attribute(element, "starterGroups")),
    )


def _references(nodes: dict[str, Node]) -> set[tuple[str, str]]:
    """Collect what else must exist for a process to run."""
    found: set[tuple[str, str]] = set()
    for node in nodes.values():
        if isinstance(node, UserTask | StartEvent) and node.form:
            found.add(("form", node.form))
        elif isinstance(node, BusinessRuleTask):
            found.add(("decision", node.decision))
        elif isinstance(node, CallActivity):
            found.add(("process", node.called))
        elif isinstance(node, ServiceTask):
            found.add(("service", node.service))
    return found


def _duties(element: Element, compiler: Compiler) -> tuple[DutyDeclaration, ...]:
    """Read the duties that a process gives at its start."""
    found: list[DutyDeclaration] = []
    for item in extensions(element):
        if item.tag != f"{{{UNDERSTUDY}}}duty":
            continue
        holder = compiler.expression(item.get("holder"), item, "holder of a duty", owner=element)
        name = (item.get("name") or "").strip()
        if holder is not None and name:
            found.append(DutyDeclaration(name, holder))
        elif not name or not item.get("holder"):
            compiler.find(
                "duty-incomplete",
                item,
                f"A duty of the process '{element.get('id')}' has no name or no holder.",
                'Write <understudy:duty name="subject" holder="candidate"/>.',
                owner=element,
            )
    return tuple(found)


def _groups(text: str | None) -> tuple[str, ...]:
    """Return the names in a text with commas."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
