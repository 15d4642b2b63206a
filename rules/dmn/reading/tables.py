"""Reads decision tables."""

from dataclasses import replace

from lxml import etree

from rules.dmn.reading.source import (
    Source,
    child,
    children,
    line_of,
    local_name,
    nearest_id,
    plain_text,
    text_of,
)
from rules.dmn.syntax import InputClause, OutputClause, Rule, Table
from rules.feel.syntax import Literal, Node, UnaryTests

HIT_POLICIES = frozenset(
    {"UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}
)
_BY_PRIORITY = frozenset({"PRIORITY", "OUTPUT ORDER"})
_AGGREGATIONS = frozenset({"", "SUM", "MIN", "MAX", "COUNT"})
_KNOWN = frozenset({"description", "extensionElements", "input", "output", "annotation", "rule"})


def read_table(source: Source, element: etree._Element, names: tuple[str, ...]) -> Table:
    """Read a decision table; what is wrong with it is noted in the source."""
    for part in children(element):
        if local_name(part) not in _KNOWN:
            source.refuse_unknown(part)
    inputs = tuple(_read_input(source, part, names) for part in children(element, "input"))
    outputs = tuple(_read_output(source, part, names) for part in children(element, "output"))
    if element.get("hitPolicy") in _BY_PRIORITY:
        outputs = tuple(_with_values(source, element, output) for output in outputs)
    rules = tuple(
        _read_rule(source, part, number, (len(inputs), len(outputs)), names)
        for number, part in enumerate(children(element, "rule"), start=1)
    )
    table = Table(
        nearest_id(element) or "",
        element.get("hitPolicy", "UNIQUE"),
        element.get("aggregation", ""),
        inputs,
        outputs,
        rules,
        line_of(element),
    )
    _check_policy(source, element, table)
    _check_outputs(source, element, table)
    if table.hit_policy not in HIT_POLICIES or table.aggregation not in _AGGREGATIONS:
        return replace(table, hit_policy="UNIQUE", aggregation="")
    return table


def _with_values(source: Source, element: etree._Element, output: OutputClause) -> OutputClause:
    """Return a column whose order of values is that of its type, unless it has its own."""
    if output.values:
        return output
    parent = element.getparent()
    variable = child(parent, "variable") if parent is not None else None
    decided = variable.get("typeRef", "") if variable is not None else ""
    return replace(output, values=source.type_values.get(output.type_ref or decided, ()))


def _check_policy(source: Source, element: etree._Element, table: Table) -> None:
    """Refuse hit policies that do not exist or do not fit the outputs."""
    if table.hit_policy not in HIT_POLICIES:
        message = f'The hit policy "{table.hit_policy[:40]}" does not exist.'
        remedy = f"Choose one of {', '.join(sorted(HIT_POLICIES))}."
        source.refuse(element, "dmn-hit-policy", message, remedy)
    if table.aggregation not in _AGGREGATIONS:
        message = f'The aggregation "{table.aggregation[:40]}" does not exist.'
        source.refuse(element, "dmn-hit-policy", message, "Choose SUM, MIN, MAX or COUNT.")
    if len(table.outputs) > 1 and table.aggregation and table.hit_policy == "COLLECT":
        message = "An aggregation needs exactly one output column."
        source.refuse(element, "dmn-hit-policy", message, "Split the table, or collect lists.")
    by_priority = table.hit_policy in _BY_PRIORITY
    if by_priority and not any(output.values for output in table.outputs):
        message = f"The hit policy {table.hit_policy} needs the list of output values."
        remedy = "List the output values, the most important first."
        source.refuse(element, "dmn-output-values", message, remedy)


def _check_outputs(source: Source, element: etree._Element, table: Table) -> None:
    """Refuse a table without results, and results that nobody can tell apart."""
    if not table.outputs:
        message = "The table has no output column."
        source.refuse(element, "dmn-no-output", message, "Add an output column.")
    names = [output.name for output in table.outputs]
    if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
        message = "Each of several output columns needs a name of its own."
        source.refuse(element, "dmn-output-name", message, "Name the output columns.")


def _read_input(source: Source, element: etree._Element, names: tuple[str, ...]) -> InputClause:
    """Read a column of conditions."""
    expression = child(element, "inputExpression")
    node = source.expression(expression, names)
    if expression is None or not text_of(expression).strip():
        message = "An input column has no expression."
        source.refuse(element, "dmn-input-expression", message, "Write what the column looks at.")
    written = " ".join(text_of(expression).split()) if expression is not None else ""
    values = child(element, "inputValues")
    allowed = source.tests(values, names) if values is not None else None
    label = element.get("label") or written
    type_ref = source.type_ref(expression) if expression is not None else ""
    return InputClause(label, node, allowed if allowed and allowed.tests else None, type_ref)


def _read_output(source: Source, element: etree._Element, names: tuple[str, ...]) -> OutputClause:
    """Read a column of results."""
    values = child(element, "outputValues")
    listed = source.tests(values, names).tests if values is not None else ()
    default = child(element, "defaultOutputEntry")
    node = source.expression(default, names) if default is not None else None
    name, label = element.get("name") or "", element.get("label") or ""
    return OutputClause(name, listed, node, label or name, source.type_ref(element))


def _read_rule(
    source: Source,
    element: etree._Element,
    number: int,
    columns: tuple[int, int],
    names: tuple[str, ...],
) -> Rule:
    """Read a row."""
    entries = tuple(children(element, "inputEntry"))
    results = tuple(children(element, "outputEntry"))
    if (len(entries), len(results)) != columns:
        message = (
            f"Rule {number} has {len(entries)} conditions and {len(results)} results, "
            f"but the table has {columns[0]} input and {columns[1]} output columns."
        )
        source.refuse(element, "dmn-rule-size", message, "Give each column of the rule a cell.")
    tests = [source.tests(entry, ("?", *names)) for entry in entries[: columns[0]]]
    outputs: list[Node] = [source.expression(result, names) for result in results[: columns[1]]]
    # A tolerant reading goes on with cells that accept anything and answer nothing.
    tests += [UnaryTests(())] * (columns[0] - len(tests))
    outputs += [Literal(None)] * (columns[1] - len(outputs))
    name = element.get("id") or f"rule {number}"
    return Rule(name, tuple(tests), tuple(outputs), _reason(element), line_of(element))


def _reason(element: etree._Element) -> str:
    """Return what a rule says about itself: its description, or else its first annotation."""
    described = plain_text(element, "description")
    if described:
        return described
    notes = (" ".join(text_of(note).split()) for note in children(element, "annotationEntry"))
    return next((note for note in notes if note), "")
