"""The page of stalled cases: why, since when, for whom, and what to do."""

from datetime import timedelta

from sqlalchemy import select, update

from tests.conftest import NOW
from tests.webapp.reserve import Make
from tests.workflows.staff import add_person, add_units
from workflows.calendar import OrganisationCalendar
from workflows.database import Database
from workflows.engine import stalled
from workflows.engine.tables import Duty, UserTask


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


def test_a_step_past_its_time_is_at_risk_until_it_stalls(
    person: Make, cases: list[int], database: Database
) -> None:
    before = person("helena.carvalho").get("/stalled/at-risk").text
    with database.unit_of_work() as session:
        of_last = (UserTask.instance_id == cases[-1],)
        late = {"due_at": NOW - timedelta(hours=1), "created_at": NOW - timedelta(days=7)}
        session.execute(update(UserTask).where(*of_last).values(**late))

    html = person("helena.carvalho").get("/stalled/at-risk").text

    assert "Priya Nair" not in before
    assert "Priya Nair" in html
    assert "Its time is over" in html
    assert "Amina Diallo" not in html  # has stalled and stands in the other list


def test_a_step_that_takes_longer_than_nine_of_ten_is_at_risk(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        done = {"state": "completed", "completed_at": NOW - timedelta(days=7)}
        session.execute(update(UserTask).values(created_at=NOW - timedelta(days=8), due_at=None))
        session.execute(update(UserTask).values(stalls_at=None))
        rows = session.scalars(select(UserTask)).all()
        for number in range(10):
            session.add(_like(rows[0], number, done))

    html = person("helena.carvalho").get("/stalled/at-risk").text

    assert "Longer than usual" in html
    assert "nine of ten took up to 1 working day" in html


def test_the_list_is_narrowed_by_the_unit_of_whom_a_case_is_about(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        units = add_units(session)
        add_person(session, "amina", units["T"])
        session.flush()
        session.add(Duty(instance_id=cases[0], duty="subject", username="amina"))
        numbers = {code: unit.id for code, unit in units.items()}
    helena = person("helena.carvalho")

    found = {code: helena.get(f"/stalled/?unit={number}").text for code, number in numbers.items()}

    shown = {code for code, html in found.items() if 'class="stalled-why"' in html}
    assert shown == {"T", "D", "C"}


def test_the_lists_are_paged_without_a_case_twice(database: Database, cases: list[int]) -> None:
    seen: list[int] = []
    with database.reading() as session:
        later = NOW + timedelta(days=60)
        found = stalled.survey(session, now=later, calendar=OrganisationCalendar())
    cursor: str | None = None
    while cursor is not None or not seen:
        page = stalled.page(found, limit=3, cursor=cursor)
        seen += [case.instance.id for case in page.items]
        cursor = page.next

    assert seen == [case.instance.id for case in found]
    assert len(set(seen)) == len(seen) == len(cases)


def _like(row: UserTask, number: int, facts: dict[str, object]) -> UserTask:
    """Return a copy of a user task with another token."""
    columns = {column.name: getattr(row, column.name) for column in UserTask.__table__.columns}
    del columns["id"]
    return UserTask(**{**columns, "token_id": 1_000 + number, **facts})
