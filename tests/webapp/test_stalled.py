"""The page of stalled cases: why, since when, for whom, and what to do."""

from sqlalchemy import update

from tests.webapp.reserve import Make
from workflows.database import Database
from workflows.engine.tables import UserTask


def test_a_case_far_past_its_time_is_listed_with_the_next_step(
    person: Make, cases: list[int]
) -> None:
    html = person("helena.carvalho").get("/stalled/").text

    assert "Amina Diallo" in html
    assert "Far overdue" in html
    assert "Remind the reviewers, or give the task to somebody else." in html
    assert "Priya Nair" not in html


def test_a_user_task_of_nobody_is_listed_with_that_reason(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        of_last = (UserTask.instance_id == cases[-1],)
        session.execute(update(UserTask).where(*of_last).values(assignee="gone.person"))

    html = person("helena.carvalho").get("/stalled/?reason=left").text

    assert "Priya Nair" in html
    assert "Amina Diallo" not in html
    assert "Give the task to somebody who can do it." in html


def test_a_reason_that_does_not_exist_filters_nothing(person: Make, cases: list[int]) -> None:
    answer = person("helena.carvalho").get("/stalled/?reason=nonsense")

    assert answer.status_code == 200
    assert "Amina Diallo" in answer.text


def test_a_manager_sees_only_the_cases_that_concern_the_own_people(
    person: Make, cases: list[int]
) -> None:
    html = person("omar.darwish").get("/stalled/").text

    assert "Everything flows" in html


def test_stalled_cases_are_not_for_everybody(person: Make, cases: list[int]) -> None:
    answer = person("amara.okafor").get("/stalled/")

    assert answer.status_code == 403
    assert "Stalled cases are for HR, managers and auditors." in answer.text


def test_without_stalled_cases_the_page_says_so(person: Make) -> None:
    assert "Everything flows" in person("helena.carvalho").get("/stalled/").text
