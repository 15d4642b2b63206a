"""Whole models: requirements, boxed expressions, types, functions and services."""

from datetime import UTC, datetime

import pytest

from rules.dmn import DecisionFailed, read_model
from rules.xml_door import DMN_NAMESPACES
from tests.rules.dmn_models import decision, input_data, literal, model, requirement

REQUIRED = 'xmlns:u="urn:understudy:dmn:1" u:required="true"'


def test_required_decisions_are_answered_first():
    source = model(
        decision("c", literal("b + 1"), ("b",)),
        decision("b", literal("a * 2"), ("in_a",)),
        input_data("a", "number"),
    )

    evaluation = read_model(source).evaluate("c", {"a": 5})

    assert evaluation.output == 11
    assert [record["decision"] for record in evaluation.trace] == ["b", "c"]


@pytest.mark.parametrize("namespace", DMN_NAMESPACES)
def test_every_version_is_read(namespace):
    source = model(decision("d", literal("1 + 1")), namespace=namespace)

    assert read_model(source).evaluate("d", {}).output == 2


def test_a_decision_tells_its_inputs_also_those_of_required_decisions():
    source = model(
        input_data("a", "number", REQUIRED),
        input_data("b"),
        decision("inner", literal("a"), ("in_a",)),
        decision("outer", literal("inner + b"), ("inner", "in_b")),
    )

    outer = read_model(source).decisions["outer"]

    assert outer.inputs == ("a", "b")
    assert [(part.type_ref, part.required) for part in outer.input_data] == [
        ("number", True),
        ("Any", False),
    ]


def test_a_missing_input_is_null_unless_the_model_requires_it():
    source = model(input_data("a", "number"), decision("d", literal("a = null"), ("in_a",)))
    strict = model(input_data("a", "number", REQUIRED), decision("d", literal("a"), ("in_a",)))

    assert read_model(source).evaluate("d", {}).output is True
    with pytest.raises(DecisionFailed, match='input "a" is missing'):
        read_model(strict).evaluate("d", {})
    with pytest.raises(DecisionFailed, match='input "a" is missing'):
        read_model(strict).evaluate("d", {"a": None})


def test_an_input_of_the_wrong_type_is_named():
    source = model(input_data("a", "number"), decision("d", literal("a"), ("in_a",)))

    with pytest.raises(DecisionFailed, match='"a" is not of the type number'):
        read_model(source).evaluate("d", {"a": "five"})


def test_texts_become_dates_where_the_model_says_so():
    source = model(
        input_data("born", "date"),
        decision("d", literal("years and months duration(born, today()).years"), ("in_born",)),
    )

    evaluation = read_model(source).evaluate(
        "d", {"born": "1990-05-17"}, now=datetime(2026, 11, 20, tzinfo=UTC)
    )

    assert evaluation.output == 36


def test_an_unknown_decision_is_refused_with_the_known_ones():
    with pytest.raises(DecisionFailed, match=r'no decision "x"\. Ask for one of d\.'):
        read_model(model(decision("d", literal("1")))).evaluate("x", {})


BOXED = {
    "context": (
        '<context><contextEntry><variable name="a"/>{two}</contextEntry>'
        '<contextEntry><variable name="b c"/>{a_plus_one}</contextEntry>'
        "<contextEntry>{b_c_twice}</contextEntry></context>",
        6,
    ),
    "list": ("<list>{two}{three}</list>", [2, 3]),
    "relation": (
        '<relation><column name="n"/><column name="m"/><row>{two}{three}</row></relation>',
        [{"n": 2, "m": 3}],
    ),
    "conditional": (
        "<conditional><if>{yes}</if><then>{two}</then><else>{three}</else></conditional>",
        2,
    ),
    "filter": ("<filter><in>{numbers}</in><match>{item_big}</match></filter>", [3]),
    "for": ('<for iteratorVariable="i"><in>{numbers}</in><return>{i_twice}</return></for>', [4, 6]),
    "some": (
        '<some iteratorVariable="i"><in>{numbers}</in><satisfies>{i_big}</satisfies></some>',
        True,
    ),
    "every": (
        '<every iteratorVariable="i"><in>{numbers}</in><satisfies>{i_big}</satisfies></every>',
        False,
    ),
}
PARTS = {
    "two": "2",
    "three": "3",
    "yes": "true",
    "numbers": "[2, 3]",
    "a_plus_one": "a + 1",
    "b_c_twice": "b c * 2",
    "item_big": "item > 2",
    "i_big": "i > 2",
    "i_twice": "i * 2",
}


@pytest.mark.parametrize("kind", BOXED)
def test_a_boxed_expression_has_its_value(kind):
    logic, expected = BOXED[kind]
    parts = {name: literal(text) for name, text in PARTS.items()}
    source = model(decision("d", logic.format(**parts)))

    assert read_model(source).evaluate("d", {}).output == expected


def test_a_function_of_the_model_is_called_by_name_and_by_invocation():
    function = (
        '<businessKnowledgeModel id="fn_add" name="add up"><encapsulatedLogic>'
        '<formalParameter name="x" typeRef="number"/><formalParameter name="y"/>'
        f"{literal('x + y')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    invocation = (
        f"<invocation>{literal('add up')}"
        f'<binding><parameter name="y"/>{literal("1")}</binding>'
        f'<binding><parameter name="x"/>{literal("2")}</binding></invocation>'
    )
    source = model(
        function,
        decision("called", literal("add up(2, 3)"), ("fn_add",)),
        decision("invoked", invocation, ("fn_add",)),
    )

    assert read_model(source).evaluate("called", {}).output == 5
    assert read_model(source).evaluate("invoked", {}).output == 3


def test_a_service_is_called_as_a_function():
    service = (
        '<decisionService id="fn_s" name="service"><outputDecision href="#inner"/>'
        '<inputData href="#in_a"/></decisionService>'
    )
    source = model(
        input_data("a", "number"),
        decision("inner", literal("a * 10"), ("in_a",)),
        service,
        decision("outer", literal("service(4)"), ("fn_s",)),
    )

    assert read_model(source).evaluate("outer", {}).output == 40


def test_types_of_the_model_are_checked_in_depth():
    types = (
        '<itemDefinition name="grades" isCollection="true"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="person"><itemComponent name="last grades"><typeRef>grades</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    source = model(
        types,
        input_data("p", "person"),
        decision("d", literal("count(p.last grades)"), ("in_p",)),
    )

    assert read_model(source).evaluate("d", {"p": {"last grades": ["A", "B"]}}).output == 2
    with pytest.raises(DecisionFailed, match='"p" is not of the type person'):
        read_model(source).evaluate("d", {"p": {"last grades": ["A", "Z"]}})


def test_the_outcome_does_not_depend_on_the_order_of_requirements():
    parts = [input_data("a", "number"), decision("x", literal("a + 1"), ("in_a",))]
    outer = decision("y", literal("x * a"), ("x", "in_a"))

    first = read_model(model(*parts, outer)).evaluate("y", {"a": 3})
    second = read_model(model(outer, *reversed(parts))).evaluate("y", {"a": 3})

    assert first.output == second.output == 12
    assert requirement("x") in outer
