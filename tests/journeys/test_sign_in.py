"""Signing in, with a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
Picture = Callable[..., None]
SignIn = Callable[[Page, str], None]


def test_the_sign_in_page_is_accessible(page: Page, accessible: Check, picture: Picture) -> None:
    page.goto("/sign-in")

    expect(page.get_by_role("heading", name="Understudy")).to_be_visible()
    accessible(page)
    picture(page, "sign-in")


def test_a_wrong_password_brings_the_focus_to_the_problem(page: Page, accessible: Check) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill("kenji.nakamura")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    accessible(page)


def test_the_account_page_is_accessible(page: Page, sign_in: SignIn, accessible: Check) -> None:
    sign_in(page, "kenji.nakamura")
    page.goto("/account/")

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    accessible(page)


def test_a_menu_closes_by_escape_and_gives_the_focus_back(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "kenji.nakamura")
    button = page.locator("summary", has_text="Kenji Nakamura")
    button.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(button).to_be_focused()


def test_somebody_without_scripts_can_switch_the_language(
    new_page: Callable[..., Page], sign_in: SignIn
) -> None:
    page = new_page(scripts=False)
    sign_in(page, "kenji.nakamura")

    page.locator("summary", has_text="Kenji Nakamura").click()
    page.get_by_role("button", name="Deutsch").click()

    expect(page.locator("html")).to_have_attribute("lang", "de")
