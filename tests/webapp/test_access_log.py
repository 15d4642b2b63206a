"""Whoever watches is watched, and no refusal tells who judges."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.reserve import make_reserve
from workflows import accounts
from workflows.database import Database
from workflows.engine.tables import AuditEvent, Duty, UserTask

Make = Callable[[str], Person]
AUDITOR, HR, STARTER = "grace.thornton", "helena.carvalho", "nora.lindqvist"
SUBJECT, JUDGE, COLLEAGUE = "amara.okafor", "kenji.nakamura", "fatima.haddad"


def readings(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        query = select(AuditEvent.actor, AuditEvent.object_id).where(
            AuditEvent.action == "case.read"
        )
        return [(row.actor, row.object_id) for row in session.execute(query)]


def make_subject(database: Database, case_id: int, username: str) -> None:
    with database.unit_of_work() as session:
        duties = {"instance_id": case_id, "duty": "subject", "username": username}
        session.execute(insert(Duty), duties)


def test_a_page_that_an_auditor_reads_is_written_down(
    person: Make, database: Database, cases: list[int]
) -> None:
    assert person(AUDITOR).get(f"/cases/{cases[0]}").status_code == 200
    assert person(HR).get(f"/cases/{cases[1]}").status_code == 200

    assert readings(database) == [(AUDITOR, str(cases[0]))]


@pytest.mark.parametrize("path", ["", "/history"])
def test_a_call_by_an_auditor_is_written_down(
    app: Flask, database: Database, cases: list[int], path: str
) -> None:
    for who in (AUDITOR, HR):
        with database.unit_of_work() as session:
            token = accounts.issue_token(session, who, NOW)
        answer = app.test_client().get(
            f"/api/v1/instances/{cases[0]}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200

    assert readings(database) == [(AUDITOR, str(cases[0]))]


def test_how_far_the_own_case_is_may_be_read_without_a_note(
    person: Make, database: Database, cases: list[int]
) -> None:
    make_subject(database, cases[0], AUDITOR)

    assert person(AUDITOR).get(f"/cases/{cases[0]}").status_code == 200

    assert readings(database) == []


@pytest.mark.parametrize(
    ("address", "noted"),
    [
        ("/members/{number}", ("pool.see_members", "members", "{number}")),
        ("/people/member00", ("person.read", "people", "member00")),
        ("/training/{number}", ("training.see", "training", "{number}")),
        ("/training/board.csv", ("training.see_board", "training", "list")),
        ("/exits/exits.csv", ("exit.see_all", "exits", "list")),
    ],
)
def test_what_an_auditor_reads_about_people_is_written_down(
    person: Make, database: Database, address: str, noted: tuple[str, str, str]
) -> None:
    readers = [person(AUDITOR), person(HR)]
    with database.unit_of_work() as session:
        number = make_reserve(session, now=NOW).members[0].number
    for reader in readers:
        assert reader.get(address.format(number=number)).status_code == 200

    with database.reading() as session:
        written = session.execute(
            select(
                AuditEvent.actor, AuditEvent.action, AuditEvent.object_type, AuditEvent.object_id
            ).where(AuditEvent.action == noted[0])
        ).all()
    assert [tuple(row) for row in written] == [
        (AUDITOR, *(part.format(number=number) for part in noted))
    ]


def test_what_an_auditor_may_not_read_and_a_list_on_the_screen_are_not_noted(
    person: Make, database: Database
) -> None:
    auditor = person(AUDITOR)

    assert auditor.get("/exits/17").status_code == 404
    assert auditor.get("/exits/").status_code == 200

    with database.reading() as session:
        assert session.scalars(select(AuditEvent.id).where(AuditEvent.actor == AUDITOR)).all() == []


def close(database: Database, case_id: int, **facts: object) -> int:
    """Let the judge have done, or hold, the user task of a case."""
    with database.unit_of_work() as session:
        mine = UserTask.instance_id == case_id
        session.execute(update(UserTask).where(mine).values(duty="reviewer", **facts))
        return session.scalars(select(UserTask.id).where(mine)).one()


DONE = {
    "state": "completed",
    "assignee": JUDGE,
    "completed_by": JUDGE,
    "completed_at": NOW.replace(hour=8, minute=17),
}


@pytest.mark.parametrize("deed", ["claim", "release"])
@pytest.mark.parametrize("facts", [DONE, {"assignee": JUDGE}], ids=["done", "held"])
@pytest.mark.parametrize("who", [SUBJECT, STARTER, COLLEAGUE])
def test_no_refusal_tells_who_judges(
    person: Make, database: Database, cases: list[int], deed: str, facts: dict, who: str
) -> None:
    make_subject(database, cases[0], SUBJECT)
    number = close(database, cases[0], **facts)

    answer = person(who).post(f"/user-tasks/{number}/{deed}")

    assert answer.status_code in {403, 404, 409}
    assert "kenji" not in answer.text.lower()
    assert "08:17" not in answer.text


def test_the_subject_cannot_tell_a_user_task_from_none(
    person: Make, database: Database, cases: list[int]
) -> None:
    make_subject(database, cases[0], SUBJECT)
    number, amara = close(database, cases[0], **DONE), person(SUBJECT)

    answers = [amara.post(f"/user-tasks/{each}/claim") for each in (number, 99_999)]

    assert [each.status_code for each in answers] == [404, 404]
    first, second = (re.sub(r"[\w-]{40,}", "", each.text) for each in answers)
    assert first == second


def test_whoever_is_in_charge_is_told_who_was_faster(
    person: Make, database: Database, cases: list[int]
) -> None:
    number = close(database, cases[0], **DONE)

    answer = person(HR).post(f"/user-tasks/{number}/claim")

    assert answer.status_code == 409
    assert JUDGE in answer.text
