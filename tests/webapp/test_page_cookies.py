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


def one_letter_changed(kept):
    """Change a letter within the signature: the last one holds bits that mean nothing."""
    letter = "B" if kept[-20] == "A" else "A"
    return f"{kept[:-20]}{letter}{kept[-19:]}"


@pytest.mark.parametrize("forge", [one_letter_changed, lambda _: "e30.aa.bb", str.upper])
def test_a_cookie_that_somebody_else_wrote_counts_for_nothing(kenji, forge):
    choose(kenji, "de")

    kenji.client.set_cookie(NAME, forge(kenji.client.get_cookie(NAME).value))

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
