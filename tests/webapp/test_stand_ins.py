"""The pages on which people say who does their work, ask, answer, and look after leavers."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import Person
from tests.webapp.german import read_german, refused
from tests.webapp.test_user_task_page import GOOD
from workflows import contract_watch, people
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.database import Database
from workflows.engine.occasion import Occasion
from workflows.engine.tables import UserTask
from workflows.people_tables import Level, OrgUnit
from workflows.people_tables import Person as PersonRow
from workflows.question_tables import Question
from workflows.stand_in_tables import Absence, Delegation

Make = Callable[..., Person]
TODAY = NOW.date()
PAGE = "/user-tasks/1"


@pytest.fixture
def staff(database: Database, cases: list[int]) -> list[int]:
    """The cases, and a personnel file for those who act in these tests."""
    with database.unit_of_work() as session:
        session.add(Level(rank=1, name="Level 1"))
        unit = OrgUnit(code="U", name="Unit")
        session.add(unit)
        session.flush()
        names = ("kenji.nakamura", "fatima.haddad", "helena.carvalho")
        for number, username in enumerate(names):
            given, _dot, family = username.title().partition(".")
            row = {
                "number": f"P{number}",
                "username": username,
                "given_name": given,
                "family_name": family,
                "unit_id": unit.id,
                "level_rank": 1,
                "level_since": date(2020, 1, 1),
                "hire_date": date(2015, 1, 1),
                "employment_status": "active",
                "category": "general",
                "specialty": "",
                "education_rank": 3,
                "email": "",
                "phone": "",
                "language": "en",
                "time_zone": "",
                **people.name_keys(given, family, f"P{number}", username),
            }
            session.execute(insert(PersonRow).values(row))
    return cases


def claimed(person: Make, name: str = "kenji.nakamura", number: int = 1) -> Person:
    """Somebody who has claimed a user task."""
    somebody = person(name)
    somebody.get(f"/user-tasks/{number}")
    somebody.post(f"/user-tasks/{number}/claim")
    somebody.get(f"/user-tasks/{number}")
    return somebody


def holder(database: Database, number: int = 1) -> tuple[str | None, list[str]]:
    with database.reading() as session:
        row = session.get_one(UserTask, number)
        return row.assignee, row.on_behalf_of


def watch(database: Database) -> None:
    contract_watch.watch(database, Occasion(SYSTEM, NOW, OrganisationCalendar()))


def test_an_absence_is_entered_and_ended_on_the_account_page(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = claimed(person)
    facts = {
        "first_day": TODAY.isoformat(),
        "last_day": (TODAY + timedelta(days=9)).isoformat(),
        "substitute": "fatima.haddad",
        "kind": "holiday",
    }
    kenji.get("/account/")

    assert kenji.post("/account/absences", facts).location == "/account/"
    page = kenji.get("/account/").text
    assert "Holiday" in page
    assert "Fatima Haddad" in page
    watch(database)
    assert holder(database) == ("fatima.haddad", ["kenji.nakamura"])

    fatima = person("fatima.haddad")
    assert "for Kenji Nakamura" in fatima.get("/").text
    assert "Done for" in fatima.get(PAGE).text

    with database.reading() as session:
        absence = session.scalars(select(Absence)).one()
    kenji.post(f"/account/absences/{absence.id}/end")
    assert holder(database) == ("kenji.nakamura", [])


def test_an_absence_that_makes_no_sense_is_refused(person: Make, staff: list[int]) -> None:
    kenji = person("kenji.nakamura")
    days = {"first_day": "2026-12-02", "last_day": "2026-12-01"}

    assert kenji.post("/account/absences", days).status_code == 422
    assert kenji.post("/account/absences", {"first_day": "soon"}).status_code == 422
    others = {"first_day": "2026-12-01", "last_day": "2026-12-01", "person": "fatima.haddad"}
    assert kenji.post("/account/absences", others).status_code == 403
    assert kenji.post("/account/absences/77/end").status_code == 404


def test_a_user_task_is_delegated_and_taken_back(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = claimed(person)
    facts = {"person": "Fatima Haddad", "until": "2026-12-01", "reason": "At a conference."}

    assert kenji.post(f"{PAGE}/delegate", facts).location == "/"
    assert holder(database) == ("fatima.haddad", ["kenji.nakamura"])
    assert kenji.post(PAGE, GOOD).status_code == 409
    assert "At a conference." in kenji.get("/account/").text

    with database.reading() as session:
        delegation = session.scalars(select(Delegation)).one()
    assert (
        person("fatima.haddad").post(f"/account/delegations/{delegation.id}/end").status_code == 404
    )
    kenji.get("/account/")
    kenji.post(f"/account/delegations/{delegation.id}/end")
    assert holder(database) == ("kenji.nakamura", [])


def test_whoever_let_it_be_done_by_another_still_sees_the_case(
    person: Make, staff: list[int]
) -> None:
    kenji = claimed(person)
    facts = {"person": "fatima.haddad", "until": "2026-12-01", "reason": "At a conference."}
    kenji.post(f"{PAGE}/delegate", facts)

    page = kenji.get(f"/cases/{staff[0]}")

    assert page.status_code == 200
    assert "for Kenji Nakamura" in page.text
    assert f'href="/cases/{staff[0]}"' in kenji.get("/cases/").text


def test_all_user_tasks_of_a_kind_are_delegated(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = claimed(person)
    page = kenji.get("/account/").text
    assert 'value="sample/review"' in page
    facts = {"person": "fatima.haddad", "until": "2026-12-01", "reason": "She knows."}

    kenji.post("/account/delegations", {"step": "sample/review", **facts})
    watch(database)

    assert holder(database) == ("fatima.haddad", ["kenji.nakamura"])
    assert kenji.post("/account/delegations", {"step": "none", **facts}).status_code == 422


def test_a_question_is_asked_and_answered(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = claimed(person)
    with database.unit_of_work() as session:
        row = session.get_one(UserTask, 2)
        row.assignee = "fatima.haddad"  # takes part in another case only
    refused = kenji.post(f"{PAGE}/questions", {"person": "fatima.haddad", "text": "Which year?"})
    assert refused.status_code == 403
    with database.unit_of_work() as session:
        session.get_one(UserTask, 1).on_behalf_of = ["fatima.haddad"]

    kenji.post(f"{PAGE}/questions", {"person": "fatima.haddad", "text": "Which year?"})

    assert "Its time stands still" in kenji.get(PAGE).text
    assert "waits for an answer" in kenji.get("/").text
    fatima = person("fatima.haddad")
    assert "Which year?" in fatima.get("/").text
    assert "Your answer" in fatima.get("/questions/1").text
    assert person("helena.carvalho").get("/questions/1").status_code == 404
    empty = fatima.post("/questions/1", {"text": " "})
    assert (empty.status_code, "Enter the answer." in empty.text) == (422, True)
    fatima.get("/questions/1")
    assert fatima.post("/questions/1", {"text": "2024 it was."}).location == "/"
    assert "2024 it was." in kenji.get(PAGE).text
    assert "Its time stands still" not in kenji.get(PAGE).text
    assert "was answered" in kenji.get(f"/cases/{staff[0]}?events=all").text


def test_a_question_is_taken_back(person: Make, staff: list[int], database: Database) -> None:
    kenji = claimed(person)
    with database.unit_of_work() as session:
        session.get_one(UserTask, 1).on_behalf_of = ["fatima.haddad"]
    kenji.post(f"{PAGE}/questions", {"person": "fatima.haddad", "text": "Which year?"})
    kenji.get(PAGE)

    assert kenji.post("/questions/1/recall").location == PAGE

    with database.reading() as session:
        assert session.get_one(Question, 1).outcome == "recalled"
    assert "Which year?" not in person("fatima.haddad").get("/").text


def test_many_are_claimed_delegated_and_completed_with_a_result_for_each(
    person: Make, staff: list[int], database: Database
) -> None:
    claimed(person, "fatima.haddad", 3)
    kenji = person("kenji.nakamura")
    kenji.get("/")

    page = kenji.post("/inbox/bulk", {"do": "claim", "user_task": ["1", "2", "3", "999"]}).text
    results = re.findall(r'class="tag tone-(green|red)"', page)
    assert results == ["green", "green", "red", "red"]

    kenji.get("/")
    page = kenji.post("/inbox/bulk", {"do": "complete", "user_task": ["1", "2"]}).text
    assert page.count("It has a form; open it.") == 2

    kenji.get("/")
    facts = {"person": "fatima.haddad", "until": "2026-12-01", "reason": "Too much."}
    chosen = {"do": "delegate", "user_task": ["1", "2", "3"], **facts}
    page = kenji.post("/inbox/bulk", chosen).text
    assert re.findall(r'class="tag tone-(green|red)"', page) == ["green", "green", "red"]
    assert holder(database, 2) == ("fatima.haddad", ["kenji.nakamura"])
    assert kenji.post("/inbox/bulk", {"do": "claim"}).status_code == 422


def test_what_asks_for_nothing_is_completed_in_bulk(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = claimed(person)
    kenji.post(PAGE, GOOD)
    with database.reading() as session:
        number = session.scalars(select(UserTask.id).where(UserTask.element_id == "tell")).one()
    kenji.get("/")

    page = kenji.post("/inbox/bulk", {"do": "complete", "user_task": [str(number)]}).text

    assert "tone-green" in page
    with database.reading() as session:
        assert session.get_one(UserTask, number).state == "completed"


def test_the_inbox_shows_the_tier_and_asks_no_more_for_many(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = person("kenji.nakamura")

    with counted(database) as statements:
        page = kenji.get("/").text

    assert "Its time is over" in page or "Long overdue" in page
    tiers = [one for one in statements if "absence" in one or "FROM question" in one]
    assert len(tiers) <= 3


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("delegate", {"person": "fatima.haddad", "reason": "Away", "until": "2026-12-04"}),
        ("questions", {"person": "fatima.haddad", "text": "Which year?"}),
    ],
)
def test_a_refusal_tells_nobody_of_a_user_task_or_who_has_it(
    person: Make, staff: list[int], part: str, form: dict[str, str]
) -> None:
    claimed(person)
    stranger = person("amara.okafor")

    hidden = stranger.post(f"{PAGE}/{part}", form)
    missing = stranger.post(f"/user-tasks/9999/{part}", form)

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "Kenji" not in hidden.text
    assert "kenji" not in hidden.text


def test_hr_says_who_has_left_and_sees_what_moved(
    person: Make, staff: list[int], database: Database
) -> None:
    claimed(person)
    hanna = person("helena.carvalho")
    assert hanna.get("/leavers/").status_code == 200

    assert hanna.post("/leavers/", {"person": "kenji.nakamura"}).location == "/leavers/"

    page = hanna.get("/leavers/").text
    assert "1 task moved." in page
    assert "back to its group" in page
    assert holder(database) == (None, [])
    assert person("fatima.haddad").get("/leavers/").status_code == 403
    assert (
        person("fatima.haddad").post("/leavers/", {"person": "helena.carvalho"}).status_code == 403
    )


def test_what_is_refused_is_said_in_german(
    person: Make, staff: list[int], database: Database
) -> None:
    kenji = read_german(claimed(person))
    late = {"person": "fatima.haddad", "until": "2026-11-01", "reason": "Urlaub."}
    days = {"first_day": "2026-12-02", "last_day": "2026-12-01"}
    own = {"person": "kenji.nakamura", "text": "Welches Jahr?"}
    other = {"person": "fatima.haddad", "text": "Welches Jahr?"}

    refused(kenji.post(f"{PAGE}/delegate", late), 422, "Sagen Sie, bis wann: ein künftiger Tag")
    silent = {**late, "until": "2026-12-01", "reason": " "}
    refused(kenji.post(f"{PAGE}/delegate", silent), 422, "Geben Sie den Grund an.")
    mine = {**silent, "reason": "Urlaub.", "person": "kenji.nakamura"}
    refused(kenji.post(f"{PAGE}/delegate", mine), 422, "Die Aufgabe gehört schon Ihnen.")
    refused(kenji.post(f"{PAGE}/questions", own), 422, "Fragen Sie jemand anderen.")
    refused(kenji.post(f"{PAGE}/questions", other), 403, "ist an diesem Fall nicht beteiligt")
    refused(kenji.post("/account/absences", days), 422, "darf nicht vor dem ersten liegen")
    twice = {"first_day": "2026-12-02", "last_day": "2026-12-04", "kind": "holiday"}
    kenji.post("/account/absences", twice)
    refused(kenji.post("/account/absences", twice), 409, "Für 2. Dez. 2026 bis 4. Dez. 2026")
    with database.unit_of_work() as session:
        session.get_one(UserTask, 2).assignee = "fatima.haddad"
        session.get_one(UserTask, 1).on_behalf_of = ["fatima.haddad"]
    refused(kenji.post(f"{PAGE}/questions", {**other, "text": ""}), 422, "Geben Sie die Frage ein.")
    refused(kenji.post("/user-tasks/2/release"), 403, "ist für fatima.haddad")
    kenji.post(f"{PAGE}/questions", other)
    refused(kenji.post(f"{PAGE}/questions", other), 409, "wartet schon auf eine Antwort")
