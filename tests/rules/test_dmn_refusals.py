"""A model that cannot be understood is refused, with every finding at once."""

import random
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from rules import decisions
from rules.dmn import DecisionFailed, DmnRefused, read_model
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
    "dmn-duplicate-name": model(decision("d", literal("1")), input_data("d")),
    "dmn-duplicate-id": model(
        f'<decision name="d">{literal("1")}</decision>',
        f'<decision id="d" name="e">{literal("1")}</decision>',
    ),
    "dmn-no-name": model('<inputData id="d"/>'),
    "dmn-wrong-kind": model(
        input_data("x"), decision("d", literal("1"), ("in_x",)).replace("Input", "Decision")
    ),
    "dmn-type-unknown": model(decision("d", literal("1"), type_ref="list&lt;colour>")),
    "dmn-type": model(
        '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
        '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
    ),
    "dmn-relation": model(
        decision("d", '<relation><column name="a"/><row/></relation>'),
    ),
    "dmn-missing-part": model(decision("d", "<conditional/>")),
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


def test_a_broken_line_of_an_expression_is_named_in_the_file():
    source = model(decision("d", literal("1 +\n2 +\n+")))

    (found,) = findings(source)

    assert (found.element_id, found.line) == ("d", 4)


def test_a_circle_of_types_means_anything_to_a_tolerant_reading():
    source = model(
        '<itemDefinition name="a"><typeRef>a</typeRef></itemDefinition>',
        decision("d", literal("1"), type_ref="a"),
    )

    assert read_model(source, tolerant=True).evaluate("d", {}).output == 1


PACKAGED = sorted(decisions.packaged().values())
ODD_TEXTS = ("", "x", "1 +", '"', "[", "not(", "for x in", "?", "null", "list<number>", "UNIQUE")


def _mutated(source: bytes, choice: random.Random) -> bytes:
    """Return a model in which something was lost, doubled, moved or written anew."""
    if choice.random() < 0.1:
        return source[: choice.randrange(len(source))]
    root = etree.fromstring(source)
    for _ in range(choice.randint(1, 3)):
        elements = list(root.iter(etree.Element))
        element, other = choice.choice(elements), choice.choice(elements)
        parent = element.getparent()
        match choice.randrange(5):
            case 0 if parent is not None:
                parent.remove(element)
            case 1 if parent is not None:
                parent.append(deepcopy(element))
            case 2 if element.attrib:
                values = [*ODD_TEXTS, *other.attrib.values()]
                element.set(choice.choice(list(element.attrib)), choice.choice(values))
            case 3:
                element.text = choice.choice(ODD_TEXTS)
            case 4:
                element.tag = other.tag
    return bytes(etree.tostring(root))


@settings(max_examples=100, deadline=None)
@given(source=st.sampled_from(PACKAGED), seed=st.integers(0, 2**32), tolerant=st.booleans())
def test_a_broken_model_is_read_or_refused_and_nothing_else(source, seed, tolerant):
    mutated = _mutated(source, random.Random(seed))

    try:
        ready = read_model(mutated, tolerant=tolerant)
    except DmnRefused as refused:
        assert all(finding.message and finding.remedy for finding in refused.findings)
        return
    for decision_id in ready.decisions:
        with suppress(DecisionFailed):
            ready.evaluate(decision_id, {})


def test_a_tolerant_reading_keeps_the_findings_and_answers_null():
    ready = read_model(model(decision("d", literal("1 +"))), tolerant=True)

    assert ready.evaluate("d", {}).output is None
    assert ready.definitions.findings[0].code == "feel-syntax"
