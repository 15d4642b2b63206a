"""Two versions of a model are compared cell by cell."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions import packaged
from rules.dmn import Change, DecisionModel, differences, read_model
from tests.rules.dmn_models import decision, input_data, literal, model, table

Rows = list[tuple[list[str], list[str]]]
ROWS: Rows = [(["< 60", "-"], ['"D"']), ([">= 60", "true"], ['"A"']), (["-", "-"], ['"B"'])]


def graded(rows: Rows = ROWS, *, policy: str = "FIRST", **extra: str) -> DecisionModel:
    logic = table(policy, ["score", "complete"], rows, **extra)
    parts = (input_data("score", "number"), input_data("complete", "boolean"))
    return read_model(model(*parts, decision("grade", logic, ("in_score", "in_complete"))))


def kinds(changes: tuple[Change, ...]) -> list[str]:
    return [change.kind for change in changes]


@pytest.mark.parametrize("name", packaged())
def test_a_model_does_not_differ_from_itself(name):
    source = packaged()[name]

    assert differences(read_model(source), read_model(source)) == ()


def test_a_changed_cell_is_named_with_its_rule_and_column():
    rows = [(["< 65", "-"], ['"D"']), *ROWS[1:]]
    (change,) = differences(graded(), graded(rows))

    assert change.text == 'decision "grade", rule r1, column "score": cell changed: < 60 -> < 65'
    assert change.to_json() == {
        "kind": "cell-changed",
        "place": 'decision "grade"',
        "element_id": "r1",
        "rule": "r1",
        "column": "score",
        "old": "< 60",
        "new": "< 65",
    }


def test_a_result_is_a_cell_too():
    rows = [*ROWS[:2], (["-", "-"], ['"C"'])]

    (change,) = differences(graded(), graded(rows))

    assert (change.kind, change.rule, change.old, change.new) == (
        "cell-changed",
        "r3",
        '"B"',
        '"C"',
    )


def without_ids(source: DecisionModel) -> DecisionModel:
    """Return a model whose rules have no ids, as some editors write them."""
    (grade,) = [each for each in source.definitions.elements if each.kind == "decision"]
    rules = tuple(
        replace(rule, id=f"rule {number}", reason="")
        for number, rule in enumerate(grade.logic.rules, 1)
    )
    changed = replace(grade, logic=replace(grade.logic, rules=rules))
    elements = (*source.definitions.elements[:-1], changed)
    return DecisionModel(replace(source.definitions, elements=elements))


def test_rules_without_ids_are_matched_by_what_they_say():
    rows = [([">= 90", "-"], ['"S"']), *ROWS[:1], (["-", "-"], ['"C"'])]
    changes = differences(without_ids(graded()), without_ids(graded(rows)))

    assert [(each.kind, each.old, each.new) for each in changes] == [
        ("rule-removed", '>= 60 | true => "A"', None),
        ("rule-added", None, '>= 90 | - => "S"'),
        ("cell-changed", '"B"', '"C"'),
    ]


def test_a_rule_that_only_stands_elsewhere_has_moved():
    moved = without_ids(graded([ROWS[1], ROWS[2], ROWS[0]]))
    (change,) = differences(without_ids(graded()), moved)

    assert (change.kind, change.old, change.new) == ("rule-moved", "1", "3")


def test_the_policy_and_the_default_are_told():
    changed = graded(policy="COLLECT", aggregation="COUNT", default='"none"')

    assert [change.text for change in differences(graded(), changed)] == [
        'decision "grade": hit policy changed: FIRST -> COLLECT COUNT',
        'decision "grade", column "result": default changed: (none) -> "none"',
    ]


def columns(names: list[str], cells: list[str]) -> DecisionModel:
    return read_model(model(decision("d", table("FIRST", names, [(cells, ["1"])]))))


def test_columns_come_and_go_with_their_cells():
    changes = differences(columns(["a", "b"], ["1", "2"]), columns(["a", "c"], ["1", "-"]))

    assert [(each.kind, each.column, each.old, each.new) for each in changes] == [
        ("column-removed", "b", "b", None),
        ("column-added", "c", None, "c"),
        ("cell-changed", "b", "2", None),
    ]


def test_a_column_that_only_stands_elsewhere_has_moved():
    changes = differences(columns(["a", "b"], ["1", "2"]), columns(["b", "a"], ["2", "1"]))

    assert kinds(changes) == ["column-moved"]


def test_elements_come_and_go_and_change():
    old = read_model(
        model(input_data("x", "number"), decision("d", literal("x + 1"), ("in_x",), "number"))
    )
    new = read_model(model(input_data("y"), decision("d", literal("y + 1"), ("in_y",), "string")))

    assert [change.text for change in differences(old, new)] == [
        'input "x": input removed',
        'input "y": input added',
        'decision "d": type changed: number -> string',
        'decision "d": requirement removed: in_x -> (none)',
        'decision "d": requirement added: (none) -> in_y',
        'decision "d": expression changed: x + 1 -> y + 1',
    ]


def test_entries_of_a_context_are_compared_by_name():
    old = read_model(model(decision("d", literal("{low: 1, high: 2}"))))
    new = read_model(model(decision("d", literal("{low: 1, high: 3, top: 4}"))))

    assert [change.text for change in differences(old, new)] == [
        'decision "d".top: entry added: (none) -> 4',
        'decision "d".high: expression changed: 2 -> 3',
    ]


def test_types_are_compared_with_their_allowed_values():
    kind = (
        '<itemDefinition name="grade"><typeRef>string</typeRef>'
        "<allowedValues><text>{}</text></allowedValues></itemDefinition>"
    )
    old = read_model(model(kind.format('"A", "B"'), decision("d", literal("1"))))
    new = read_model(model(kind.format('"A", "C"'), decision("d", literal("1"))))

    (change,) = differences(old, new)

    assert change.text == 'type "grade": values changed: "A", "B" -> "A", "C"'


CELLS = st.sampled_from(["-", "< 60", ">= 60", "[1..5]", "true", "null", "not(1)"])
RESULTS = st.sampled_from(['"A"', '"B"', "1", "score + 1"])
TABLES = st.lists(
    st.tuples(st.tuples(CELLS, CELLS).map(list), st.tuples(RESULTS).map(list)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(TABLES, st.data())
def test_one_mutated_cell_is_one_change_that_names_it(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, 2))
    old = [*rows[number][0], *rows[number][1]]
    cell = data.draw((RESULTS if place == 2 else CELLS).filter(lambda text: text != old[place]))
    new = [*old[:place], cell, *old[place + 1 :]]
    mutated = [*rows[:number], (new[:2], new[2:]), *rows[number + 1 :]]

    (change,) = differences(graded(rows), graded(mutated))

    assert change.kind == "cell-changed"
    assert change.rule == f"r{number + 1}"
    assert change.column == ("score", "complete", "result")[place]
    assert (change.old, change.new) == (old[place], cell)


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_nothing_changes_between_equal_tables(rows):
    assert differences(graded(rows), graded(rows)) == ()
