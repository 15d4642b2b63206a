"""Files for the checks at publish."""

import json
from typing import Any

from rules.findings import Finding
from tests.workflows.engine.build import Process
from workflows.engine.publishing import SourceFile, examine


def bpmn(process: Process, *others: Process) -> SourceFile:
    """Return a process as a file."""
    return SourceFile(f"{process.key}.bpmn", process.xml(*others))


def form(key: str, **fields: dict[str, Any]) -> SourceFile:
    """Return a form with these fields as a file."""
    source = {"id": key, "schema": {"type": "object", "properties": fields}}
    return SourceFile(f"{key}.form.json", json.dumps(source).encode())


def found(*files: SourceFile | Process) -> list[Finding]:
    """Return what is found in files that are published together."""
    sources = [bpmn(file) if isinstance(file, Process) else file for file in files]
    return examine(sources, frozenset())[1]


def codes(*files: SourceFile | Process) -> list[tuple[str, str | None, str]]:
    """Return code, element and severity of what is found."""
    return [(one.code, one.element_id, one.severity) for one in found(*files)]
