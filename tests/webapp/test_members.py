"""The pages of members and people: the story of a membership, and who may read it."""

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows.database import Database


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    with database.unit_of_work() as session:
        return make_reserve(session, now=NOW)


def test_the_story_of_a_member_is_told_newest_first(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get(f"/members/{reserve.members[0].number}").text

    assert "Member00 Adler00" in html
    assert html.index("Intake completed") < html.index("Confirmed")
    assert "Ready now" in html
    assert "Omar Darwish" in html  # the accountable head


def test_a_colleague_sees_the_membership_but_not_the_record(person: Make, reserve: Reserve) -> None:
    html = person("nora.lindqvist").get(f"/members/{reserve.members[0].number}").text

    assert "Member00 Adler00" in html
    assert "The story so far" not in html
    assert "Grades" not in html


def test_an_unknown_member_and_a_hidden_one_get_the_same_answer(
    person: Make, reserve: Reserve
) -> None:
    answer = person("nora.lindqvist").get("/members/LEADERS-1999-0001")

    assert answer.status_code == 404
    assert "It does not exist, or it is not meant for you." in answer.text


def test_the_list_of_members_spans_the_pools(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get("/members/").text

    assert html.count("Pool leaders") == 3


@pytest.mark.parametrize("path", ["/members/", "/training/", "/mentoring/"])
def test_the_number_of_a_membership_finds_it(person: Make, reserve: Reserve, path: str) -> None:
    number = reserve.members[0].number

    html = person("helena.carvalho").get(f"{path}?q={number.lower()}").text

    assert "Member00 Adler00" in html
    assert "Member02 Adler02" not in html


def test_a_head_reads_the_page_of_a_person_in_the_own_unit(person: Make, reserve: Reserve) -> None:
    html = person("omar.darwish").get("/people/member00").text

    assert "Years of service" in html
    assert "Pool leaders" in html


def test_a_stranger_may_not_read_the_page_of_a_person(person: Make, reserve: Reserve) -> None:
    answer = person("tomasz.nowak").get("/people/member00")

    assert answer.status_code == 403


def test_everybody_reads_the_own_page(person: Make, reserve: Reserve) -> None:
    answer = person("amara.okafor").get("/people/amara.okafor")

    assert answer.status_code == 200
    assert "Not in a pool, now or before." in answer.text
