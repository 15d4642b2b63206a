"""Signing in and out, sessions on the server, and the switcher of demonstrations."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.webapp.conftest import SETTINGS, Person
from tests.webapp.organisation import PASSWORD
from webapp import create_app
from webapp.sign_in import safe_address
from workflows import accounts
from workflows.account_tables import WebSession
from workflows.clock import FixedClock
from workflows.database import Database

Make = Callable[..., Person]


def test_the_right_password_leads_to_the_page_that_was_wanted(visitor: Make) -> None:
    somebody = visitor()
    away = somebody.get("/account/")
    somebody.get(away.location)

    answer = somebody.post(
        "/sign-in", {"username": "kenji.nakamura", "password": PASSWORD, "next": "/account/"}
    )

    assert away.location == "/sign-in?next=/account/"
    assert answer.location == "/account/"
    assert somebody.get("/account/").status_code == 200


def test_a_wrong_password_says_nothing_about_the_account(visitor: Make) -> None:
    somebody = visitor()
    somebody.get("/sign-in")

    wrong = somebody.post("/sign-in", {"username": "kenji.nakamura", "password": "x"})
    unknown = somebody.post("/sign-in", {"username": "nobody", "password": "x"})

    assert wrong.status_code == unknown.status_code == 422
    sentence = "do not belong together"
    assert sentence in wrong.text
    assert sentence in unknown.text


def test_many_attempts_on_one_account_are_slowed_down(visitor: Make) -> None:
    answers = []
    for _ in range(11):
        somebody = visitor()
        somebody.get("/sign-in")
        answers.append(somebody.post("/sign-in", {"username": "kenji.nakamura", "password": "x"}))

    assert [answer.status_code for answer in answers[:10]] == [422] * 10
    assert answers[10].status_code == 429
    assert "wait a minute" in answers[10].text


def test_a_session_is_new_with_every_sign_in(person: Make, database: Database) -> None:
    kenji = person("kenji.nakamura")
    before = kenji.client.get_cookie("understudy_session").value

    kenji.client.delete_cookie("understudy_page")
    again = Person(kenji.client)
    again.client.set_cookie("understudy_session", "stolen-and-fixed")
    again.sign_in("kenji.nakamura")

    after = again.client.get_cookie("understudy_session").value
    assert after not in {before, "stolen-and-fixed"}


def test_the_database_does_not_know_the_cookie(person: Make, database: Database) -> None:
    cookie = person("kenji.nakamura").client.get_cookie("understudy_session").value

    with database.reading() as session:
        kept = session.scalars(select(WebSession)).one()

    assert cookie not in vars(kept).values()


def test_signing_out_ends_the_session_on_the_server(person: Make) -> None:
    kenji = person("kenji.nakamura")
    cookie = kenji.client.get_cookie("understudy_session").value

    kenji.post("/sign-out")
    kenji.client.set_cookie("understudy_session", cookie)

    assert kenji.get("/account/").status_code == 302


def test_an_idle_session_ends(person: Make, clock: FixedClock) -> None:
    kenji = person("kenji.nakamura")

    clock.moment = NOW + timedelta(minutes=31)

    assert kenji.get("/account/").location.startswith("/sign-in")


def test_a_session_in_use_goes_on_for_ten_hours(person: Make, clock: FixedClock) -> None:
    kenji = person("kenji.nakamura")
    for minutes in range(25, 595, 25):
        clock.moment = NOW + timedelta(minutes=minutes)
        assert kenji.get("/account/").status_code == 200

    clock.moment = NOW + timedelta(hours=10, minutes=1)

    assert kenji.get("/account/").status_code == 302


def test_a_stopped_account_is_out_at_once(person: Make, database: Database) -> None:
    kenji = person("kenji.nakamura")

    with database.unit_of_work() as session:
        account = accounts.get(session, "kenji.nakamura")
        accounts.set_active(session, account, active=False)

    assert kenji.get("/account/").status_code == 302


def test_other_devices_are_listed_and_can_be_signed_out(person: Make) -> None:
    laptop, phone = person("kenji.nakamura"), person("kenji.nakamura")
    page = laptop.get("/account/")

    laptop.post("/account/sessions/end-others")

    assert page.text.count("This one") == 1
    assert "everywhere else" in page.text
    assert phone.get("/account/").status_code == 302
    assert laptop.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(person: Make, database: Database) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    with database.reading() as session:
        hers = session.scalar(
            select(WebSession.id_hash).where(WebSession.username == "fatima.haddad")
        )

    answer = kenji.post("/account/sessions/end", {"id": hers})

    assert answer.status_code == 404
    assert fatima.get("/account/").status_code == 200


def test_a_new_password_signs_all_other_devices_out(person: Make, visitor: Make) -> None:
    kenji, phone = person("kenji.nakamura"), person("kenji.nakamura")
    new = "a new and longer sentence"

    answer = kenji.post(
        "/account/password", {"current": PASSWORD, "password": new, "repeated": new}
    )

    assert answer.status_code == 302
    assert kenji.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302
    assert visitor().sign_in("kenji.nakamura", new).status_code == 302


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"current": "x", "password": "longer sentence"}, "not your current password"),
        ({"current": PASSWORD, "password": "short"}, "at least 8 characters"),
        ({"current": PASSWORD, "password": "longer sentence", "repeated": "other"}, "differ"),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    person: Make, database: Database, sent: dict[str, str], sentence: str
) -> None:
    kenji = person("kenji.nakamura")

    answer = kenji.post("/account/password", {"repeated": sent["password"], **sent})

    assert answer.status_code == 422
    assert sentence in answer.text
    with database.unit_of_work() as session:
        assert accounts.verify_password(session, "kenji.nakamura", PASSWORD, now=NOW)


def test_outside_of_demonstrations_nobody_is_somebody_else(
    person: Make, database: Database
) -> None:
    kenji = person("kenji.nakamura")

    answer = kenji.post("/sign-in/switch", {"username": "helena.carvalho"})

    assert answer.status_code == 404
    assert "Kenji Nakamura" in kenji.get("/account/").text


def test_in_a_demonstration_a_visitor_is_anybody(app: object, database: Database) -> None:
    settings = SETTINGS.model_copy(update={"demo": True})
    visitor = Person(create_app(settings, database=database, clock=FixedClock(NOW)).test_client())
    page = visitor.get("/sign-in")

    visitor.post("/sign-in/switch", {"username": "helena.carvalho"})
    visitor.get("/account/")
    visitor.post("/sign-in/switch", {"username": "kenji.nakamura"})

    assert "Helena Carvalho" in page.text
    assert "kenji.nakamura" in visitor.get("/account/").text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 1


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", None, "/\nx"],
)
def test_nobody_is_led_to_another_site(wanted: str | None) -> None:
    assert safe_address(wanted) == "/"
