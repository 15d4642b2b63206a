"""The page of a user task: its form, drafts, errors, and what happens when two are at it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

import bpmn
from tests.conftest import NOW
from tests.webapp.conftest import Person
from webapp import wording
from workflows.database import Database
from workflows.engine.tables import Draft, Duty, Instance, UserTask, UserTaskCandidate
from workflows.people_tables import Level, OrgUnit
from workflows.people_tables import Person as PersonRow

Make = Callable[..., Person]
PAGE = "/user-tasks/1"
GOOD = {
    "decision": "accept",
    "score": "70",
    "leadership": "4",
    "next_review": "2027-05-01",
    "mobile": "true",
}


def _data(database: Database, instance_id: int = 1) -> dict[str, object]:
    with database.reading() as session:
        return session.get_one(Instance, instance_id).data


def test_the_form_shows_fields_facts_help_and_texts(person: Make, cases: list[int]) -> None:
    html = person("kenji.nakamura").get(PAGE).text

    assert "Read the file first." in html
    assert "Please judge <strong>Amina Diallo</strong>" in html
    assert "0 means not ready, 100 means ready now." in html
    assert html.count('type="radio"') == 3 + 5
    assert html.count('name="strengths"') == 3


def test_a_complete_form_completes_the_user_task(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji = person("kenji.nakamura")
    kenji.get(PAGE)

    answer = kenji.post(PAGE, GOOD)

    assert answer.location == "/"
    assert "“Review the nomination” is done." in kenji.get("/").text
    assert _data(database)["score"] == 70
    assert _data(database)["mobile"] is True


def test_the_next_user_task_is_one_click_away(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.get("/?show=overdue")

    answer = kenji.post(PAGE, {**GOOD, "_then": "next"})

    assert answer.location == "/user-tasks/2"


def test_every_error_is_named_and_every_input_kept(
    person: Make, cases: list[int], database: Database
) -> None:
    answer = person("kenji.nakamura").post(
        PAGE, {"decision": "reject", "score": "abc", "reason": "too short"}
    )

    assert answer.status_code == 422
    summary = re.findall(r'<li><a href="#(field-[\w-]+)">', answer.text)
    assert summary == [
        "field-reason",
        "field-understood",
        "field-score",
        "field-leadership-0",
        "field-next_review",
    ]
    assert all(f'id="{anchor}"' in answer.text for anchor in summary)
    assert 'value="abc"' in answer.text
    assert "too short</textarea>" in answer.text
    assert "score" not in _data(database)


def test_fields_that_the_form_does_not_have_are_refused(
    person: Make, cases: list[int], database: Database
) -> None:
    answer = person("kenji.nakamura").post(PAGE, {**GOOD, "salary": "1"})

    assert answer.status_code == 422
    assert "no field “salary”" in answer.text
    assert "salary" not in _data(database)


def test_what_a_condition_hides_is_neither_asked_nor_kept(
    person: Make, cases: list[int], database: Database
) -> None:
    answer = person("kenji.nakamura").post(PAGE, {**GOOD, "reason": "typed before accepting"})

    assert answer.status_code == 302
    assert "reason" not in _data(database)


def test_conditions_follow_what_is_entered(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.get(PAGE)

    accepts = kenji.post(f"{PAGE}/conditions", {"decision": "accept"}).get_json()
    rejects = kenji.post(f"{PAGE}/conditions", {"decision": "reject"}).get_json()

    assert accepts == {"hidden": ["reason", "understood"]}
    assert rejects == {"hidden": []}


def test_a_draft_is_kept_for_its_author_alone(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    kenji.get(PAGE)

    answer = kenji.post(
        f"{PAGE}/draft",
        {"score": "unfinished", "decision": "reject"},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.get_json()["text"].startswith("Draft saved")
    assert 'value="unfinished"' in kenji.get(PAGE).text
    assert "unfinished" not in fatima.get(PAGE).text


def test_without_scripts_a_button_saves_the_draft(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    page = kenji.get(PAGE).text

    answer = kenji.post(f"{PAGE}/draft", {"score": "12"})

    assert f'formaction="{PAGE}/draft"' in page
    assert answer.location == PAGE
    assert "Your draft is saved" in kenji.get(PAGE).text


def test_a_draft_is_gone_when_its_form_was_sent(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji = person("kenji.nakamura")
    kenji.post(f"{PAGE}/draft", {"score": "12"})

    kenji.post(PAGE, GOOD)

    with database.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_the_slower_one_learns_who_was_faster_and_keeps_the_text(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    for somebody in (kenji, fatima):
        somebody.get(PAGE)
    fatima.post(PAGE, GOOD)

    late = kenji.post(PAGE, {**GOOD, "decision": "reject", "reason": "A long and careful reason."})

    assert late.status_code == 409
    assert "fatima.haddad did “Review the nomination” on 20 Nov 2026" in late.text
    assert "A long and careful reason." in late.text
    assert _data(database)["decision"] == "accept"


def test_whose_user_task_was_given_to_another_keeps_the_text(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji = person("kenji.nakamura")
    kenji.get(PAGE)
    with database.unit_of_work() as session:
        session.execute(delete(UserTaskCandidate))
        session.execute(update(UserTask).values(assignee="nobody.else", candidate_groups=[]))

    late = kenji.post(PAGE, {**GOOD, "reason": "A long and careful reason."})

    assert late.status_code in (403, 404)
    assert "A long and careful reason." in late.text
    assert "Review the nomination" not in late.text
    assert "nobody.else" not in late.text
    assert "csrf" not in late.text.split("This is what you wrote")[1].split("</dl>")[0]


def test_a_double_click_completes_once(person: Make, cases: list[int], database: Database) -> None:
    kenji = person("kenji.nakamura")
    kenji.post(PAGE, GOOD)

    again = kenji.post(PAGE, GOOD)

    assert again.status_code == 409
    with database.reading() as session:
        done = session.scalars(select(UserTask).where(UserTask.state == "completed")).all()
    assert len(done) == 1


def test_the_draft_of_the_slower_one_says_what_happened(person: Make, cases: list[int]) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    fatima.post(PAGE, GOOD)

    answer = kenji.post(f"{PAGE}/draft", {"score": "1"}, headers={"X-Requested-With": "fetch"})

    assert answer.status_code == 409
    assert "already completed" in answer.get_json()["text"]


def test_a_judge_stays_unnamed_for_the_others(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    with database.unit_of_work() as session:
        session.execute(update(UserTask).values(duty="reviewer"))
    fatima.post(PAGE, GOOD)

    late = kenji.post(PAGE, GOOD)

    assert late.status_code == 409
    assert "fatima" not in late.text
    assert "Somebody did" in late.text


def test_what_is_done_says_who_did_it(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.post(PAGE, GOOD)

    html = kenji.get(PAGE).text

    assert "kenji.nakamura completed it on 20 Nov 2026" in html
    assert "<textarea" not in html


def test_what_somebody_else_has_claimed_has_no_form(person: Make, cases: list[int]) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    fatima.post(f"{PAGE}/claim")

    html = kenji.get(PAGE).text
    late = kenji.post(PAGE, {"decision": "reject", "reason": "short"})

    assert "fatima.haddad has claimed it" in html
    assert "<textarea" not in html
    assert late.status_code == 409
    assert "short" in late.text


@pytest.mark.parametrize("username", ["amara.okafor", "mateo.navarro", "soo-jin.kwon"])
def test_unknown_and_forbidden_answer_alike(person: Make, cases: list[int], username: str) -> None:
    somebody = person(username)

    forbidden = somebody.get(PAGE)
    unknown = somebody.get("/user-tasks/999999")

    assert forbidden.status_code == unknown.status_code == 404
    strip = re.compile(r'(content|value)="[^"]{40,}"|/user-tasks/\d+')
    assert strip.sub("", forbidden.text) == strip.sub("", unknown.text)


def test_a_user_task_without_a_form_has_one_button(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.post(PAGE, GOOD)
    html = kenji.get("/?q=Tell").text
    address = re.search(r'href="(/user-tasks/\d+)"', html)
    assert address is not None

    page = kenji.get(address[1]).text
    answer = kenji.post(address[1], {})

    assert "Say when it is done" in page
    assert answer.status_code == 302


def test_a_visitor_is_led_to_sign_in_and_back(visitor: Make, cases: list[int]) -> None:
    somebody = visitor()

    answer = somebody.get(PAGE)

    assert answer.location == "/sign-in?next=/user-tasks/1"


def _bar(database: Database, who: str, **facts: object) -> None:
    """Let somebody hold a duty that excludes the first user task."""
    with database.unit_of_work() as session:
        session.add(Duty(instance_id=1, username=who, duty="nominator"))
        session.execute(
            update(UserTask).where(UserTask.id == 1).values(excludes=["nominator"], **facts)
        )


@pytest.mark.parametrize("facts", [{}, {"assignee": "kenji.nakamura"}])
def test_who_is_barred_by_another_duty_is_told_so_before_typing(
    person: Make, cases: list[int], database: Database, facts: dict[str, object]
) -> None:
    _bar(database, "kenji.nakamura", **facts)
    kenji = person("kenji.nakamura")

    answer = kenji.get(PAGE)

    assert answer.status_code == 200
    assert "In this case you nominated; HR, the pool managers or the heads" in answer.text
    for part in ('name="score"', "Please judge", "Claim it"):
        assert part not in answer.text
    assert kenji.post(PAGE, GOOD).status_code == 403
    kenji.post("/preferences/language", {"language": "de"})
    assert "In diesem Fall haben Sie vorgeschlagen; die Personalabteilung" in kenji.get(PAGE).text


def test_who_would_do_it_for_somebody_barred_is_told_so_without_the_part_of_the_other(
    person: Make, cases: list[int], database: Database
) -> None:
    _bar(database, "fatima.haddad", assignee="kenji.nakamura", on_behalf_of=["fatima.haddad"])

    html = person("kenji.nakamura").get(PAGE).text

    assert "whom you would do it for already has another part in it" in html
    assert "nominated" not in html


def test_the_words_for_duties_are_complete() -> None:
    folder = Path(bpmn.__file__).parent
    found = re.findall(r'understudy:(?:duty|excludes)="([^"=]+)"', _texts(folder))

    assert {duty for each in found for duty in each.split(",")} - set(wording.DUTIES) == set()


def _texts(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.bpmn"))


@pytest.fixture
def people(database: Database) -> None:
    """Three people, two of them of the same name."""
    rows = [("li.na", "Li", "Na"), ("li.na2", "Li", "Na"), ("zoe.muller", "Zoë", "Müller")]
    from workflows.people import name_keys

    with database.unit_of_work() as session:
        session.execute(insert(Level).values(rank=1, name="Staff"))
        session.execute(insert(OrgUnit).values(id=1, code="HQ", name="Headquarters"))
        for number, (username, given, family) in enumerate(rows, 1):
            keys = name_keys(given, family, str(number), username)
            session.add(
                PersonRow(
                    number=str(number),
                    username=username,
                    given_name=given,
                    family_name=family,
                    unit_id=1,
                    level_rank=1,
                    level_since=NOW.date(),
                    hire_date=NOW.date(),
                    **keys,
                )
            )


def test_a_person_is_named_by_username_or_by_full_name(
    person: Make, cases: list[int], people: None, database: Database
) -> None:
    kenji = person("kenji.nakamura")

    kenji.post(PAGE, {**GOOD, "sponsor": "zoe muller"})
    kenji.post("/user-tasks/2", {**GOOD, "sponsor": "li.na2"})

    assert _data(database, 1)["sponsor"] == "zoe.muller"
    assert _data(database, 2)["sponsor"] == "li.na2"


def test_a_name_of_two_people_asks_which(person: Make, cases: list[int], people: None) -> None:
    answer = person("kenji.nakamura").post(PAGE, {**GOOD, "sponsor": "Li Na"})

    assert answer.status_code == 422
    assert "Li Na (li.na), Li Na (li.na2)" in answer.text
    assert 'value="Li Na"' in answer.text


def test_people_are_suggested_to_those_who_may_find_them(person: Make, people: None) -> None:
    found = person("kenji.nakamura").get("/people/suggestions?text=mül").get_json()
    refused = person("soo-jin.kwon").get("/people/suggestions?text=mül")

    assert [one["username"] for one in found["people"]] == ["zoe.muller"]
    assert refused.status_code == 403
