"""Named constants: a table that names a value of its model is checked and run as if it held it."""

import inspect
import sys

import pytest

from rules.dmn import read_model
from rules.dmn.constants import with_constants
from rules.feel.printer import printed
from tests.rules import dmn_models as make

POLICY = (
    '<decision id="policy" name="policy"><context>'
    '<contextEntry><variable name="limit" typeRef="number"/>'
    "<literalExpression><text>-5</text></literalExpression></contextEntry>"
    '<contextEntry><variable name="wrong" typeRef="number"/>'
    '<literalExpression><text>"five"</text></literalExpression></contextEntry>'
    '<contextEntry><variable name="computed" typeRef="number"/>'
    "<literalExpression><text>2 + 3</text></literalExpression></contextEntry>"
    "</context></decision>"
)


def logic(text: str, needs: tuple[str, ...] = ("policy",)) -> str:
    source = make.model(POLICY, make.decision("d", make.literal(text), needs))
    elements = with_constants(read_model(source).definitions).elements
    return printed(next(element.logic for element in elements if element.id == "d"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x < policy.limit", "x < -5"),
        ("if policy.limit > x then [policy.limit] else x", "if -5 > x then [-5] else x"),
        ("for y in xs return y + policy.limit", "for y in xs return y + -5"),
        # A value of the wrong type is null when it is read, and a sum must be computed.
        ("policy.wrong", "policy.wrong"),
        ("policy.computed", "policy.computed"),
        # Here the name means something else.
        ("for policy in xs return policy.limit", "for policy in xs return policy.limit"),
        ("xs[policy.limit = 1]", "xs[policy.limit = 1]"),
        ("{policy: x, y: policy.limit}", "{policy: x, y: policy.limit}"),
        ("function(policy) policy.limit", "function(policy) policy.limit"),
        ("some policy in xs satisfies policy.limit", "some policy in xs satisfies policy.limit"),
    ],
)
def test_a_named_constant_stands_where_it_is_read(text, expected):
    assert logic(text) == expected


def test_a_decision_that_does_not_require_the_constants_does_not_see_them():
    assert logic("policy.limit", needs=()) == "policy.limit"


def test_the_model_itself_keeps_what_was_written():
    source = make.model(POLICY, make.decision("d", make.literal("policy.limit"), ("policy",)))
    model = read_model(source)

    assert printed(model.definitions.elements[1].logic) == "policy.limit"
    assert model.evaluate("d", {}).output == -5


def test_a_deep_expression_means_the_same():
    text = "policy.limit" + " + 1" * 140
    source = make.model(POLICY, make.decision("d", make.literal(text), ("policy",)))

    assert read_model(source).evaluate("d", {}).output == 135


def test_where_the_stack_is_too_short_the_names_stay():
    text = "policy.limit" + " + 1" * 140
    source = make.model(POLICY, make.decision("d", make.literal(text), ("policy",)))
    definitions = read_model(source).definitions
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        found = with_constants(definitions)
    finally:
        sys.setrecursionlimit(before)

    assert found is definitions
