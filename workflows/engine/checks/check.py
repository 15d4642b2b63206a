"""All checks of a process, in one list."""

from rules.findings import Finding
from workflows.engine.checks.borders import check_borders, check_results
from workflows.engine.checks.budget import check_budget
from workflows.engine.checks.echoes import check_echoes
from workflows.engine.checks.expressions import check_constants
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.joins import check_joins
from workflows.engine.checks.known import Known
from workflows.engine.checks.loops import check_calls, check_loops
from workflows.engine.checks.names import check_names
from workflows.engine.checks.paths import check_defaults, check_paths, check_ways_out
from workflows.engine.checks.people import check_assignments, check_instances, check_messages
from workflows.engine.checks.references import check_called_starts, check_references
from workflows.engine.checks.writers import check_writers
from workflows.engine.model import ProcessModel
from workflows.engine.spiff.reader import ReadResult

_LOOPS = ("loop-without-wait", "call-without-wait")


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
        *check_called_starts(graph, known),
        *check_paths(graph),
        *check_ways_out(graph),
        *check_defaults(graph),
        *check_loops(graph),
        *check_calls(graph, known),
        *check_echoes(graph, known),
        *check_borders(graph, known),
        *check_results(graph),
        *check_joins(graph),
        *check_writers(graph, known),
        *check_constants(graph),
        *check_names(graph, known),
        *check_assignments(graph),
        *check_messages(graph),
        *check_instances(graph, known),
    ]
    if not any(finding.is_error for finding in findings):
        is_certain = not any(finding.code in _LOOPS for finding in findings)
        findings.extend(check_budget(graph, known, is_certain=is_certain))
    return sorted(findings, key=lambda finding: finding.line or 0)
