"""Which cell of a decision table a finding is about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from rules import xml_door
from rules.findings import Finding
from rules.xml_door import XmlRefused

_COLUMN = re.compile('column "(.*?)"')
_CLAUSES = ("input", "output")
_ENTRIES = ("inputEntry", "outputEntry")


@dataclass(frozen=True)
class Cell:
    """
    A cell, or a whole rule where the column is not known.

    `table` counts the tables of a file from 0, `rule` the rules of the table, and
    `column` its columns, those of conditions before those of results.
    """

    table: int
    rule: int | None = None
    column: int | None = None


def cells(source: bytes, findings: Sequence[Finding]) -> Mapping[Finding, Cell]:
    """Return the place of every finding that is about a table or a part of one."""
    try:
        root = xml_door.open_xml(source, file_name="draft.dmn")
    except XmlRefused:
        return {}
    tables = [each for each in root.iter() if _name(each) == "decisionTable"]
    return {
        finding: cell for finding in findings if (cell := _of_finding(tables, finding)) is not None
    }


def _of_finding(tables: Sequence[etree._Element], finding: Finding) -> Cell | None:
    """Return the first place that fits a finding."""
    for number, table in enumerate(tables):
        rules = [each for each in table if _name(each) == "rule"]
        for place, rule in enumerate(rules):
            if finding.element_id in _ids(rule):
                return Cell(number, place, _column(table, rule, finding))
        if finding.element_id in _ids(table):
            return Cell(number, _rule_of_line(rules, finding.line), _clause(table, finding))
        around = table.getparent()
        if around is not None and around.get("id") == finding.element_id:
            return Cell(number)
    return None


def _column(table: etree._Element, rule: etree._Element, finding: Finding) -> int | None:
    """Return the column of a rule: by its own id, by its line, or by the label in the message."""
    entries = [each for each in rule if _name(each) in _ENTRIES]
    for place, entry in enumerate(entries):
        if finding.element_id == entry.get("id"):
            return place
    # What cannot be read is named by its line; there may be several cells on one.
    on_line = [place for place, entry in enumerate(entries) if finding.line in _lines(entry)]
    if finding.code == "feel-syntax" and len(on_line) == 1:
        return on_line[0]
    return _clause(table, finding)


def _clause(table: etree._Element, finding: Finding) -> int | None:
    """Return the column that a message names by its label, or that has the id itself."""
    clauses = [each for each in table if _name(each) in _CLAUSES]
    named = _COLUMN.search(finding.message)
    for place, clause in enumerate(clauses):
        if clause.get("id") and clause.get("id") == finding.element_id:
            return place
    labels = [_label(clause) for clause in clauses]
    return labels.index(named[1]) if named and named[1] in labels else None


def _label(clause: etree._Element) -> str:
    """Return how a check calls a column."""
    written = next((each for each in clause.iter() if _name(each) == "text"), None)
    text = " ".join((written.text or "").split()) if written is not None else ""
    return clause.get("label") or clause.get("name") or text


def _rule_of_line(rules: Sequence[etree._Element], line: int | None) -> int | None:
    """Return the rule without an id that stands on a line."""
    for place, rule in enumerate(rules):
        if line is not None and not rule.get("id") and line in _lines(rule):
            return place
    return None


def _lines(element: etree._Element) -> range:
    """Return the lines of an element and of everything in it."""
    first = int(str(element.sourceline or 0))
    last = first
    for each in element.iter():
        text = each.text if isinstance(each.text, str) else ""
        last = max(last, int(str(each.sourceline or 0)) + text.rstrip().count("\n"))
    return range(first, last + 1)


def _ids(element: etree._Element) -> frozenset[str]:
    """Return the ids of an element and of its parts, but not those of rules of a table."""
    if _name(element) != "decisionTable":
        return frozenset(each.get("id", "") for each in element.iter() if each.get("id"))
    parts = [each for each in element if _name(each) != "rule"]
    found = {each.get("id", "") for part in parts for each in part.iter()}
    return frozenset({*found, element.get("id", "")} - {""})


def _name(element: etree._Element) -> str:
    """Return the local name of an element; comments have none."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
