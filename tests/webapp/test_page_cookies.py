"""The cookie that keeps the language and what is told on the next page."""

import pytest

from webapp.page_cookies import PageCookies

NAME = "understudy_page"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def kenji(person):
    return person("kenji.nakamura")


def choose(somebody, language):
    """Choose the language of the pages; return the answer."""
    somebody.get("/account/")
    return somebody.post("/preferences/language", {"language": language})


def test_the_language_that_was_chosen_stays(kenji):
    answer = choose(kenji, "de")

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert '<html lang="de"' in kenji.get("/").text


def test_a_page_that_changes_nothing_sends_no_cookie(kenji):
    choose(kenji, "de")

    answers = [kenji.get("/account/"), kenji.get("/account/")]

    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert "Cookie" in answers[0].headers["Vary"]


@pytest.mark.parametrize("forge", [lambda kept: kept[:-1] + "A", lambda _: "e30.aa.bb", str.upper])
def test_a_cookie_that_somebody_else_wrote_counts_for_nothing(kenji, forge):
    choose(kenji, "de")
    kept = kenji.client.get_cookie(NAME).value
    other = forge(kept) if forge(kept) != kept else kept[:-1] + "B"

    kenji.client.set_cookie(NAME, other)

    assert '<html lang="en"' in kenji.get("/").text


def test_a_cookie_of_another_installation_counts_for_nothing(kenji, app):
    other = PageCookies()
    key, app.secret_key = app.secret_key, "another-key-of-more-than-32-characters!"
    forged = other.get_signing_serializer(app).dumps({"language": "de"})
    app.secret_key = key

    kenji.client.set_cookie(NAME, forged)

    assert '<html lang="en"' in kenji.get("/").text


def test_a_message_is_told_once(kenji):
    kenji.get("/account/")
    kenji.post("/preferences/digest", {"wanted": "yes"})

    assert "You get the weekly digest." in kenji.get("/account/").text
    assert "You get the weekly digest." not in kenji.get("/account/").text
    assert kenji.client.get_cookie(NAME) is None
