"""That contrast asked once for each look of a text misses none."""

import pytest

from tests.journeys.accessibility import Accessibility

PAGE = """<!doctype html><html lang="en"><head><title>Contrast</title></head>
<body style="background: #fff"><main><h1>Contrast</h1>{}</main></body></html>"""


@pytest.fixture
def blank(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def violates(checks, page, body):
    """Whether a check of a page with this body fails for its contrast."""
    page.set_content(PAGE.format(body))
    try:
        checks.check(page)
    except AssertionError as found:
        assert "color-contrast" in str(found)
        return True
    return False


@pytest.mark.parametrize(
    "body",
    [
        '<p style="color: #aaa">Pale</p>',
        '<div style="background: #333"><p style="color: #555">Dark on dark</p></div>',
        '<div style="opacity: 0.3"><p style="color: #333">Faded</p></div>',
        '<p>Text <span style="color: #ccc">in text</span></p>',
        '<label>Name <input style="color: #ccc" value="Ada"></label>',
    ],
)
def test_too_little_contrast_is_found(blank, body):
    assert violates(Accessibility(), blank, body)


def test_a_look_that_was_good_elsewhere_hides_no_other(blank):
    checks = Accessibility()
    good = '<div style="background: #fff"><p style="color: #555">Dark on white</p></div>'
    assert not violates(checks, blank, good)
    assert not violates(checks, blank, good)

    assert violates(checks, blank, good.replace("background: #fff", "background: #444"))
    assert violates(checks, blank, good.replace("<p ", '<p class="small" ').replace("#555", "#999"))


def test_what_eyes_do_not_see_vouches_for_nothing(blank):
    checks = Accessibility()
    clipped = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0,0,0,0)"
    pale = '<p style="color: #bbb; {}">Pale</p>'
    assert not violates(checks, blank, pale.format(clipped))

    assert violates(checks, blank, pale.format(""))


def test_a_button_that_is_off_vouches_for_none_that_is_on(blank):
    checks = Accessibility()
    button = '<button style="color: #bbb; background: #fff" {}>Go</button>'
    assert not violates(checks, blank, button.format("disabled"))

    assert violates(checks, blank, button.format(""))


def test_other_faults_are_found_on_every_page(blank):
    checks = Accessibility()
    blank.set_content(PAGE.format('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'))

    for _ in range(2):
        with pytest.raises(AssertionError, match="image-alt"):
            checks.check(blank)
