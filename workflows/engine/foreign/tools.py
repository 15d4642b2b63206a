"""Which tool wrote a model: by the name it left, or by the namespaces it uses."""

from dataclasses import dataclass

from lxml.etree import _Element as Element

from workflows.engine.spiff.notation import CAMUNDA, SPIFF, ZEEBE

ACTIVITI = "http://activiti.org/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
MODELER = "http://camunda.org/schema/modeler/1.0"
# Camunda 7 came from Activiti, and Flowable did: they share most of their notation.
CAMUNDA_LIKE = (CAMUNDA, ACTIVITI, FLOWABLE)

_BY_NAME = {
    "camunda modeler": "Camunda Modeler",
    "bpmn-js": "bpmn.io",
    "bpmn.io": "bpmn.io",
    "spiff": "SpiffWorkflow",
}


@dataclass(frozen=True)
class Tool:
    """
    The tool that wrote a file.

    Attributes:
        name: How it is known; empty where the file does not say.
        version: As the file says it.
        dialect: `camunda7`, `camunda8`, `spiffworkflow`, or empty for plain BPMN.

    """

    name: str = ""
    version: str = ""
    dialect: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.version) if part)


def recognise(root: Element) -> Tool:
    """Return the tool that wrote a model."""
    used = _namespaces(root)
    exporter = " ".join((root.get("exporter") or "").split()).partition(", http")[0]
    name = next(
        (known for part, known in _BY_NAME.items() if part in exporter.lower()), exporter[:80]
    )
    platform = root.get(f"{{{MODELER}}}executionPlatform") or ""
    dialect = _dialect(used, platform)
    if name == "Camunda Modeler" and dialect.startswith("camunda"):
        name = f"Camunda Modeler ({dialect[-1]})"
    if not name:
        name = {
            "camunda7": "Camunda 7",
            "camunda8": "Camunda 8",
            "spiffworkflow": "SpiffWorkflow",
        }.get(dialect, "")
    return Tool(name, (root.get("exporterVersion") or "")[:40], dialect)


def _dialect(used: set[str], platform: str) -> str:
    """Return the notation of the file; what is used counts, what is declared does not."""
    if ZEEBE in used or platform == "Camunda Cloud":
        return "camunda8"
    if SPIFF in used:
        return "spiffworkflow"
    if not used.isdisjoint(CAMUNDA_LIKE) or platform == "Camunda Platform":
        return "camunda7"
    return ""


def _namespaces(root: Element) -> set[str]:
    """Return the namespaces of all elements and attributes."""
    found: set[str] = set()
    for element in root.iter("*"):
        found.add(str(element.tag)[1:].partition("}")[0])
        found.update(str(name)[1:].partition("}")[0] for name in element.attrib if "}" in str(name))
    return found
