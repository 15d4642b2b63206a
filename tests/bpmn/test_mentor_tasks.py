"""What waits for the old mentor in the training of a member goes to the new one."""

import re
from pathlib import Path

import pytest

import bpmn
from tests.workflows.mentoring_case import MentoringCase
from tests.workflows.training_case import MEASURE
from workflows import groups, mentor_tasks
from workflows.database import Database
from workflows.engine.tables import AuditEvent


@pytest.fixture
def case(database: Database) -> MentoringCase:
    """Mona mentors Cara and has to say what a measure of the training is about."""
    case = MentoringCase.make(database, "mona", "milo").pair().agree()
    with database.unit_of_work() as session:
        groups.join(session, "ron", "training-officer")
    case.tell("member.activated", "x", member_id=case.member_id)
    case.begun("training")
    given = {"measures": ["THEORY_COURSE"], "wishes": "I want to learn.", "hardship": False}
    case.do("draft", "cara", **given)
    assert case.assignees("shape_measure") == ["mona"]
    return case


def test_the_open_steps_go_to_whoever_stands_in_and_then_to_the_new_mentor(
    case: MentoringCase,
) -> None:
    case.tell("mentor.change", str(case.member_id), member_id=case.member_id, cause="request")
    case.begun("mentor_change").do("name_cover", "nora", person="hedy")
    assert case.begun("training").assignees("shape_measure") == ["hedy"]

    case.begun("mentor_change").do("hand_over", "mona", note="She leads two projects well.")
    case.do("consent", "cara", agrees=False)
    case.do("choose", "cara", first="milo").do("accept", "milo", accepts=True)

    assert case.begun("training").assignees("shape_measure") == ["milo"]
    case.do("shape_measure", "milo", **MEASURE)
    moved = [each for each in case.rows(AuditEvent) if each.action == "user_task.reassign"]
    assert [(each.data["from"], each.data["to"], each.data["reason"]) for each in moved] == [
        ("mona", "hedy", mentor_tasks.REASON),
        ("hedy", "milo", mentor_tasks.REASON),
    ]


def test_the_steps_that_move_are_those_that_models_of_the_training_give_to_the_helper() -> None:
    folder = Path(bpmn.__file__).parent
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.bpmn")}
    found = {
        step
        for name, text in texts.items()
        if not name.startswith(("correction", "check_in"))
        for step in re.findall(r'userTask id="(\w+)"[^>]*assignee="=helper"', text)
    }

    assert found == set(mentor_tasks.STEPS)
