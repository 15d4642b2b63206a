"""All checks of a process, in one list."""

from rules.findings import Finding
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.joins import check_joins
from workflows.engine.checks.known import Known
from workflows.engine.checks.paths import check_borders, check_defaults, check_loops, check_paths
from workflows.engine.checks.references import check_references
from workflows.engine.checks.writers import check_writers
from workflows.engine.model import ProcessModel
from workflows.engine.spiff.reader import ReadResult


def check(found: ReadResult | ProcessModel, known: Known | None = None) -> list[Finding]:
    """
    Return everything that is wrong or doubtful with a process, in the order of the file.

    For the result of reading a file, what was found while reading comes too.
    Errors refuse the process; warnings do not.
    """
    if isinstance(found, ProcessModel):
        return _check(found, known or Known())
    findings = list(found.findings)
    for model in found.processes:
        findings.extend(_check(model, known or Known()))
    return findings


def _check(model: ProcessModel, known: Known) -> list[Finding]:
    """Run every check on one process."""
    graph = Graph(model)
    findings = [
        *check_references(graph, known),
        *check_paths(graph),
        *check_defaults(graph),
        *check_loops(graph),
        *check_borders(graph),
        *check_joins(graph),
        *check_writers(graph, known),
    ]
    return sorted(findings, key=lambda finding: finding.line or 0)
