"""The inbox and the page of a user task, with a real browser, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
Picture = Callable[..., None]
SignIn = Callable[[Page, str], None]
PHONE = (390, 844)
REVIEW = "/user-tasks/1"


def test_the_inbox_is_accessible(
    page: Page, sign_in: SignIn, accessible: Check, picture: Picture
) -> None:
    sign_in(page, "kenji.nakamura")

    expect(page.get_by_role("heading", name="My tasks")).to_be_visible()
    accessible(page)
    picture(page, "inbox-sample")


def test_the_inbox_is_accessible_on_a_phone(
    new_page: Callable[..., Page], sign_in: SignIn, accessible: Check
) -> None:
    page = new_page(PHONE)
    sign_in(page, "kenji.nakamura")

    accessible(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE[0]


def test_fields_come_and_go_with_what_is_entered(
    page: Page, sign_in: SignIn, accessible: Check
) -> None:
    sign_in(page, "kenji.nakamura")
    page.goto(REVIEW)
    reason = page.get_by_label("Reason for rejection")
    expect(reason).to_be_hidden()

    page.get_by_label("Reject", exact=True).check()
    expect(reason).to_be_visible()
    accessible(page)

    page.get_by_label("Accept into the pool").check()
    expect(reason).to_be_hidden()


def test_a_draft_saves_itself_and_is_there_on_another_device(
    new_page: Callable[..., Page], sign_in: SignIn
) -> None:
    laptop, phone = new_page(), new_page(PHONE)
    for page in (laptop, phone):
        sign_in(page, "kenji.nakamura")
    laptop.goto(REVIEW)

    laptop.get_by_label("Readiness score").fill("55")
    expect(laptop.get_by_text("Draft saved")).to_be_visible()
    phone.goto(REVIEW)

    expect(phone.get_by_label("Readiness score")).to_have_value("55")


def test_problems_get_the_focus_and_lead_to_their_fields(
    page: Page, sign_in: SignIn, accessible: Check, picture: Picture
) -> None:
    sign_in(page, "kenji.nakamura")
    page.goto(REVIEW)
    page.get_by_role("button", name="Complete", exact=True).click()

    expect(page.get_by_role("alert")).to_be_focused()
    accessible(page)
    picture(page, "form-problems")
    page.get_by_role("link", name="Enter the readiness score").click()

    expect(page.get_by_label("Readiness score")).to_be_focused()


def test_a_form_is_done_by_keyboard_alone(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "kenji.nakamura")
    page.goto(REVIEW)
    page.get_by_label("Accept into the pool").focus()

    for key in ("Space", "Tab", "7", "0", "Tab", "Space", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("05012027")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text("is done")


def test_without_scripts_every_field_is_shown_and_the_form_works(
    new_page: Callable[..., Page], sign_in: SignIn
) -> None:
    page = new_page(scripts=False)
    sign_in(page, "kenji.nakamura")
    page.goto(REVIEW)
    expect(page.get_by_label("Reason for rejection")).to_be_visible()
    expect(page.get_by_role("button", name="Save draft")).to_be_visible()

    page.get_by_label("Accept into the pool").check()
    page.get_by_label("Readiness score").fill("80")
    page.get_by_label("5", exact=True).check()
    page.get_by_label("Next review").fill("2027-05-01")
    page.get_by_role("button", name="Complete", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("is done")


def test_the_slower_one_gets_the_text_back(
    new_page: Callable[..., Page], sign_in: SignIn, accessible: Check
) -> None:
    fast, slow = new_page(), new_page()
    for page, name in ((fast, "fatima.haddad"), (slow, "kenji.nakamura")):
        sign_in(page, name)
        page.goto(REVIEW)
    slow.get_by_label("Readiness score").fill("12")
    for field, value in (("Readiness score", "90"), ("Next review", "2027-05-01")):
        fast.get_by_label(field).fill(value)
    fast.get_by_label("Accept into the pool").check()
    fast.get_by_label("4", exact=True).check()
    fast.get_by_role("button", name="Complete", exact=True).click()

    slow.get_by_role("button", name="Complete", exact=True).click()

    expect(slow.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(slow.get_by_text("12", exact=True)).to_be_visible()
    accessible(slow)
