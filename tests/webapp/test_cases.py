"""The pages of cases: where each stands, in plain words, and who may see what."""

import re

import pytest
from sqlalchemy import insert, update

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from tests.webapp.samples import start_cases
from workflows.database import Database
from workflows.engine.tables import Duty, Incident, Instance, UserTask

HR = "helena.carvalho"
STARTER = "nora.lindqvist"


def _make_subject(database: Database, case_id: int, username: str = "amara.okafor") -> None:
    """Let a case be about somebody, with a judge who must stay unnamed."""
    with database.unit_of_work() as session:
        session.execute(
            insert(Duty),
            [
                {"instance_id": case_id, "duty": "subject", "username": username},
                {"instance_id": case_id, "duty": "reviewer", "username": "kenji.nakamura"},
            ],
        )


def test_the_list_shows_who_each_case_waits_for(person: Make, cases: list[int]) -> None:
    html = person(HR).get("/cases/").text

    assert html.count('class="person-line"') == len(cases)
    assert "Review the nomination" in html
    assert "the reviewers" in html
    assert "11 days overdue" in html


def test_cases_are_found_by_name_status_and_process(person: Make, cases: list[int]) -> None:
    helena = person(HR)

    by_name = helena.get("/cases/?q=amina").text
    completed = helena.get("/cases/?status=completed").text
    by_process = helena.get("/cases/?process=sample").text
    nonsense = helena.get("/cases/?status=nonsense").text

    assert _names(by_name) == ["Amina Diallo"]
    assert _names(completed) == []
    assert "No case fits" in completed
    assert len(_names(by_process)) == len(cases)
    assert len(_names(nonsense)) == len(cases)


def test_the_list_asks_a_fixed_number_of_statements(
    person: Make, cases: list[int], database: Database
) -> None:
    helena = person(HR)
    with counted(database) as few:
        helena.get("/cases/")
    with database.unit_of_work() as session:
        start_cases(session, now=NOW)

    with counted(database) as many:
        helena.get("/cases/")

    assert len(many) == len(few)


def test_nobody_sees_the_cases_of_others(person: Make, cases: list[int]) -> None:
    amara: Person = person("amara.okafor")

    assert "No cases yet" in amara.get("/cases/").text
    assert amara.get(f"/cases/{cases[0]}").status_code == 404
    assert amara.get("/cases/99999").status_code == 404


def test_a_case_says_in_words_where_it_stands(person: Make, cases: list[int]) -> None:
    html = person(STARTER).get(f"/cases/{cases[0]}").text

    assert "Waits for the reviewers: “Review the nomination”, until Mon, 9 Nov." in html
    assert "The case was started" in html
    assert "Amina Diallo" in html


def test_the_steps_are_a_list_for_those_who_see_no_picture(person: Make, cases: list[int]) -> None:
    html = person(STARTER).get(f"/cases/{cases[0]}").text
    steps = re.findall(r"<strong>([^<]+)</strong><small>[^<]+ · ([^<]+)</small>", html)

    assert ("Review the nomination", "Here now") in steps
    assert ("Tell the candidate", "Not reached yet") in steps


def test_the_diagram_has_marks_for_the_live_position(person: Make, cases: list[int]) -> None:
    html = person(STARTER).get(f"/cases/{cases[0]}").text

    assert "&#34;active&#34;: [&#34;review&#34;]" in html
    assert "&#34;taken&#34;: [&#34;a&#34;]" in html


def test_the_source_of_the_diagram_is_xml_of_processes_of_the_case_only(
    person: Make, cases: list[int]
) -> None:
    nora: Person = person(STARTER)

    own = nora.get(f"/cases/{cases[0]}/diagram/sample")
    foreign = nora.get(f"/cases/{cases[0]}/diagram/other")

    assert own.status_code == 200
    assert own.content_type == "text/xml; charset=utf-8"
    assert b"<bpmn:process" in own.data
    assert foreign.status_code == 404


def test_the_subject_sees_the_status_and_never_reviewers_or_data(
    person: Make, cases: list[int], database: Database
) -> None:
    _make_subject(database, cases[0])

    html = person("amara.okafor").get(f"/cases/{cases[0]}?events=all").text
    main = html[html.index("<main") :]

    assert "Others are at work on it." in main
    assert "Kenji" not in main
    assert "kenji" not in main
    assert "Subject name" not in main
    assert "the reviewers" not in main
    assert "Cancel this case" not in main


def test_the_starter_reads_pseudonyms_where_judges_are_protected(
    person: Make, cases: list[int], database: Database
) -> None:
    _make_subject(database, cases[0])
    with database.unit_of_work() as session:
        open_task = (UserTask.instance_id == cases[0], UserTask.state == "open")
        session.execute(update(UserTask).where(*open_task).values(assignee="kenji.nakamura"))

    html = person(STARTER).get(f"/cases/{cases[0]}").text
    main = html[html.index("<main") :]

    assert "Waits for Reviewer 1" in main
    assert "enji" not in main


def test_hr_sees_who_reviews(person: Make, cases: list[int], database: Database) -> None:
    _make_subject(database, cases[0])
    with database.unit_of_work() as session:
        open_task = (UserTask.instance_id == cases[0], UserTask.state == "open")
        session.execute(update(UserTask).where(*open_task).values(assignee="kenji.nakamura"))

    html = person(HR).get(f"/cases/{cases[0]}").text

    assert "Waits for Kenji Nakamura" in html


def test_cancelling_needs_a_reason_and_ends_the_case(person: Make, cases: list[int]) -> None:
    helena: Person = person(HR)
    helena.get(f"/cases/{cases[0]}")

    without = helena.post(f"/cases/{cases[0]}/cancel", {"reason": "  "})
    done = helena.post(f"/cases/{cases[0]}/cancel", {"reason": "Sent twice"}, follow_redirects=True)

    assert without.status_code == 422
    assert "Enter the reason." in without.text
    assert "The case is cancelled." in done.text
    assert "Sent twice" in done.text
    assert "Cancelled on 20 Nov 2026." in done.text


def test_a_second_cancel_says_that_the_case_is_over(person: Make, cases: list[int]) -> None:
    helena: Person = person(HR)
    helena.get(f"/cases/{cases[0]}")
    helena.post(f"/cases/{cases[0]}/cancel", {"reason": "Sent twice"})

    again = helena.post(f"/cases/{cases[0]}/cancel", {"reason": "Sent twice"})

    assert again.status_code == 409


def test_an_outsider_cannot_cancel(person: Make, cases: list[int]) -> None:
    amara: Person = person("amara.okafor")

    answer = amara.post(f"/cases/{cases[0]}/cancel", {"reason": "I do not like it"})

    assert answer.status_code == 404


def test_a_problem_is_shown_with_the_way_to_try_again(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        session.execute(
            insert(Incident),
            {
                "instance_id": cases[0],
                "element_id": "review",
                "kind": "service_failed",
                "message": "The mail server does not answer.",
                "command": {},
                "opened_at": NOW,
            },
        )
        session.execute(update(Instance).where(Instance.id == cases[0]).values(status="incident"))

    html = person(HR).get(f"/cases/{cases[0]}").text

    assert "A problem stopped the case at “Review the nomination”." in html
    assert "The mail server does not answer." in html
    assert "Try again" in html


@pytest.mark.parametrize("query", ["cursor=nonsense", "diagram=nonsense&events=nonsense"])
def test_what_an_address_cannot_mean_does_no_harm(
    person: Make, cases: list[int], query: str
) -> None:
    answer = person(STARTER).get(f"/cases/{cases[0]}?{query}")

    assert answer.status_code in {200, 422}


def _names(html: str) -> list[str]:
    """Whom the rows are about, in order."""
    return re.findall(r'<a href="/cases/\d+">([^<]+)</a>', html)
