"""Business rule tasks: the decision of the bundle decides, and it is recorded."""

from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import complete, find, open_tasks, publish, start
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import DecisionRecord


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
