"""A back-test tells whose outcome a new version changes, from what to what."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rules.dmn import DecisionModel, RecordedCase, backtest, read_model
from rules.dmn.backtest import replay
from tests.rules.dmn_models import decision, input_data, literal, model, table

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def graded(border: int, *, policy: str = "FIRST") -> DecisionModel:
    rules = [([f">= {border}"], ['"pass"']), (["-"], ['"fail"'])]
    logic = table(policy, ["score"], rules)
    return read_model(model(input_data("score", "number"), decision("d", logic, ("in_score",))))


def recorded(*scores: object, group: str = "") -> list[RecordedCase]:
    return [RecordedCase({"score": score}, group=group, key=f"case {score}") for score in scores]


def test_only_outcomes_that_change_are_listed_with_whom_they_concern():
    report = backtest(graded(60), graded(70), "d", recorded(50, 65, 75))

    assert [outcome.to_json() for outcome in report.changes] == [
        {"record": 2, "key": "case 65", "group": "", "from": "pass", "to": "fail"}
    ]
    assert report.total.to_json() == {"cases": 3, "changed": 1, "failed": 0}
    assert report.by_change == {('"pass"', '"fail"'): 1}


def test_changes_are_counted_by_group():
    cases = [*recorded(50, 65, group="north"), *recorded(66, 67, group="south")]
    report = backtest(graded(60), graded(70), "d", cases)

    groups = report.to_json()["by_group"]
    assert groups["north"]["changed"] == 1
    assert groups["south"]["by_change"] == [{"from": '"pass"', "to": '"fail"', "count": 2}]
    assert "north: 1 of 2 would change" in list(report.lines())


def test_without_an_old_version_the_recorded_output_counts():
    cases = [RecordedCase({"score": 65}, "pass"), RecordedCase({"score": 75}, "pass")]
    report = backtest(None, graded(70), "d", cases)

    assert report.total.to_json() == {"cases": 2, "changed": 1, "failed": 0}


def test_a_number_is_the_same_however_it_was_recorded():
    new = read_model(model(input_data("x"), decision("d", literal("x * 1"), ("in_x",))))

    assert backtest(None, new, "d", [RecordedCase({"x": 2}, 2.0)]).total.changed == 0


def test_failures_are_told_apart_from_changes():
    broken = graded(60, policy="UNIQUE")
    report = backtest(graded(60), broken, "d", recorded(50, 65, "many"))

    assert report.total.to_json() == {"cases": 3, "changed": 0, "failed": 2}
    assert [outcome.failed for outcome in report.failures] == ["after", "before"]
    assert "rules match" in report.failures[0].error


def test_every_record_is_answered_at_its_own_time():
    new = read_model(model(decision("d", literal("string(today())"))))
    cases = [RecordedCase({}, "2026-03-01", now=NOW), RecordedCase({}, "2025-01-01")]
    report = backtest(None, new, "d", cases, now=datetime(2025, 1, 1, tzinfo=UTC))

    assert report.total.changed == 0


def test_one_entry_of_a_context_can_be_compared_alone():
    old = read_model(model(decision("d", literal('{level: "A", points: 1}'))))
    new = read_model(model(decision("d", literal('{level: "A", points: 2}'))))

    assert backtest(old, new, "d", [RecordedCase({})]).total.changed == 1
    assert backtest(old, new, "d", [RecordedCase({})], member="level").total.changed == 0


def test_records_are_read_one_at_a_time():
    read = []

    def cases() -> Iterator[RecordedCase]:
        for score in range(10):
            read.append(score)
            yield RecordedCase({"score": score}, "fail")

    outcomes = replay(None, graded(5), "d", cases())
    next(outcomes)

    assert read == [0]


def test_a_report_lists_no_more_than_was_asked_for():
    report = backtest(graded(60), graded(70), "d", recorded(*range(60, 70)), listed=3)

    assert report.total.changed == 10
    assert len(report.changes) == 3
