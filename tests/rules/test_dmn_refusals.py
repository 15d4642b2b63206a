"""A model that cannot be understood is refused, with every finding at once."""

import pytest

from rules.dmn import DmnRefused, read_model
from tests.rules.dmn_models import decision, input_data, literal, model, table


def findings(source: bytes):
    with pytest.raises(DmnRefused) as caught:
        read_model(source, file_name="case.dmn")
    return caught.value.findings


FUNCTION = '<functionDefinition kind="Java"/>'
CASES = {
    "dmn-unsupported": model("<somethingNew/>"),
    "dmn-import": model('<import namespace="x" importType="y" name="z"/>'),
    "dmn-function-kind": model(decision("d", FUNCTION)),
    "dmn-hit-policy": model(decision("d", table("LUCKY", ["1"], []))),
    "dmn-output-values": model(decision("d", table("PRIORITY", ["1"], []))),
    "dmn-rule-size": model(decision("d", table("FIRST", ["1"], [(["-", "-"], ["1"])]))),
    "dmn-input-expression": model(decision("d", table("FIRST", [""], []))),
    "dmn-no-output": model(decision("d", table("FIRST", ["1"], [], outputs=()))),
    "dmn-output-name": model(decision("d", table("FIRST", ["1"], [], outputs=("", "")))),
    "dmn-missing-element": model(decision("d", literal("1"), ("in_nothing",))),
    "dmn-reference": model(
        '<decision id="d" name="d"><informationRequirement>'
        '<requiredInput href="other.dmn#x"/></informationRequirement></decision>'
    ),
    "dmn-cycle": model(decision("a", literal("b"), ("b",)), decision("b", literal("a"), ("a",))),
    "dmn-language": model(
        '<decision id="d" name="d"><literalExpression expressionLanguage="python">'
        "<text>1</text></literalExpression></decision>"
    ),
    "dmn-root": b"<definitions/>",
    "feel-syntax": model(decision("d", literal("1 +"))),
    "xml-syntax": b"<definitions",
    "xml-doctype": b"<!DOCTYPE x><definitions/>",
}


@pytest.mark.parametrize("code", CASES)
def test_a_bad_model_is_refused(code):
    found = findings(CASES[code])

    assert code in {finding.code for finding in found}
    assert all(finding.message and finding.remedy for finding in found)
    assert all(finding.file_name == "case.dmn" for finding in found)


def test_all_broken_expressions_are_told_at_once_with_their_lines():
    source = model(
        input_data("x"),
        decision("first", literal("1 +"), ("in_x",)),
        decision("second", table("FIRST", ["x"], [(["< "], ["}"])]), ("in_x",)),
    )

    found = findings(source)

    assert [(finding.element_id, finding.line) for finding in found] == [
        ("first", 3),
        ("r1", 4),
        ("r1", 4),
    ]
    assert "Line 1, column 4" in found[0].message


def test_a_tolerant_reading_keeps_the_findings_and_answers_null():
    ready = read_model(model(decision("d", literal("1 +"))), tolerant=True)

    assert ready.evaluate("d", {}).output is None
    assert ready.definitions.findings[0].code == "feel-syntax"
