"""The table as each engine reads it: DMN with FEEL or with Python, JSON, expressions."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rules.benchmark.workload import COLUMNS, Condition, Row

_NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_Cell = Callable[[Condition], str]


def forms(rows: list[Row]) -> dict[str, Any]:
    """Return one table in all forms."""
    return {
        "dmn": _dmn(rows, feel_cell, "FIRST"),
        # This engine stops at the first rule that matches where only one may match.
        "dmn_python": _dmn(rows, python_cell, "UNIQUE", requirements=False),
        "json": json.dumps(_json_model(rows)),
        "conditions": [_conjunction(row) for row in rows],
        "results": [row.result for row in rows],
    }


def feel_cell(condition: Condition) -> str:
    """Return a cell as unary tests of FEEL."""
    values = [json.dumps(value) for value in condition.values]
    written = {
        "any": "-",
        "between": "[{}..{}]",
        "at least": ">= {}",
        "below": "< {}",
        "not": "not({})",
        "is": "{}",
        "one of": ", ".join(values),
    }
    return written[condition.kind].format(*values)


def python_cell(condition: Condition) -> str:
    """Return a cell as an expression of Python, in which `?` is the value."""
    written = {
        "any": "-",
        "between": "{!r} <= ? <= {!r}",
        "at least": ">= {!r}",
        "below": "< {!r}",
        "not": "!= {!r}",
        "is": "{!r}",
        "one of": f"? in {list(condition.values)!r}",
    }
    return written[condition.kind].format(*condition.values)


def _json_cell(condition: Condition) -> str:
    """Return a cell in the words of JSON decision models."""
    if condition.kind == "not":
        return f"$ != {json.dumps(condition.values[0])}"
    return "" if condition.kind == "any" else feel_cell(condition)


def _conjunction(row: Row) -> str:
    """Return all conditions of a rule as one expression."""
    parts = [
        _comparison(name, condition)
        for name, condition in zip(COLUMNS, row.conditions, strict=True)
        if condition.kind != "any"
    ]
    return " and ".join(parts) or "true"


def _comparison(name: str, condition: Condition) -> str:
    """Return one condition as an expression."""
    values = [json.dumps(value) for value in condition.values]
    written = {
        "between": "{0} >= {1} and {0} <= {2}",
        "at least": "{0} >= {1}",
        "below": "{0} < {1}",
        "not": "{0} != {1}",
        "is": "{0} = {1}",
        "one of": "(" + " or ".join(f"{name} = {value}" for value in values) + ")",
    }
    return written[condition.kind].format(name, *values)


def _dmn(rows: list[Row], cell: _Cell, hit_policy: str, *, requirements: bool = True) -> str:
    """Return the table as a DMN file."""
    declared = "".join(
        f'<inputData id="input_{name}" name="{name}">'
        f'<variable id="variable_{name}" name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in COLUMNS.items()
    )
    needed = "".join(
        f'<informationRequirement id="needs_{name}"><requiredInput href="#input_{name}"/>'
        "</informationRequirement>"
        for name in COLUMNS
    )
    columns = "".join(
        f'<input id="column_{name}" label="{name}"><inputExpression id="reads_{name}" '
        f'typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in COLUMNS.items()
    )
    result = '<output id="column_result" name="result" label="result" typeRef="string"/>'
    body = "".join(_rule(number, row, cell) for number, row in enumerate(rows, start=1))
    variable = '<variable id="variable_result" name="result" typeRef="string"/>'
    return (
        f'<definitions xmlns="{_NAMESPACE}" id="workload" name="workload" namespace="workload">'
        f'{declared if requirements else ""}<decision id="decision" name="result">'
        f"{variable + needed if requirements else ''}"
        f'<decisionTable id="table" hitPolicy={quoteattr(hit_policy)}>'
        f"{columns}{result}{body}</decisionTable></decision></definitions>"
    )


def _rule(number: int, row: Row, cell: _Cell) -> str:
    """Return one rule of a DMN file."""
    tests = _entries("inputEntry", f"test_{number}", map(cell, row.conditions))
    results = _entries("outputEntry", f"result_{number}", [json.dumps(row.result)])
    return f'<rule id="rule_{number}">{tests}{results}</rule>'


def _entries(tag: str, prefix: str, texts: Iterable[str]) -> str:
    """Return the cells of a rule."""
    return "".join(
        f'<{tag} id="{prefix}_{place}"><text>{escape(text)}</text></{tag}>'
        for place, text in enumerate(texts)
    )


def _json_model(rows: list[Row]) -> dict[str, Any]:
    """Return the table as a JSON decision model."""
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in COLUMNS],
        "outputs": [{"id": "result", "name": "result", "field": "result"}],
        "rules": [
            {
                "_id": f"rule_{number}",
                **{
                    name: _json_cell(condition)
                    for name, condition in zip(COLUMNS, row.conditions, strict=True)
                },
                "result": json.dumps(row.result),
            }
            for number, row in enumerate(rows, start=1)
        ],
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
