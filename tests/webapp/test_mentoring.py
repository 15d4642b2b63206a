"""The mentor board and the check-ins: who sees whom, and who reads what was said."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows import packaged, people
from workflows.check_in_tables import (
    CheckIn,
    CheckInKind,
    CheckInState,
    SupportAction,
    WellbeingNote,
)
from workflows.database import Database
from workflows.mentoring_tables import (
    MentorChange,
    MentorContact,
    MentorPairing,
    MentorProfile,
    PairingKind,
)
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

TODAY = NOW.date()


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    with database.unit_of_work() as session:
        reserve = make_reserve(session, now=NOW)
        for member in reserve.members:
            member.lifecycle = Lifecycle.ACTIVE
            member.accountable_head = "omar.darwish"
        reserve.members[2].pool_id = reserve.secret.id
        session.flush()
        return reserve


@pytest.fixture
def paired(database: Database, reserve: Reserve) -> Reserve:
    """Tomasz mentors the first member and stands in for the second; the third has nobody."""
    with database.unit_of_work() as session:
        session.add(MentorProfile(username="tomasz.nowak", capacity=2))
        for number, kind in enumerate((PairingKind.MENTOR, PairingKind.INTERIM)):
            session.add(
                MentorPairing(
                    member_id=reserve.members[number].id,
                    mentor="tomasz.nowak",
                    kind=kind,
                    started_on=date(2026, 11, 2),
                )
            )
    return reserve


def _check_in(database: Database, reserve: Reserve, **facts: Any) -> int:
    """Add a check-in of the mentor with the first member; return its number."""
    note = facts.pop("wellbeing", None)
    with database.unit_of_work() as session:
        row = CheckIn(
            **{
                "member_id": reserve.members[0].id,
                "kind": CheckInKind.MENTOR,
                "responsible": "tomasz.nowak",
                "held_by": "tomasz.nowak",
                "state": CheckInState.HELD,
                "opened_on": TODAY,
                "closed_on": TODAY,
                "motivation": 4,
                "workload": 3,
                "outcome": "nothing",
                "work": "The project is late.",
                **facts,
            }
        )
        session.add(row)
        session.flush()
        if note:
            session.add(
                WellbeingNote(
                    check_in_id=row.id,
                    body="A child was born.",
                    written_by="tomasz.nowak",
                    written_on=date(2025, 11, 1),
                    expires_on=note,
                )
            )
        return row.id


def test_members_without_a_mentor_come_first(person: Make, paired: Reserve) -> None:
    html = person("helena.carvalho").get("/mentoring/").text

    order = [html.index(f"Member{number:02d} Adler") for number in (2, 0, 1)]
    assert order == sorted(order)
    assert html.count("Tomasz Nowak") == 2
    assert "2 of 2" in html
    assert "Full" in html
    assert "Stands in" in html


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("helena.carvalho", {0, 1, 2}),
        ("omar.darwish", {0, 1, 2}),  # the head of the unit
        ("tomasz.nowak", {0, 1}),  # the mentor
        ("nora.lindqvist", set()),  # a colleague in an open pool
    ],
)
def test_everybody_sees_whom_it_concerns(
    person: Make, paired: Reserve, who: str, seen: set[int]
) -> None:
    html = person(who).get("/mentoring/").text

    assert {number for number in range(3) if f"Member{number:02d} Adler" in html} == seen


def test_a_member_sees_the_own_mentor_only(
    person: Make, paired: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        amara = people.by_username(session, "amara.okafor")
        session.get_one(PoolMember, paired.members[0].id).person_id = amara.id

    html = person("amara.okafor").get("/mentoring/").text

    assert "Tomasz Nowak" in html
    assert "Adler" not in html


def test_administrators_see_nobody(person: Make, paired: Reserve) -> None:
    answer = person("soo-jin.kwon").get("/mentoring/")

    assert answer.status_code == 403


@pytest.mark.parametrize(("state", "seen"), [("without", {2}), ("interim", {1}), ("missed", {0})])
def test_the_board_is_narrowed_to_what_needs_something(
    person: Make, paired: Reserve, database: Database, state: str, seen: set[int]
) -> None:
    missed = {"state": CheckInState.MISSED, "held_by": "", "outcome": ""}
    _check_in(database, paired, **missed)

    html = person("helena.carvalho").get(f"/mentoring/?state={state}").text

    assert {number for number in range(3) if f"Member{number:02d} Adler" in html} == seen
    assert html.count('aria-current="true"') == 1


def test_contacts_that_an_earlier_mentor_missed_do_not_count(
    person: Make, paired: Reserve, database: Database
) -> None:
    missed = {"state": CheckInState.MISSED, "held_by": "", "outcome": ""}
    _check_in(database, paired, responsible="somebody.else", **missed)

    html = person("helena.carvalho").get("/mentoring/?state=missed").text

    assert "Nobody matches" in html


def test_the_board_is_found_by_name(person: Make, paired: Reserve) -> None:
    html = person("helena.carvalho").get("/mentoring/?q=adler01").text

    assert "Member01 Adler01" in html
    assert "Member00" not in html


def test_a_long_board_goes_on(
    person: Make, paired: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.mentoring.ON_A_PAGE", 1)
    reader = person("helena.carvalho")
    seen, address = [], "/mentoring/"
    for _ in range(3):
        html = reader.get(address).text
        seen += [number for number in range(3) if f"Member{number:02d} Adler" in html]
        if 'class="show-more"' not in html:
            break
        address = html.split('class="show-more"')[1].split('href="')[1].split('"')[0]

    assert seen == [2, 0, 1]


def test_a_wrong_cursor_is_refused(person: Make, paired: Reserve) -> None:
    assert person("helena.carvalho").get("/mentoring/?cursor=nonsense").status_code == 422


def test_the_board_is_exported_for_whom_it_concerns(person: Make, paired: Reserve) -> None:
    answer = person("tomasz.nowak").get("/mentoring/export")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.content_type.startswith("text/csv")
    assert [row["member"] for row in rows] == ["Member00 Adler00", "Member01 Adler01"]
    assert [row["kind"] for row in rows] == ["mentor", "interim"]
    assert (rows[0]["load"], rows[0]["capacity"], rows[0]["since"]) == ("2", "2", "2026-11-02")


def test_a_formula_in_a_name_is_no_formula_in_the_file(
    person: Make, paired: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        people.by_username(session, "member00").display_name = "=1+1"

    text = person("helena.carvalho").get("/mentoring/export").text

    assert "'=1+1" in text


def test_check_ins_are_listed_with_how_many_were_held(
    person: Make, paired: Reserve, database: Database
) -> None:
    missed = {"state": CheckInState.MISSED, "held_by": "", "outcome": ""}
    _check_in(database, paired)
    for _ in range(2):
        _check_in(database, paired, **missed)
    _check_in(database, paired, opened_on=date(2025, 1, 1), **missed)

    html = person("helena.carvalho").get("/check-ins/").text

    assert "33 %" in html
    assert "1 held, 2 missed" in html
    assert html.count("Member00 Adler00") == 4
    held = person("helena.carvalho").get("/check-ins/?state=held&kind=mentor").text
    assert held.count("Member00 Adler00") == 1
    assert "No such check-in" in person("helena.carvalho").get("/check-ins/?kind=head").text


@pytest.mark.parametrize(
    ("who", "number"),
    [("helena.carvalho", 1), ("omar.darwish", 1), ("tomasz.nowak", 1), ("nora.lindqvist", 0)],
)
def test_check_ins_are_listed_for_whom_they_concern(
    person: Make, paired: Reserve, database: Database, who: str, number: int
) -> None:
    _check_in(database, paired)

    html = person(who).get("/check-ins/").text

    assert html.count("Member00 Adler00") == number
    assert ("No check-ins yet" in html) is (number == 0)


def test_a_long_list_of_check_ins_goes_on(
    person: Make, paired: Reserve, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.check_ins.ON_A_PAGE", 1)
    first, second = _check_in(database, paired), _check_in(database, paired)
    reader = person("helena.carvalho")

    html = reader.get("/check-ins/").text
    address = html.split('class="show-more"')[1].split('href="')[1].split('"')[0]

    assert f'href="/check-ins/{second}"' in html
    assert f'href="/check-ins/{first}"' in reader.get(address).text


def test_the_file_of_check_ins_tells_nothing_that_was_said(
    person: Make, paired: Reserve, database: Database
) -> None:
    _check_in(database, paired, wellbeing=date(2027, 1, 1))

    text = person("helena.carvalho").get("/check-ins/export").text

    assert "mentor,tomasz.nowak,held" in text
    assert "project" not in text
    assert "child" not in text


@pytest.mark.parametrize(
    ("who", "status", "reads_life"),
    [
        ("helena.carvalho", 200, True),  # HR
        ("tomasz.nowak", 200, True),  # wrote it down
        ("omar.darwish", 403, False),  # the head, and nothing follows for him
        ("nora.lindqvist", 404, False),
        ("priya.sharma", 403, False),  # the pool manager
    ],
)
def test_what_was_said_is_read_by_few(
    person: Make, paired: Reserve, database: Database, who: str, status: int, reads_life: bool
) -> None:
    number = _check_in(database, paired, wellbeing=date(2027, 1, 1))

    answer = person(who).get(f"/check-ins/{number}")

    assert answer.status_code == status
    assert ("The project is late." in answer.text) is (status == 200)
    assert ("A child was born." in answer.text) is reads_life


def test_a_head_reads_what_leads_to_something_but_not_about_life(
    person: Make, paired: Reserve, database: Database
) -> None:
    number = _check_in(database, paired, outcome="obstacle", wellbeing=date(2027, 1, 1))
    with database.unit_of_work() as session:
        session.add(
            SupportAction(
                member_id=paired.members[0].id,
                check_in_id=number,
                kind="obstacle",
                owner="omar.darwish",
                state="done",
                opened_on=TODAY,
                closed_on=TODAY,
                result="There is a laptop now.",
            )
        )

    html = person("omar.darwish").get(f"/check-ins/{number}").text

    assert "The project is late." in html
    assert "There is a laptop now." in html
    assert "A child was born." not in html


def test_what_has_expired_is_shown_to_nobody(
    person: Make, paired: Reserve, database: Database
) -> None:
    number = _check_in(database, paired, wellbeing=TODAY)

    assert "A child was born." not in person("tomasz.nowak").get(f"/check-ins/{number}").text


def test_an_unknown_check_in_and_a_hidden_one_get_the_same_answer(
    person: Make, paired: Reserve, database: Database
) -> None:
    number = _check_in(database, paired)
    reader = person("nora.lindqvist")

    hidden, unknown = reader.get(f"/check-ins/{number}"), reader.get("/check-ins/99999")

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert "It does not exist, or it is not meant for you." in hidden.text


def test_both_sides_see_the_agreement_and_heads_do_not(
    person: Make, paired: Reserve, database: Database
) -> None:
    number = paired.members[0].number
    with database.unit_of_work() as session:
        for pairing in session.scalars(select(MentorPairing)):
            pairing.goals = "Lead a first project."

    assert "Lead a first project." in person("tomasz.nowak").get(f"/mentoring/{number}").text
    html = person("omar.darwish").get(f"/mentoring/{number}").text
    assert "Tomasz Nowak" in html
    assert "Lead a first project." not in html
    assert person("nora.lindqvist").get(f"/mentoring/{number}").status_code == 404


def test_a_mentor_notes_a_meeting_that_took_place(
    person: Make, paired: Reserve, database: Database
) -> None:
    address = f"/mentoring/{paired.members[0].number}"
    mentor = person("tomasz.nowak")
    mentor.get(address)
    said: dict[str, object] = {"held_on": "2026-11-19", "kind": "values", "summary": "We talked."}

    assert mentor.post(f"{address}/contacts", said).status_code == 302
    mentor.get(address)
    assert mentor.post(f"{address}/contacts", {**said, "held_on": "2026-12-24"}).status_code == 422
    mentor.get(address)
    assert mentor.post(f"{address}/contacts", {**said, "held_on": "soon"}).status_code == 422

    with database.reading() as session:
        (contact,) = session.scalars(select(MentorContact)).all()
    assert (contact.kind.value, contact.visibility.value) == ("values", "private")
    assert "We talked." in mentor.get(address).text


def test_private_notes_are_for_the_mentor_alone(
    person: Make, paired: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        amara = people.by_username(session, "amara.okafor")
        member = session.get_one(PoolMember, paired.members[0].id)
        member.person_id = amara.id
        address = f"/mentoring/{member.number}"
    mentor = person("tomasz.nowak")
    mentor.get(address)
    told: dict[str, object] = {"held_on": "2026-11-19", "kind": "values"}
    mentor.post(f"{address}/contacts", {**told, "summary": "She is tired."})
    mentor.get(address)
    mentor.post(f"{address}/contacts", {**told, "summary": "She leads well.", "shared": "1"})

    html = person("amara.okafor").get(address).text

    assert "She leads well." in html
    assert "She is tired." not in html


def test_a_head_neither_notes_meetings_nor_asks_for_a_change(person: Make, paired: Reserve) -> None:
    address = f"/mentoring/{paired.members[0].number}"
    head = person("omar.darwish")
    head.get(address)

    assert head.post(f"{address}/contacts", {"held_on": "2026-11-19"}).status_code == 403
    assert head.post(f"{address}/change").status_code == 403


def test_either_side_asks_for_a_change_once_a_year_without_a_reason(
    person: Make, paired: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
    address = f"/mentoring/{paired.members[0].number}"
    mentor = person("tomasz.nowak")
    mentor.get(address)

    assert mentor.post(f"{address}/change").status_code == 302
    assert "A change is under way" in mentor.get(address).text
    assert mentor.post(f"{address}/change").status_code == 409  # one at a time

    with database.unit_of_work() as session:
        change = session.scalars(select(MentorChange)).one()
        assert (change.requested_by, change.cause) == ("tomasz.nowak", "request")
        assert change.instance_id is not None
        assert change.pairing_id is not None
        change.closed_at, change.outcome = NOW, "covered"
    mentor.get(address)
    assert mentor.post(f"{address}/change").status_code == 422
    mentor.get(address)
    assert mentor.post(f"{address}/change", {"reason": "It does not fit."}).status_code == 302
