"""Signing in, with a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_sign_in_page_is_accessible(page: Page, accessible: Callable[[Page], None], picture: Callable[..., None]) -> None:
    page.goto("/sign-in")

    expect(page.get_by_role("heading", name="Understudy")).to_be_visible()
    accessible(page)
    picture(page, "sign-in")


def test_the_account_page_is_accessible(
    page: Page, sign_in: Callable[[Page, str], None], accessible: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    sign_in(page, "kenji.nakamura")
    page.goto("/account/")

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    accessible(page)
    picture(page, "account")
