"""The workload of the benchmarks: our answers to it are those of its description."""

import io
import json
import sys
from typing import Any

import pytest

from rules.benchmark import formats, measuring, ours, workload
from rules.benchmark.workload import COLUMNS, Condition
from rules.dmn import read_model


def holds(condition: Condition, value: Any) -> bool:
    """Say what a condition means, without any engine."""
    return {
        "any": lambda: True,
        "between": lambda: condition.values[0] <= value <= condition.values[1],
        "at least": lambda: value >= condition.values[0],
        "below": lambda: value < condition.values[0],
        "one of": lambda: value in condition.values,
        "not": lambda: value != condition.values[0],
        "is": lambda: value is condition.values[0],
    }[condition.kind]()


@pytest.mark.parametrize("seldom", [False, True])
def test_we_answer_what_the_description_says(seldom):
    rows = workload.rules(20, seldom=seldom)
    model = read_model(formats.forms(rows)["dmn"].encode())

    for person in workload.inputs(300):
        expected = next(
            row.result
            for row in rows
            if all(
                holds(condition, person[name])
                for name, condition in zip(COLUMNS, row.conditions, strict=True)
            )
        )
        assert model.evaluate("decision", person).output == expected


def test_every_kind_of_condition_is_measured():
    rows = workload.rules(20)
    kinds = {condition.kind for row in rows for condition in row.conditions}

    assert kinds == {"any", "between", "at least", "below", "one of", "not", "is"}


def test_a_measured_engine_answers_and_counts(monkeypatch, capsys):
    people = workload.inputs(3)
    forms = formats.forms(workload.rules(20))
    job = {"forms": forms, "tables": [forms], "inputs": people}
    scores = {"kind": "condition", "feel": "score >= 60", "inputs": [{"score": 60}, {"score": 1}]}
    requests = [
        {"kind": "table", **job}, {"seconds": 0.01}, {"kind": "traced", **job}, scores,
        {"kind": "ready", **job}, {"kind": "table", "forms": {}},
    ]  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, requests))))

    ours.main()

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0]["kinds"] == ["condition", "ready", "table", "traced"]
    assert said[1] == said[3]
    assert said[2]["rate"] > 0
    assert said[4] == {"answers": [True, False]}
    assert len(said[5]["answers"]) == 1
    assert said[6] == {"error": "KeyError: 'dmn'"}


def test_a_slow_engine_is_compared_by_fewer_answers(monkeypatch):
    monkeypatch.setattr(measuring, "_LONGEST_COMPARISON", -1.0)

    assert list(measuring._answers(measuring.Work(str, [1, 2, 3], str))) == ["1"]
