"""Business rule tasks: the decision of the bundle decides, and it is recorded."""

import pytest
from sqlalchemy import select

from rules.dmn import RecordedCase, backtest, read_model
from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import complete, find, open_tasks, publish, start
from workflows.engine.definitions import PublishRefused, SourceFile
from workflows.engine.tables import DecisionRecord, HistoryEvent


def grading(limit: int) -> SourceFile:
    return SourceFile(
        "grade.dmn",
        f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
            namespace="urn:test">
          <inputData id="p" name="points"><variable name="points" typeRef="number"/></inputData>
          <decision id="grade" name="grade">
            <variable name="grade" typeRef="string"/>
            <informationRequirement id="q"><requiredInput href="#p"/></informationRequirement>
            <decisionTable id="t" hitPolicy="FIRST">
              <input id="i"><inputExpression id="ie" typeRef="number"><text>points</text>
              </inputExpression></input>
              <output id="o" name="grade" typeRef="string"/>
              <rule id="r1"><inputEntry id="a"><text>&gt;= {limit}</text></inputEntry>
                <outputEntry id="b"><text>"good"</text></outputEntry></rule>
              <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
                <outputEntry id="e"><text>"poor"</text></outputEntry></rule>
            </decisionTable>
          </decision>
        </definitions>""".encode(),
    )


def graded() -> SourceFile:
    process = Process("graded")
    process.start().user("ask").rule("rate", "grade", resultVariable="result")
    process.user("look").end().chain("start", "ask", "rate", "look", "end")
    return SourceFile("graded.bpmn", process.xml())


def test_a_decision_is_made_with_the_table_of_the_start_and_recorded(database):
    publish(database, graded(), grading(50))
    old = start(database, "graded", {"points": 60})
    publish(database, grading(70))
    new = start(database, "graded", {"points": 60})

    for case in (old, new):
        complete(database, open_tasks(database, case)["ask"].id)

    assert find(database, old.id).data["result"] == "good"
    assert find(database, new.id).data["result"] == "poor"
    with database.reading() as session:
        records = session.scalars(select(DecisionRecord).order_by(DecisionRecord.id)).all()
    assert [(one.instance_id, one.output, one.decided_at) for one in records] == [
        (old.id, "good", NOW),
        (new.id, "poor", NOW),
    ]
    assert records[0].inputs == {"points": 60}
    assert records[0].content_hash != records[1].content_hash


def traced(value: str = "true") -> SourceFile:
    process = Process("graded")
    process.start().user("ask").rule("rate", "grade", resultVariable="result", trace=value)
    process.user("look").end().chain("start", "ask", "rate", "look", "end")
    return SourceFile("graded.bpmn", process.xml())


def records(database):
    with database.reading() as session:
        return session.scalars(select(DecisionRecord).order_by(DecisionRecord.id)).all()


def test_a_task_that_asks_for_it_keeps_why_the_other_rules_did_not_match(database):
    publish(database, traced(), grading(50))
    case = start(database, "graded", {"points": 40})
    complete(database, open_tasks(database, case)["ask"].id)

    [record] = records(database)
    [decided] = record.trace
    [table] = decided["tables"]
    assert table["inputs"] == {"points": 40}
    assert table["rules"][0] == {"rule": "r1", "matched": False, "failed": "points"}
    assert table["rules"][1]["matched"] is True
    assert record.matched_rules == ["r2"]


def test_a_trace_is_not_told_in_the_history_and_not_kept_unasked(database):
    publish(database, traced(), grading(50))
    case = start(database, "graded", {"points": 40})
    complete(database, open_tasks(database, case)["ask"].id)
    publish(database, traced("false"))
    other = start(database, "graded", {"points": 40})
    complete(database, open_tasks(database, other)["ask"].id)

    assert [bool(record.trace) for record in records(database)] == [True, False]
    with database.reading() as session:
        told = session.scalars(
            select(HistoryEvent.data).where(HistoryEvent.type == "decision_made")
        ).all()
    assert [set(data) for data in told] == [
        {"decision", "inputs", "output", "matched_rules"},
        {"decision", "inputs", "output", "matched_rules"},
    ]


def test_a_trace_is_asked_for_with_true(database):
    with pytest.raises(PublishRefused, match="true or false"):
        publish(database, traced("yes"), grading(50))


def test_a_record_answers_the_same_again(database):
    publish(database, graded(), grading(50))
    for points in (10, 50.5, 90):
        case = start(database, "graded", {"points": points})
        complete(database, open_tasks(database, case)["ask"].id)

    model = read_model(grading(50).content)
    cases = [RecordedCase(record.inputs, record.output) for record in records(database)]

    assert backtest(None, model, "grade", cases).total.to_json() == {
        "cases": 3,
        "changed": 0,
        "failed": 0,
    }
