"""Nominating somebody on the page that works without scripts."""

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.german import read_german, refused
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows.database import Database

STATEMENT = "She led the repair after the storm and kept every crew together."
WHOLE = {
    "pool": "leaders",
    "candidate": "amara.okafor",
    "channel": "unit",
    "statement": STATEMENT,
    "send": "1",
}


@pytest.fixture
def database(published: Database) -> Database:
    return published


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    with database.unit_of_work() as session:
        return make_reserve(session, now=NOW)


@pytest.fixture
def nora(person: Make, reserve: Reserve) -> Person:
    somebody: Person = person("nora.lindqvist")
    somebody.get("/nominations/new")
    return somebody


def test_a_nomination_leads_to_its_case(nora: Person) -> None:
    answer = nora.post("/nominations/new", WHOLE, follow_redirects=True)

    assert "The nomination is submitted." in answer.text
    assert "Waits for Amara Okafor: “Agree to be considered”, until Wed, 25 Nov." in answer.text


def test_a_second_nomination_gets_one_clear_sentence(nora: Person) -> None:
    nora.post("/nominations/new", WHOLE)

    answer = nora.post("/nominations/new", WHOLE)

    assert answer.status_code == 409
    assert "Amara Okafor is already nominated for Pool leaders." in answer.text
    assert STATEMENT in answer.text


def test_looking_somebody_up_changes_nothing_and_keeps_the_text(nora: Person) -> None:
    answer = nora.post("/nominations/new", {**WHOLE, "candidate": "Amara", "look": "1", "send": ""})

    assert answer.status_code == 200
    assert "No membership and no open nomination in this pool." in answer.text
    assert STATEMENT in answer.text
    assert "No cases yet" in nora.get("/cases/").text


def test_an_existing_member_is_named_early(nora: Person) -> None:
    html = nora.get("/nominations/new?pool=leaders&candidate=member00").text

    assert "Member00 Adler00 is already a member of this pool." in html


def test_several_people_of_a_name_are_offered_for_choice(nora: Person) -> None:
    html = nora.get("/nominations/new?pool=leaders&candidate=member").text

    assert "Whom do you mean?" in html
    assert html.count('name="chosen"') == 3


def test_choosing_one_of_them_fills_the_field(nora: Person) -> None:
    html = nora.post(
        "/nominations/new", {**WHOLE, "candidate": "member", "chosen": "member01", "send": ""}
    ).text

    assert 'value="member01"' in html
    assert "Member01 Adler01" in html


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("pool", "", "Choose the pool"),
        ("candidate", "", "Enter whom you nominate"),
        ("channel", "", "Choose how the proposal came about"),
        ("statement", "Good.", "Say why, in at least 20 characters"),
        ("channel", "ballot", "does not take nominations by this channel"),
        ("candidate", "nobody.at.all", "Nobody is called"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(
    nora: Person, field: str, value: str, sentence: str
) -> None:
    answer = nora.post("/nominations/new", {**WHOLE, field: value})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text


def test_a_member_of_staff_nominates_only_themselves(person: Make, reserve: Reserve) -> None:
    amara: Person = person("amara.okafor")
    amara.get("/nominations/new")

    other = amara.post("/nominations/new", {**WHOLE, "candidate": "member01"})
    own = amara.post("/nominations/new", {**WHOLE, "channel": "self"}, follow_redirects=True)

    assert other.status_code == 403
    assert "You may not nominate this person for this pool." in other.text
    assert "Waits for you: “Agree to be considered”" in own.text


def test_a_confidential_pool_is_not_offered_and_not_taken(nora: Person) -> None:
    answer = nora.post("/nominations/new", {**WHOLE, "pool": "secret"})

    assert "Pool secret" not in nora.get("/nominations/new").text
    assert answer.status_code == 404


def test_what_is_refused_is_said_in_german(nora: Person) -> None:
    read_german(nora)

    refused(nora.post("/nominations/new", {**WHOLE, "statement": "Gut."}), 422)
    ballot = nora.post("/nominations/new", {**WHOLE, "channel": "ballot"})
    refused(ballot, 422, "Pool leaders nimmt auf diesem Weg keine Vorschläge an.")
    nora.post("/nominations/new", WHOLE)
    twice = nora.post("/nominations/new", WHOLE)
    refused(twice, 409, "Amara Okafor ist für Pool leaders bereits vorgeschlagen.")
    own = nora.post("/nominations/new", {**WHOLE, "candidate": "nora.lindqvist"})
    refused(own, 422, "auf dem man sich selbst bewirbt")
