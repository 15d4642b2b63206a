"""All checks of a model, in one list."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rules.dmn.checks.budget import TooLarge
from rules.dmn.checks.declared import Declared
from rules.dmn.checks.names import check_names
from rules.dmn.checks.sites import find_sites
from rules.dmn.checks.tables import check_table, too_large
from rules.dmn.checks.types import check_types
from rules.dmn.checks.walking import Place
from rules.dmn.model import DecisionModel
from rules.findings import Finding

_COLUMN = re.compile('column "(.*?)"')


def check(model: DecisionModel) -> tuple[Finding, ...]:
    """
    Return everything that is wrong or doubtful with a model, in the order of the file.

    What was found while it was read comes too. Imported models are checked by themselves.
    """
    declared = Declared(model.definitions)
    findings = [*_check_all(model, declared)]
    findings = [
        replace(finding, file_name=model.file_name) for finding in _without_doubles(findings)
    ]
    return tuple(
        sorted((*model.definitions.findings, *findings), key=lambda finding: finding.line or 0)
    )


def _check_all(model: DecisionModel, declared: Declared) -> Iterator[Finding]:
    """Check names, types and tables, as far as the work for one model goes."""
    try:
        yield from check_names(declared)
        yield from check_types(declared)
        for site in find_sites(model, declared):
            yield from check_table(site, declared)
    except TooLarge:
        yield too_large(Place(model.id or None, None, f'the model "{model.name}"'))


def _without_doubles(findings: list[Finding]) -> list[Finding]:
    """Leave out cells that no value fulfils, where their type says why."""
    told = {_cell(finding) for finding in findings if finding.code == "cell-type"}
    return [
        finding
        for finding in findings
        if finding.code != "rule-never-matches" or _cell(finding) not in told
    ]


def _cell(finding: Finding) -> tuple[str | None, str]:
    """Return the rule and the column that a finding about a cell names."""
    named = _COLUMN.search(finding.message)
    return finding.element_id, named[1] if named else ""
