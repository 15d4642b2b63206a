"""The navigation: grouped entries at the side, the first four and the rest on a phone."""

import re

import pytest
from flask import Flask

from tests.webapp.reserve import Make

SECTION = re.compile(r'<p class="side-section" id="[^"]+">([^<]+)</p>')
ENTRY = re.compile(r"</svg>\s*<span>([^<]+)</span>|\n\s*<span>([^<]+)</span>")


def _groups(html: str) -> dict[str, list[str]]:
    side = html.partition('<nav class="side-nav"')[2].partition("</nav>")[0]
    parts = SECTION.split(side)[1:]
    return {
        label: [one or other for one, other in ENTRY.findall(body)]
        for label, body in zip(parts[::2], parts[1::2], strict=True)
    }


def test_entries_that_belong_together_stand_under_one_word(person: Make) -> None:
    groups = _groups(person("helena.carvalho").get("/").text)

    assert groups == {
        "Work": ["My tasks", "Cases", "Stalled cases", "Figures"],
        "People": [
            "Pools",
            "Members",
            "Training",
            "Mentoring",
            "Reviews",
            "Care and correction",
            "Exits",
            "Appeals",
        ],
        "Design": ["Processes", "Decision tables", "Forms", "Studio"],
        "Operate": ["Outbox"],
    }


@pytest.mark.parametrize("who", ["mateo.navarro", "soo-jin.kwon"])
def test_a_word_without_entries_is_left_out(person: Make, who: str) -> None:
    groups = _groups(person(who).get("/").text)

    assert "Members" not in groups["People"]
    assert ("Operate" in groups) == (who == "soo-jin.kwon")
    assert all(groups.values())


def test_a_phone_shows_four_entries_and_keeps_the_rest_in_groups(person: Make) -> None:
    html = person("helena.carvalho").get("/").text
    bottom = html.partition('<nav class="bottom"')[2].partition("</nav>")[0]
    close, _summary, more = bottom.partition("<details")

    assert close.count("<li><a ") == 4
    assert re.findall(r'<p class="menu-section">([^<]+)</p>', more) == [
        "People",
        "Design",
        "Operate",
    ]
    assert more.count("<a ") == 13
    assert 'href="/appeals/"' in more


def test_nobody_who_is_not_signed_in_sees_the_navigation(app: Flask) -> None:
    html = app.test_client().get("/sign-in").text

    assert "side-section" not in html
    assert "menu-section" not in html
