"""Business rule tasks: decisions of our own DMN engine."""

import pytest

from rules.dmn import read_model
from tests.workflows.engine.build import Process
from tests.workflows.engine.play import Play
from workflows.engine.transition import ExpressionFailed, StepRefused

RATING = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"
  namespace="urn:test"><inputData id="s" name="score"><variable name="score" typeRef="number"/>
  </inputData><decision id="rating" name="rating"><informationRequirement id="r">
  <requiredInput href="#s"/></informationRequirement><decisionTable id="t">
  <input id="i"><inputExpression id="e"><text>score</text></inputExpression></input>
  <output id="o1" name="grade"/><output id="o2" name="passed"/>
  <rule id="high"><inputEntry id="a"><text>&gt;= 60</text></inputEntry>
    <outputEntry id="b"><text>"A"</text></outputEntry>
    <outputEntry id="c"><text>true</text></outputEntry></rule>
  <rule id="low"><inputEntry id="d"><text>&lt; 60</text></inputEntry>
    <outputEntry id="f"><text>"C"</text></outputEntry>
    <outputEntry id="g"><text>false</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
DECISIONS = {"rating": read_model(RATING)}


def rated(**attributes: object) -> Process:
    process = Process("p").start().rule("rate", "rating", **attributes).user("after")
    return process.chain("start", "rate", "after")


def test_the_output_of_a_decision_becomes_data():
    case = Play(rated(), decisions=DECISIONS).start(score=60, other="x")

    assert case.data == {"score": 60, "other": "x", "grade": "A", "passed": True}


def test_the_output_is_nested_where_the_task_says_so():
    case = Play(rated(resultVariable="r"), decisions=DECISIONS).start(score=59)

    assert case.data["r"] == {"grade": "C", "passed": False}


def test_mappings_decide_what_the_decision_gets_and_what_is_written():
    process = rated(resultVariable="r", inputs={"score": "points * 10"}, outputs={"ok": "r.passed"})
    case = Play(process, decisions=DECISIONS).start(points=6)

    assert case.data["ok"] is True


def test_what_was_decided_and_why_stands_in_the_history():
    case = Play(rated(resultVariable="r"), decisions=DECISIONS).start(score=60, other="secret")

    made = next(event for event in case.events if event.type == "decision_made")

    assert made.element_id == "rate"
    assert made.data == {
        "decision": "rating",
        "inputs": {"score": 60},
        "output": {"grade": "A", "passed": True},
        "matched_rules": ["high"],
    }


def test_a_decision_without_an_answer_refuses_the_step():
    with pytest.raises(ExpressionFailed, match="'rating' at 'rate' cannot be made"):
        Play(rated(), decisions=DECISIONS).start(score="many")


def test_a_decision_that_is_not_there_refuses_the_step():
    with pytest.raises(StepRefused, match="does not belong to this case"):
        Play(rated()).start(score=1)
