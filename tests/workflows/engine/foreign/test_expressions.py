"""Expressions of other languages become FEEL only where they mean the same."""

import pytest

from workflows.engine.foreign import values
from workflows.engine.foreign.expressions import of_condition, of_juel, of_python, of_template


@pytest.mark.parametrize(
    ("juel", "feel"),
    [
        ("${approved}", "approved"),
        ("#{!approved}", "not(approved)"),
        ("${clarified == 'yes'}", 'clarified = "yes"'),
        ("${a.b > 3 && c ne null}", "(a.b > 3) and (c != null)"),
        ("${!a == b}", "not(a) = b"),
        ("${a or not b and c}", "a or (not(b) and c)"),
        ("${amount div 2 le 10}", "(amount / 2) <= 10"),
        ("${item.eq == 1}", "item.eq = 1"),
        ("${execution.getVariable('a')}", None),
        ("${empty list}", None),
        ("${a ? b : c}", None),
        ("${a < b == c}", None),
        ("approved", None),
    ],
)
def test_juel(juel, feel):
    assert of_juel(juel) == feel


@pytest.mark.parametrize(
    ("python", "feel"),
    [
        ("a == 1 and not b", "(a = 1) and not(b)"),
        ("x in [1, 'two']", 'x in [1, "two"]'),
        ("x not in ['a']", 'not(x in ["a"])'),
        ("x is not None", "x != null"),
        ("'high' if score > 0.5 else 'low'", 'if score > 0.5 then "high" else "low"'),
        ("True", "true"),
        ("1 < x < 2", None),
        ("len(x) > 1", None),
        ("x[0]", None),
        ("x > 1e99", None),
        ("__import__('os').system('id')", None),
        ("lambda: 1", None),
        ("a\n== b", None),
        ("'\\d' == a", None),
        ("(" * 900 + "1" + ")" * 900, None),
        ("-" * 1_500 + "1", None),
    ],
)
def test_python(python, feel):
    assert of_python(python) == feel


@pytest.mark.parametrize(
    ("text", "dialect", "feel"),
    [
        ("= a > 1", "camunda8", "= a > 1"),
        ('a = "b"', "", 'a = "b"'),
        ("a == b", "spiffworkflow", "a = b"),
        ("bpmn:getDataObject('clarified') = 'yes'", "", 'clarified = "yes"'),
        ("not(bpmn:getDataObject('approved'))", "", "not(approved)"),
        ("level == 'Premium' && paid", "", '(level = "Premium") and paid'),
        ("a.b() == 1", "", None),
        ("x" * 3_000, "", None),
    ],
)
def test_conditions(text, dialect, feel):
    assert of_condition(text, dialect) == feel


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("plain", '"plain"'),
        ("${n}", "n"),
        ("Case ${n}!", '"Case " + string(n) + "!"'),
        ("Case ${n.m()}", None),
        ('say "hi"', '"say \\"hi\\""'),
        ("", '""'),
    ],
)
def test_texts_with_places(text, feel):
    assert of_template(text) == feel


@pytest.mark.parametrize(
    ("read", "text", "ours"),
    [
        (values.people, "demo", "demo"),
        (values.people, "a, b", "a,b"),
        (values.people, "${owner}", "=owner"),
        (values.people, "Team Assistant", '="Team Assistant"'),
        (values.people, "Team A, Team B", '=["Team A", "Team B"]'),
        (values.people, "${bean.of(task)}", None),
        (values.form, "embedded:app:forms/approve.html", "approve"),
        (values.form, "camunda-forms:deployment:approve.form", "approve"),
        (values.form, "ask-schema.json", "ask"),
        (values.form, "${form}", None),
        (values.due, "P3D", "P3D"),
        (values.due, "${dateTime().plusDays(3).toDate()}", "P3D"),
        (values.due, '=now() + duration("PT4H")', "PT4H"),
        (values.due, "${due}", "=due"),
        (values.due, "${dateTime().withDayOfMonth(1)}", None),
        (values.binding, "deployment", "start"),
        (values.binding, "versionTag", None),
        (values.name, "a.b", None),
        (values.priority, "70", "70"),
    ],
)
def test_values(read, text, ours):
    assert read(text) == ours
