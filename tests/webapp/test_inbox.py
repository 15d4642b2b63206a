"""The inbox: what is shown to whom, in which order, and with how many statements."""

import re
from collections.abc import Callable

from sqlalchemy import update

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import Person
from tests.webapp.samples import start_cases
from workflows.database import Database
from workflows.engine.tables import UserTask

Make = Callable[..., Person]


def _about(html: str) -> list[str]:
    """Whom the rows are about, in order."""
    return re.findall(r'class="person-line">.*?<span>([^<]+)<small>', html)


def test_the_overdue_come_first(person: Make, cases: list[int]) -> None:
    html = person("kenji.nakamura").get("/").text

    assert _about(html)[:3] == ["Amina Diallo", "Jonas Weber", "Li Na"]
    assert "11 days overdue" in html
    assert "8 open, 3 overdue" in html


def test_somebody_in_no_group_sees_a_friendly_sentence(person: Make, cases: list[int]) -> None:
    html = person("amara.okafor").get("/").text

    assert "Nothing waits for you" in html
    assert "Amina Diallo" not in html


def test_the_number_of_statements_does_not_grow_with_the_inbox(
    person: Make, cases: list[int], database: Database
) -> None:
    kenji = person("kenji.nakamura")
    kenji.get("/")
    with counted(database) as few:
        kenji.get("/")
    with database.unit_of_work() as session:
        for _ in range(3):
            start_cases(session, now=NOW)

    with counted(database) as many:
        kenji.get("/")

    assert len(many) == len(few)


def test_the_numbers_lead_to_what_they_count(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.post("/user-tasks/1/claim", {"back": "inbox"})

    assert len(_about(kenji.get("/?show=overdue").text)) == 3
    assert _about(kenji.get("/?show=mine").text) == ["Amina Diallo"]
    assert len(_about(kenji.get("/?show=groups").text)) == 7
    assert _about(kenji.get("/?show=today").text) == ["Marta Kowalska"]


def test_the_search_finds_names_and_steps(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")

    assert _about(kenji.get("/?q=kowal").text) == ["Marta Kowalska"]
    assert len(_about(kenji.get("/?q=review").text)) == 8
    assert "No task fits this filter" in kenji.get("/?q=%25").text


def test_a_filter_by_process_and_step_is_offered(person: Make, cases: list[int]) -> None:
    html = person("kenji.nakamura").get("/").text

    assert '<option value="sample">' in html
    assert '<option value="sample/review">' in html


def test_the_last_filter_is_remembered_until_it_is_cleared(person: Make, cases: list[int]) -> None:
    kenji = person("kenji.nakamura")
    kenji.get("/?q=kowal")

    again = kenji.get("/").text
    kenji.get("/?clear=1")
    cleared = kenji.get("/").text

    assert _about(again) == ["Marta Kowalska"]
    assert len(_about(cleared)) == 8


def test_more_is_shown_page_by_page(person: Make, cases: list[int], database: Database) -> None:
    with database.unit_of_work() as session:
        for _ in range(4):
            start_cases(session, now=NOW)
    kenji = person("kenji.nakamura")

    first = kenji.get("/").text
    more = re.search(r'href="(/\?cursor=[^"]+)"', first)
    assert more is not None
    second = kenji.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).text

    assert len(_about(first)) == 30
    assert len(_about(second)) == 10
    assert "<html" not in second


def test_a_made_up_cursor_is_refused_kindly(person: Make, cases: list[int]) -> None:
    answer = person("kenji.nakamura").get("/?cursor=nonsense")

    assert answer.status_code == 422
    assert "first page" in answer.text


def test_whoever_claims_first_has_it(person: Make, cases: list[int]) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    kenji.post("/user-tasks/1/claim", {"back": "inbox"})

    late = fatima.post("/user-tasks/1/claim", {"back": "inbox"})

    assert late.status_code == 409
    assert "already taken" in late.text
    assert "Amina Diallo" not in fatima.get("/").text


def test_what_is_released_is_open_for_the_group_again(person: Make, cases: list[int]) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    kenji.post("/user-tasks/1/claim", {"back": "inbox"})

    answer = kenji.post("/user-tasks/1/release", {"back": "inbox"})

    assert answer.location == "/"
    assert "Amina Diallo" in fatima.get("/").text


def test_a_name_is_text_and_never_a_tag(person: Make, cases: list[int], database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(update(UserTask).values(subject="<script>alert(1)</script>"))

    html = person("kenji.nakamura").get("/").text

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
