"""The outbox: what could not be sent and why, who sees what of it, and what they decide."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from workflows import mail
from workflows.database import Database
from workflows.engine import backoff, letters
from workflows.engine.jobs.port import MAIL
from workflows.engine.tables import AuditEvent, Duty, Outbox

HR = "helena.carvalho"
ADMINISTRATOR = "soo-jin.kwon"
AUDITOR = "grace.thornton"
SECRET = "A sentence about Amara"


def _write(database: Database, letter_id: str, kind: str = letters.MAIL, **facts: object) -> str:
    """A letter to Kenji that a worker has tried for the last time, unless told otherwise."""
    most = mail.MOST_ATTEMPTS if kind == MAIL else backoff.MOST_ATTEMPTS
    written = {"attempts": most, "problem": "The mail server answered 550.", **facts}
    at = written.pop("created_at", NOW - timedelta(days=1))
    with database.unit_of_work() as session:
        draft = letters.draft(letter_id, kind, "kenji.nakamura", {"name": "Assess Amara"}, now=at)
        letters.write(session, [draft])
        session.execute(update(Outbox).where(Outbox.id == letter_id).values(**written))
    return letter_id


def _letter(database: Database, letter_id: str) -> Outbox:
    with database.reading() as session:
        return session.get_one(Outbox, letter_id)


def _audit(database: Database) -> list[tuple[str, str, str, str]]:
    with database.reading() as session:
        found = session.scalars(
            select(AuditEvent).where(AuditEvent.object_type == "letter").order_by(AuditEvent.id)
        )
        return [(one.actor, one.action, one.object_id, one.data["reason"]) for one in found]


def test_a_letter_that_could_not_be_sent_is_told_with_its_reason(
    person: Make, cases: list[int], database: Database
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    helena: Person = person(HR)

    html = helena.get("/outbox/").text

    assert "Mail: Kenji Nakamura" in html
    assert "Assess Amara" in html
    assert "The mail server answered 550." in html
    assert f'href="/cases/{cases[0]}"' in html
    assert letter in html
    assert '<span class="number">40</span>' in html
    assert "yesterday" in html


def test_an_administrator_sees_nothing_of_the_case(
    person: Make, cases: list[int], database: Database
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    _write(database, f"{cases[0]}:5:1", letters.NOTICE, problem=SECRET)
    _write(database, f"{cases[0]}:5:2", letters.MESSAGE, problem="OperationalError")

    html = person(ADMINISTRATOR).get("/outbox/").text

    assert letter in html
    assert "The mail server answered 550." in html
    assert "An error inside (OperationalError)" in html
    assert "Those in charge of the case can see why." in html
    for secret in ("Kenji", "kenji", "Amara", SECRET, f"/cases/{cases[0]}"):
        assert secret not in html


@pytest.mark.parametrize("username", ["amara.okafor", "kenji.nakamura", "mateo.navarro"])
def test_the_outbox_is_not_for_everybody(
    person: Make, cases: list[int], database: Database, username: str
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    somebody: Person = person(username)

    shown = somebody.get("/outbox/")
    sent = somebody.post("/outbox/give-up", {"letter": letter, "reason": "Why not"})

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert "/outbox/" not in somebody.get("/").text
    assert _letter(database, letter).sent_at is None


def test_an_auditor_sees_the_outbox_and_changes_nothing(
    person: Make, cases: list[int], database: Database
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    grace: Person = person(AUDITOR)

    html = grace.get("/outbox/").text
    sent = grace.post("/outbox/try-again", {"letter": letter, "reason": "Why not"})

    assert "Mail: Kenji Nakamura" in html
    assert "Try again now" not in html
    assert sent.status_code == 403
    assert _letter(database, letter).attempts == mail.MOST_ATTEMPTS


def test_whom_a_case_is_about_sees_and_steers_none_of_its_letters(
    person: Make, cases: list[int], database: Database
) -> None:
    own, other = (_write(database, f"{number}:5:0:mail") for number in cases[:2])
    with database.unit_of_work() as session:
        session.add(Duty(instance_id=cases[0], duty="subject", username=HR))
    helena: Person = person(HR)

    html = helena.get("/outbox/").text
    helena.post("/outbox/give-up", {"letter": [own, other], "reason": "Why not"})

    assert own not in html
    assert other in html
    assert '<span class="chip-count">1</span>' in html
    assert _letter(database, own).sent_at is None
    assert _letter(database, other).sent_at == NOW


@pytest.mark.parametrize("username", [HR, ADMINISTRATOR])
def test_letters_are_tried_again_with_a_reason(
    person: Make, cases: list[int], database: Database, username: str
) -> None:
    chosen = [
        _write(database, f"{cases[0]}:5:0:mail"),
        _write(database, f"{cases[0]}:5:1", letters.NOTICE),
    ]
    left = _write(database, f"{cases[0]}:5:2:mail")
    somebody: Person = person(username)
    somebody.get("/outbox/")

    done = somebody.post(
        "/outbox/try-again", {"letter": chosen, "reason": "Server is back"}, follow_redirects=True
    )

    assert "2 letters are tried again now." in done.text
    for letter in chosen:
        row = _letter(database, letter)
        assert (row.attempts, row.problem, row.sent_at) == (0, None, None)
    assert _letter(database, left).attempts == mail.MOST_ATTEMPTS
    assert sorted(_audit(database)) == [
        (username, "letter.try_again", letter, "Server is back") for letter in sorted(chosen)
    ]


def test_a_letter_that_is_given_up_can_be_sent_after_all(
    person: Make, cases: list[int], database: Database
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    helena: Person = person(HR)
    helena.get("/outbox/")

    given_up = helena.post(
        "/outbox/give-up", {"letter": letter, "reason": "Told by phone"}, follow_redirects=True
    )
    listed = helena.get("/outbox/?state=dropped").text
    sent = helena.post(
        "/outbox/take-back", {"letter": letter, "reason": "A slip"}, follow_redirects=True
    )

    assert "One letter is given up." in given_up.text
    assert "Everything arrives" in given_up.text
    assert letter in listed
    assert "One letter is sent after all." in sent.text
    assert "Nothing was given up" in sent.text
    row = _letter(database, letter)
    assert (row.sent_at, row.attempts, row.problem) == (None, 0, None)
    assert [one[1] for one in _audit(database)] == ["letter.give_up", "letter.take_back"]


def test_everything_on_the_page_can_be_chosen_at_once(
    person: Make, cases: list[int], database: Database
) -> None:
    shown = [_write(database, f"{cases[0]}:{number}:0:mail") for number in range(3)]
    helena: Person = person(HR)
    page = helena.get("/outbox/").text
    sent = re.findall(r'name="shown" value="([^"]+)"', page)

    helena.post("/outbox/give-up", {"all_shown": "1", "shown": sent, "reason": "An old server"})

    assert sorted(sent) == sorted(shown)
    assert all(_letter(database, letter).sent_at == NOW for letter in shown)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"reason": " "}, "Enter the reason"), ({"letter": []}, "Choose at least one letter.")],
)
def test_without_reason_or_choice_nothing_changes_and_the_rest_is_kept(
    person: Make,
    cases: list[int],
    database: Database,
    given: dict[str, object],
    sentence: str,
) -> None:
    letter = _write(database, f"{cases[0]}:5:0:mail")
    helena: Person = person(HR)
    helena.get("/outbox/")
    sent = {"letter": letter, "reason": "Server is back", **given}

    for address in ("/outbox/try-again", "/outbox/give-up", "/outbox/take-back"):
        answer = helena.post(address, sent)

        assert answer.status_code == 422
        assert sentence in answer.text
    again = helena.post("/outbox/try-again", sent).text
    assert ('value="Server is back"' in again) == ("reason" not in given)
    assert (" checked" in again) == ("letter" not in given)
    assert _letter(database, letter).attempts == mail.MOST_ATTEMPTS
    assert _audit(database) == []


def test_mail_that_is_too_old_is_left_and_the_page_says_so(
    person: Make, cases: list[int], database: Database
) -> None:
    old = _write(database, f"{cases[0]}:5:0:mail", created_at=NOW - timedelta(days=4))
    helena: Person = person(HR)
    page = helena.get("/outbox/").text

    done = helena.post(
        "/outbox/try-again", {"letter": old, "reason": "Server is back"}, follow_redirects=True
    )

    assert "Too old to be of use: it would be refused. Give it up." in page
    assert "One was left as it is" in done.text
    assert "tried again now" not in done.text
    assert _letter(database, old).attempts == mail.MOST_ATTEMPTS


def test_a_message_between_cases_is_dealt_with_on_the_page_of_its_case(
    person: Make, cases: list[int], database: Database
) -> None:
    letter = _write(database, f"{cases[0]}:5:0", letters.MESSAGE)
    helena: Person = person(HR)

    html = helena.get("/outbox/").text
    helena.post("/outbox/give-up", {"letter": letter, "reason": "Why not"})

    assert "Send it again, or give it up, on the page of the case." in html
    assert 'name="letter"' not in html
    assert _letter(database, letter).sent_at is None


def test_what_waits_tells_when_it_is_tried_next(
    person: Make, cases: list[int], database: Database
) -> None:
    later = NOW + timedelta(hours=1)
    _write(database, f"{cases[0]}:5:0:mail", attempts=3, retry_at=later)
    _write(database, f"{cases[0]}:5:1:mail", attempts=0, problem=None)

    html = person(HR).get("/outbox/?state=waiting").text

    assert "next on 20 Nov 2026, 10:00" in html
    assert "due now" in html
    assert "It was not tried yet." in html
    assert "No mail server is configured, so mail waits." in html


def test_letters_that_wait_too_long_are_an_alarm(
    person: Make, cases: list[int], database: Database
) -> None:
    _write(database, f"{cases[0]}:5:0", letters.NOTICE, attempts=0, problem=None)

    html = person(HR).get("/outbox/").text

    assert "The oldest has waited since 19 Nov 2026, 09:00. Does a worker run" in html


@pytest.mark.parametrize("state", ["failed", "dropped"])
def test_the_pages_show_every_letter_once_with_a_fixed_number_of_statements(
    person: Make, cases: list[int], database: Database, state: str
) -> None:
    dropped = {"sent_at": NOW} if state == "dropped" else {}
    written = {_write(database, f"{cases[0]}:5:0:mail", **dropped)}
    helena: Person = person(HR)
    address: str | None = f"/outbox/?state={state}"
    with counted(database) as few:
        helena.get(address)
    for number in range(35):
        kind = letters.MAIL if number % 2 else letters.NOTICE
        written.add(_write(database, f"{cases[1]}:{number}:0:mail", kind, **dropped))

    seen: list[str] = []
    while address:
        with counted(database) as many:
            html = helena.get(address).text
        seen += re.findall(r'name="shown" value="([^"]+)"', html)
        found = re.search(r'class="show-more"><a class="btn" href="([^"]+)"', html)
        address = found[1].replace("&amp;", "&") if found else None
        assert len(many) == len(few)

    assert sorted(seen) == sorted(written)


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIiwiYiIsImMiXQ", "WyJtYWlsIiwiMjAyNi0xMS0yMCIsImEiXQ"]
)
def test_a_cursor_of_another_list_is_refused(person: Make, cursor: str) -> None:
    answer = person(HR).get(f"/outbox/?cursor={cursor}")

    assert answer.status_code == 422
    assert "Start from the first page." in answer.text


def test_an_empty_outbox_says_so_in_every_state(person: Make, app: Flask) -> None:
    helena: Person = person(HR)

    for state, words in (
        ("failed", "Everything arrives"),
        ("waiting", "Nothing waits"),
        ("dropped", "Nothing was given up"),
        ("nonsense", "Everything arrives"),
    ):
        assert words in helena.get(f"/outbox/?state={state}").text
