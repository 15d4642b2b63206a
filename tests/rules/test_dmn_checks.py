"""Each check finds its fault, says where it is and how to mend it, and nothing else."""

import re
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions import packaged
from rules.dmn import DmnRefused, check_model, read_model
from rules.findings import Finding
from tests.rules.dmn_models import decision, input_data, literal, model, table

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/checks.md"
SCORE = input_data("score", "number")
LEVEL = input_data("level", "string")


def found(*parts: str) -> list[Finding]:
    return list(check_model(read_model(model(*parts), file_name="grades.dmn")))


def in_table(policy: str, rows: list[tuple[str, str]], inputs: str = "score", **extra: str) -> list:
    """Return what is found in a table of one column, which is the only decision."""
    kinds = {"score": SCORE, "level": LEVEL}
    rules = [([cell], [result]) for cell, result in rows]
    needed = (f"in_{inputs}",) if inputs in kinds else ("in_score",)
    logic = table(policy, [inputs], rules, **extra)
    return found(kinds.get(inputs, SCORE), decision("grade", logic, needed))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


# -- gaps --------------------------------------------------------------------------------


def test_a_gap_is_told_with_an_example_its_place_and_a_remedy():
    gap = only(in_table("UNIQUE", [("< 60", '"D"'), ("> 60", '"A"')]))

    assert gap.to_json() == {
        "code": "table-gap",
        "severity": "warning",
        "message": 'In the table of "grade", nothing matches when score = 60.',
        "remedy": "Add a rule or a default result, or list the allowed values of the column.",
        "element_id": "t",
        "file_name": "grades.dmn",
        "line": 3,
    }


def test_neighbouring_gaps_are_one_finding():
    gap = only(in_table("UNIQUE", [("< 60", '"D"'), ("70", '"C"'), ("> 80", '"A"')]))

    assert "score in [60..70) or in (70..80]), for example score = 65" in gap.message


def test_several_columns_are_named_together():
    logic = table_of_two(("< 60", "-"), (">= 60", '"junior"'))
    gap = only(found(SCORE, LEVEL, decision("d", logic, ("in_score", "in_level"))))

    assert gap.message.endswith(
        'nothing matches when score >= 60 and level = "senior", for example score = 60 and'
        ' level = "senior".'
    )


def test_gaps_do_not_repeat_each_other():
    logic = table_of_two((">= 60", '"junior"'), (">= 80", '"senior"'))
    gaps = found(SCORE, LEVEL, decision("d", logic, ("in_score", "in_level")))

    assert [gap.message.partition(" when ")[2] for gap in gaps] == [
        "score < 60, for example score = 59.",
        'score in [60..80) and level = "senior", for example score = 70 and level = "senior".',
    ]


def table_of_two(*rules: tuple[str, str]) -> str:
    columns = (
        "<input><inputExpression><text>score</text></inputExpression></input>"
        "<input><inputExpression><text>level</text></inputExpression>"
        '<inputValues><text>"junior", "senior"</text></inputValues></input><output/>'
    )
    rule = (
        "<rule><inputEntry><text>{}</text></inputEntry><inputEntry><text>{}</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>"
    )
    rows = "".join(rule.format(*map(escape, cells)) for cells in rules)
    return f'<decisionTable id="two">{columns}{rows}</decisionTable>'


@pytest.mark.parametrize(
    ("policy", "extra"),
    [
        ("UNIQUE", {"default": '"none"'}),
        ("COLLECT", {}),
        ("COLLECT", {"aggregation": "COUNT"}),
        ("RULE ORDER", {}),
    ],
)
def test_there_is_no_gap_where_the_table_has_an_answer(policy, extra):
    assert in_table(policy, [("< 60", '"D"')], **extra) == []


def test_the_sum_of_nothing_is_a_gap():
    assert codes(in_table("COLLECT", [("< 60", "1")], aggregation="SUM")) == ["table-gap"]


def test_null_is_a_gap_only_where_the_column_speaks_of_null():
    assert in_table("FIRST", [("< 60", "1"), (">= 60", "2")]) == []
    rows = [("null, < 60", "1"), ("> 60", "2")]
    assert "score = 60." in only(in_table("FIRST", rows)).message


def test_a_cell_that_cannot_be_known_may_match():
    assert in_table("UNIQUE", [("< 60", "1"), ("> number(level)", "2")])[1:] == []
    assert in_table("UNIQUE", [('contains(?, "a")', "1"), ('not("b")', "2")], "level") == []


def test_the_values_of_a_policy_are_known():
    rows = [(["< policy.pass"], ['"D"']), (["> policy.pass"], ['"A"'])]
    policy = decision("policy", literal("{pass: 60}"))
    logic = table("UNIQUE", ["score"], rows)
    gap = only(found(SCORE, policy, decision("d", logic, ("in_score", "policy"))))

    assert "score = 60." in gap.message


@pytest.mark.parametrize(
    ("kind", "limit", "value"),
    [
        ("date", 'date("2026-01-01")', '@"2026-01-01"'),
        ("time", '@"08:00:00"', '@"08:00:00"'),
        ("date and time", '@"2026-01-01T00:00:00Z"', '@"2026-01-01T00:00:00Z"'),
        ("days and time duration", 'duration("P1D")', '@"P1D"'),
        ("years and months duration", '@"P12M"', '@"P1Y"'),
        ("number", "-0.5", "-0.5"),
    ],
)
def test_everything_that_has_an_order_has_gaps(kind, limit, value):
    logic = table("UNIQUE", ["x"], [([f"< {limit}"], ["1"]), ([f"> {limit}"], ["2"])])
    gap = only(found(input_data("x", kind), decision("d", logic, ("in_x",))))

    assert gap.message.endswith(f"nothing matches when x = {value}.")


def test_there_is_nothing_between_two_days():
    cells = ('<= date("2026-01-01")', '>= date("2026-01-02")')
    logic = table("UNIQUE", ["x"], [([cell], ["1"]) for cell in cells])

    assert found(input_data("x", "date"), decision("d", logic, ("in_x",))) == []


def test_a_type_of_whole_numbers_has_no_gaps_between_them():
    kind = (
        '<itemDefinition id="c" name="count"><typeRef>number</typeRef>'
        "<allowedValues><text>? = floor(?)</text></allowedValues></itemDefinition>"
    )
    logic = table("UNIQUE", ["x"], [(["<= 1"], ["1"]), ([">= 2"], ["2"])])

    for type_ref, expected in (("number", ["table-gap"]), ("count", [])):
        parts = (kind, input_data("x", type_ref), decision("d", logic, ("in_x",)))
        assert codes(found(*parts)) == expected


def test_calculated_columns_are_found_by_trying():
    gap = only(in_table("UNIQUE", [("< 10", "1"), ("> 10", "2")], "score * 2"))

    assert gap.message.endswith("nothing matches when score * 2 = 10 (with score = 5).")


def test_a_gap_that_no_input_reaches_is_not_told():
    assert in_table("UNIQUE", [(">= 0", "1")], "abs(score)") == []


def test_the_table_of_a_function_is_checked_too():
    logic = table("UNIQUE", ["points"], [(["< 5"], ["1"]), (["> 5"], ["2"])])
    function = (
        '<businessKnowledgeModel id="fn_f" name="f"><encapsulatedLogic>'
        f'<formalParameter name="points" typeRef="number"/>{logic}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )

    gap = only(found(function, decision("d", literal("f(2)"), ("fn_f",))))

    assert gap.message == 'In the table of "f", nothing matches when points = 5.'


def test_only_some_findings_of_a_kind_are_listed():
    twins = in_table("FIRST", [("1", '"a"'), *[("2", '"b"')] * 16, ("-", '"c"')])

    assert codes(twins) == ["rule-duplicate"] * 11
    assert any("at least 5 more findings" in twin.message for twin in twins)


# -- rules that get into each other's way ------------------------------------------------


def test_rules_of_a_unique_table_must_not_overlap():
    overlap = only(in_table("UNIQUE", [("<= 60", '"D"'), (">= 60", '"A"')]))

    assert (overlap.severity, overlap.element_id) == ("error", "r2")
    assert 'Rule 1 and rule 2 of the table of "grade" both match when score = 60' in overlap.message


def test_rules_of_an_any_table_must_agree():
    same = [("<= 60", '"A"'), (">= 60", '"A"')]

    assert in_table("ANY", same) == []
    assert codes(in_table("ANY", [same[0], (">= 60", '"B"')])) == ["table-overlap"]


def test_a_masked_rule_is_told_with_the_rule_that_decides():
    rows = [("<= 60", "1"), ("< 50", "2"), ("-", "3")]
    hidden = only(in_table("FIRST", rows))

    assert (hidden.code, hidden.element_id) == ("rule-unreachable", "r2")
    assert "for example rule 1 when score = 49" in hidden.message


def test_a_rule_that_always_loses_in_priority_is_told():
    rows = [("< 5", '"low"'), ("< 10", '"high"'), (">= 10", '"low"')]
    hidden = only(in_table("PRIORITY", rows, values='"high", "low"'))

    assert (hidden.code, hidden.element_id) == ("rule-unreachable", "r1")


def test_a_rule_behind_several_that_mask_it_together_is_told():
    rows = [("< 50", "1"), ("[50..70]", "2"), ("[40..60]", "3"), ("-", "4")]

    assert only(in_table("FIRST", rows)).element_id == "r3"


def test_the_last_rule_for_what_is_missing_is_reached():
    assert in_table("FIRST", [("< 60", "1"), (">= 60", "2"), ("-", "3")]) == []
    required = input_data("score", "number", 'understudy:required="true"').replace(
        "<inputData", '<inputData xmlns:understudy="urn:understudy:dmn:1"'
    )
    rows = [([cell], ["1"]) for cell in ("< 60", ">= 60", "-")]
    hidden = found(required, decision("d", table("FIRST", ["score"], rows), ("in_score",)))
    assert codes(hidden) == ["rule-unreachable"]


@pytest.mark.parametrize(
    ("policy", "severity"), [("UNIQUE", "error"), ("FIRST", "warning"), ("COLLECT", "warning")]
)
def test_a_repeated_rule_is_told(policy, severity):
    twin = only(in_table(policy, [("< 60", "1"), ("< 60", "1"), (">= 60", "2")]))

    assert (twin.code, twin.severity, twin.element_id) == ("rule-duplicate", severity, "r2")


def test_equal_conditions_with_other_results_are_meant_where_all_are_collected():
    assert in_table("COLLECT", [("< 60", '"a"'), ("< 60", '"b"')]) == []


def test_a_rule_that_no_value_fulfils_is_told():
    dead = only(in_table("FIRST", [("[5..3]", "1"), ("-", "2")]))

    assert (dead.code, dead.element_id) == ("rule-never-matches", "r1")


def test_a_table_that_is_too_large_is_told():
    rows = [(f"[{number}..{number + 1})", "1") for number in range(1_400)]

    assert codes(in_table("UNIQUE", rows)) == ["table-gap", "table-too-large"]


# -- values ------------------------------------------------------------------------------


def test_a_cell_with_a_value_that_is_not_allowed_is_told():
    rows = [('"junior"', "1"), ('"senior", "seniro"', "2")]
    finding = only(in_table("UNIQUE", rows, "level", allowed='"junior", "senior"'))

    assert (finding.code, finding.element_id) == ("value-not-allowed", "r2")
    assert finding.remedy == 'Did you mean "senior"?'


@pytest.mark.parametrize(
    ("cell", "codes_of_rule"),
    [
        ("[5..3]", ["rule-never-matches", "rule-never-matches"]),
        ('"high"', ["cell-type", "rule-never-matches"]),
    ],
)
def test_every_wrong_cell_of_a_rule_is_told(cell, codes_of_rule):
    logic = table_of_two((cell, '"boss"'), ("< 60", "-"), (">= 60", "-"))
    findings = found(SCORE, LEVEL, decision("d", logic, ("in_score", "in_level")))

    assert codes(findings) == codes_of_rule
    assert 'column "level" fulfils ""boss""' in findings[1].message


def test_an_allowed_value_beside_a_wrong_cell_is_told():
    logic = table_of_two(("[5..3]", '"boss", "junior"'), ("< 60", "-"), (">= 60", "-"))
    findings = found(SCORE, LEVEL, decision("d", logic, ("in_score", "in_level")))

    assert codes(findings) == ["rule-never-matches", "value-not-allowed"]


def test_an_allowed_value_without_a_rule_is_told():
    rows = [('"junior"', "1")]
    allowed = '"junior", "senior"'

    assert codes(in_table("UNIQUE", rows, "level", allowed=allowed)) == ["table-gap"]
    unused = only(in_table("COLLECT", rows, "level", allowed=allowed))
    assert (unused.code, '"senior"' in unused.message) == ("value-unused", True)


def test_results_are_held_against_the_allowed_ones():
    rows = [("< 60", '"D"'), (">= 60", '"E"')]
    wrong, unused = in_table("UNIQUE", rows, values='"A", "D"')

    assert (unused.code, unused.severity, '"A"' in unused.message) == (
        "result-unused",
        "warning",
        True,
    )
    assert (wrong.code, wrong.severity, wrong.element_id) == ("result-not-allowed", "error", "r2")


def test_allowed_values_of_a_type_count():
    kind = (
        '<itemDefinition id="g" name="grade"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
    )
    logic = table("UNIQUE", ["last"], [(['"A"'], ["1"]), (['"C"'], ["2"])])
    findings = found(kind, input_data("last", "grade"), decision("d", logic, ("in_last",)))

    assert codes(findings) == ["rule-never-matches", "table-gap"]
    assert 'last = "B"' in findings[1].message


# -- types and names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ('score > "60"', "always-null"),
        ('"a" * 2', "always-null"),
        ("true > false", "always-null"),
        ('score between 1 and "2"', "always-null"),
        ("if score then 1 else 2", "condition-not-boolean"),
        ("score > 1 and score", "condition-not-boolean"),
        ("scroe + 1", "unknown-name"),
        ('lenght("a")', "unknown-function"),
        ("{limit: 1}.limt", "unknown-member"),
        ("level", "missing-requirement"),
        ("score + 1", None),
        ('score = null or string(score) = "1"', None),
        ("for each in [1, 2] return each + partial[-1]", None),
        ("[{a: 1}, {a: 2}][a > 1]", None),
        ("some each in [score] satisfies each > 1", None),
        ("{f: function(n) if n < 1 then 0 else f(n - 1)}.f(3)", None),
        ('today() > date("2026-01-01") and now() != null', None),
        ("list contains([1], score) and not(score in (1, 2))", None),
    ],
)
def test_expressions_are_checked(expression, code):
    findings = found(SCORE, LEVEL, decision("d", literal(expression), ("in_score",)))

    assert codes(findings) == ([code] if code else [])


def test_a_suggestion_comes_with_an_unknown_name():
    finding = only(found(SCORE, decision("d", literal("Scroe + 1"), ("in_score",))))

    assert finding.remedy == 'Did you mean "score"?'
    assert finding.severity == "warning"


def test_cells_and_results_are_held_against_declared_types():
    assert codes(in_table("FIRST", [('"high"', "1"), ("-", "2")])) == ["cell-type"]
    findings = found(SCORE, decision("d", literal('"high"'), ("in_score",), "number"))
    assert codes(findings) == ["result-type"]


def test_the_order_of_findings_is_that_of_the_file():
    parts = (decision("a", literal("one")), decision("b", literal("two")))

    assert [finding.line for finding in found(*parts)] == [2, 3]


# -- all of them -------------------------------------------------------------------------


@pytest.mark.parametrize("name", packaged())
def test_the_packaged_decisions_are_clean(name):
    assert check_model(read_model(packaged()[name], file_name=name)) == ()


def test_every_code_has_a_line_for_designers():
    source = Path(__file__).resolve().parent.parent.parent / "rules/dmn/checks"
    code = r'"((?:table|rule|value|result|cell|always|condition|unknown|missing)-[a-z-]+)"'
    told = {match for path in source.glob("*.py") for match in re.findall(code, path.read_text())}

    listed = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), re.MULTILINE))

    assert listed == told


# -- models that mean no good ------------------------------------------------------------

NASTY = st.sampled_from(
    [
        "-", "null", "9**9**9", "count(for i in 1..1000000000 return i) > ?",
        'matches(?, "(a+)+$")', "f(f)", "x[x]", "not(not(?))", "{a: ?}.a", "[[[1]]]", "1/0",
        'date("nonsense")', "[null..null]", "< null", "function(a) a", "?.a.b",
        "some x in ? satisfies x", "(1..0)", "today()", "> now()",
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(NASTY, NASTY, NASTY), max_size=4),
    st.sampled_from(["x", "x + 1", "9**9**9", "count(x)", "[x][1]", "x.y", "f(x)"]),
    st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT"]),
    st.sampled_from(["number", "string", "Any", "list", "context"]),
)
def test_a_model_that_can_be_read_can_be_checked(rows, column, policy, kind):
    rules = [([one, other], [result]) for one, other, result in rows]
    logic = table(policy, [column, "y"], rules, values='"a", 1', allowed="? != 5")
    with suppress(DmnRefused):
        findings = found(input_data("x", kind), decision("d", logic, ("in_x",)))
        assert all(finding.message and finding.remedy for finding in findings)


def test_hostile_cells_cost_a_known_amount_of_work():
    cells = [f"> count(for i in 1..100000 return i) + {number}" for number in range(200)]
    logic = table("FIRST", ["x"], [([cell], ["1"]) for cell in cells])
    findings = found(input_data("x", "number"), decision("d", logic, ("in_x",)))

    assert {finding.code for finding in findings} <= {"table-too-large", "table-gap"}
