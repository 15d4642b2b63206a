"""Gaps, overlaps and hidden rules are found exactly where evaluation finds them."""

from collections.abc import Sequence
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import DecisionModel, read_model
from rules.dmn.checks.axes import Axis
from rules.dmn.checks.coverage import Coverage, Gap
from rules.dmn.checks.declared import Declared
from rules.dmn.checks.sites import find_sites
from rules.dmn.checks.witnesses import located
from rules.feel import from_json
from tests.rules.dmn_models import decision, input_data, model, table

NUMBERS = st.sampled_from(
    [
        "-",
        "1",
        "< 1",
        ">= 1",
        "[1..3)",
        "(1..3]",
        "> 3",
        "not(1)",
        "1, 3",
        "? > 1 and ? < 3",
        "null",
    ]
)
TEXTS = st.sampled_from(["-", '"a"', '"b"', '"a", "b"', 'not("a")', '? = "b"'])
TRUTHS = st.sampled_from(["-", "true", "false", "not(true)"])
ROWS = st.lists(st.tuples(NUMBERS, TEXTS, TRUTHS), min_size=1, max_size=6)
# One value at each constant of the cells above, and one in each space beside them.
VALUES = list(product([0, 1, 2, 3, 4], ["a", "b", "c"], [True, False]))
EVERYTHING = list(product([None, 0, 1, 2, 3, 4], [None, "a", "b", "c"], [None, True, False]))


def made(policy: str, rows: list[tuple[str, ...]], **extra: str) -> DecisionModel:
    rules = [(list(cells), [f'"{number % 2}"']) for number, cells in enumerate(rows)]
    columns = [("x", "number"), ("y", "string"), ("z", "boolean")][: len(rows[0])]
    logic = table(policy, [name for name, _ in columns], rules, **extra)
    return read_model(
        model(
            *(input_data(name, kind) for name, kind in columns),
            decision("d", logic, tuple(f"in_{name}" for name, _ in columns)),
        )
    )


def coverage(ready: DecisionModel) -> Coverage:
    declared = Declared(ready.definitions)
    (site,) = find_sites(ready, declared)
    return Coverage(site, declared)


def matches(rows: list[tuple[str, ...]], everywhere: list[tuple[object, ...]]) -> list[list[int]]:
    """Return the rules that match for each of some inputs."""
    ready = made("RULE ORDER", rows)
    found = [ready.evaluate("d", inputs_of(values)).matched_rules for values in everywhere]
    return [[int(rule[1:]) - 1 for rule in rules] for rules in found]


def inputs_of(values: tuple[object, ...]) -> dict[str, object]:
    return dict(zip("xyz", values, strict=False))


def speaks_of(gap: Gap, axes: Sequence[Axis], values: tuple[object, ...]) -> bool:
    return all(
        located(axis, from_json(value)) & mask
        for axis, mask, value in zip(axes, gap.box, values, strict=True)
    )


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_gaps_are_where_no_rule_matches_and_nowhere_else(rows):
    checked = coverage(made("UNIQUE", rows))
    gaps = list(checked.gaps())
    asked = VALUES
    if any(cells[0] == "null" for cells in rows):
        # Only a column that speaks of null needs an answer for it.
        asked = [*VALUES, *product([None], ["a", "b", "c"], [True, False])]
    found = matches(rows, asked)

    told = [any(speaks_of(gap, checked.axes, values) for gap in gaps) for values in asked]
    assert told == [not rules for rules in found]
    examples = [tuple(gap.seen.inputs[name] for name in "xyz") for gap in gaps]
    assert not any(matches(rows, examples))


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_overlaps_are_where_two_rules_match(rows):
    found = {(each.first, each.second): each for each in coverage(made("UNIQUE", rows)).overlaps()}
    pairs = {pair for rules in matches(rows, EVERYTHING) for pair in combinations(rules, 2)}

    assert set(found) == pairs
    for pair, overlap in found.items():
        example = tuple(overlap.seen.inputs[name] for name in "xyz")
        assert set(pair) <= set(matches(rows, [example])[0])


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_hidden_rules_match_but_never_decide(rows):
    found = {each.rule for each in coverage(made("FIRST", rows)).hidden()}
    matching = matches(rows, EVERYTHING)
    some = {rule for rules in matching for rule in rules}

    assert found == some - {rules[0] for rules in matching if rules}
