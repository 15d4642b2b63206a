"""Headers, cookies, form tokens, origins and the actions of routes."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.webapp.conftest import KEY, SETTINGS, Person
from webapp import create_app
from webapp.access import NamelessRoute, check_routes
from webapp.standing_headers import CONTENT_SECURITY_POLICY
from workflows.clock import FixedClock
from workflows.database import Database

Make = Callable[..., Person]


@pytest.mark.parametrize("address", ["/sign-in", "/account/", "/nowhere", "/static/mark.svg"])
def test_every_answer_has_the_strict_headers(person: Make, address: str) -> None:
    headers = person("kenji.nakamura").get(address).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_never_kept_by_caches(person: Make) -> None:
    assert person("kenji.nakamura").get("/account/").headers["Cache-Control"] == "no-store"


def test_only_secure_connections_ask_for_more_of_them(visitor: Make) -> None:
    plain = visitor().get("/sign-in")
    secure = visitor().get("/sign-in", base_url="https://localhost")

    assert "Strict-Transport-Security" not in plain.headers
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(
    database: Database, visitor: Make
) -> None:
    settings = SETTINGS.model_copy(update={"https": True})
    app = create_app(settings, database=database, clock=FixedClock(NOW))
    somebody = Person(app.test_client())
    secure = "https://localhost"
    somebody.get("/sign-in", base_url=secure)
    answer = somebody.post(
        "/sign-in",
        {"username": "kenji.nakamura", "password": "understudy"},
        base_url=secure,
        headers={"Origin": secure},
    )

    cookie = next(
        one for one in answer.headers.getlist("Set-Cookie") if "understudy_session" in one
    )
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_no_page_has_inline_scripts_or_styles(person: Make) -> None:
    html = person("kenji.nakamura").get("/account/").text

    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "A" * 64])
def test_a_form_without_the_token_of_the_session_changes_nothing(person: Make, token: str) -> None:
    kenji = person("kenji.nakamura")
    kenji.token = token

    answer = kenji.post("/sign-out")

    assert answer.status_code == 400
    assert kenji.get("/account/").status_code == 200


def test_the_token_of_somebody_else_is_refused(person: Make) -> None:
    kenji, fatima = person("kenji.nakamura"), person("fatima.haddad")
    kenji.token = fatima.token

    assert kenji.post("/sign-out").status_code == 400


def test_a_token_is_new_on_every_page_and_still_good(person: Make) -> None:
    kenji = person("kenji.nakamura")
    first = kenji.token
    kenji.get("/account/")

    assert kenji.token != first
    kenji.token = first
    assert kenji.post("/preferences/language", {"language": "de"}).status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:81"])
def test_a_form_from_another_site_is_refused(person: Make, origin: str) -> None:
    kenji = person("kenji.nakamura")

    answer = kenji.post("/sign-out", headers={"Origin": origin})

    assert answer.status_code == 400
    assert "another site" in answer.text


def test_a_browser_that_says_cross_site_is_refused(person: Make) -> None:
    answer = person("kenji.nakamura").post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400


def test_nothing_changes_by_opening_an_address(app: Flask) -> None:
    unsafe = {"leave", "enter", "switch", "claim", "release", "complete", "end_session", "skip"}

    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] in unsafe and "GET" in (rule.methods or ())
    ]

    assert found == []


def test_a_route_without_an_action_stops_the_start(app: Flask) -> None:
    app.view_functions["nameless"] = lambda: ""
    app.url_map.add(app.url_rule_class("/nameless", endpoint="nameless"))

    with pytest.raises(NamelessRoute, match="/nameless"):
        check_routes(app)


def test_an_unknown_host_is_refused(database: Database) -> None:
    settings = SETTINGS.model_copy(update={"trusted_hosts": ["pool.example.org"]})
    app = create_app(settings, database=database, clock=FixedClock(NOW))

    answer = app.test_client().get("/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_a_huge_request_is_refused(person: Make) -> None:
    kenji = person("kenji.nakamura")

    answer = kenji.post("/preferences/language", {"language": "x" * 13_000_000})

    assert answer.status_code == 413


def test_an_unexpected_error_shows_a_number_and_nothing_else(
    app: Flask, person: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    kenji = person("kenji.nakamura")

    def fail() -> str:
        raise RuntimeError("secret of the house")

    monkeypatch.setitem(app.view_functions, "account.show", fail)
    answer = kenji.get("/account/")

    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "number" in answer.text


def test_the_key_of_the_installation_is_in_no_page(person: Make) -> None:
    assert KEY not in person("kenji.nakamura").get("/account/").text


@pytest.mark.parametrize("address", ["/cases/2147483648", f"/user-tasks/{10**30}"])
def test_a_number_that_no_row_can_have_leads_nowhere(person: Make, address: str) -> None:
    assert person("kenji.nakamura").get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/members/%00", 404),
        ("/pools/a%00b", 404),
        ("/processes/%00", 404),
        ("/people/suggestions?q=%00", 422),
        ("/?search=%00", 422),
        ("/pools/leaders?readiness=%00", 422),
    ],
)
def test_a_nul_character_never_reaches_the_database(
    person: Make, address: str, status: int
) -> None:
    answer = person("kenji.nakamura").get(address)

    assert answer.status_code == status


def test_a_nul_character_in_a_form_is_refused(visitor: Make) -> None:
    somebody = visitor()
    somebody.get("/sign-in")

    answer = somebody.sign_in("kenji\0nakamura")

    assert answer.status_code == 422
    assert "NUL character" in answer.text
