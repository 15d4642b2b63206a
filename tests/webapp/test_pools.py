"""The pages of pools: plan against reality, and who may see whom."""

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from tests.webapp.samples import publish_sample, start_cases
from tests.workflows.staff import add_person
from workflows import memberships, nomination_list, pools
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.nomination_tables import Nomination
from workflows.people_tables import OrgUnit
from workflows.pool_tables import PlanQuota, PoolMember
from workflows.vocabulary import Lifecycle


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    with database.unit_of_work() as session:
        return make_reserve(session, now=NOW)


def test_the_list_shows_how_full_each_pool_is(person: Make, reserve: Reserve) -> None:
    html = person("nora.lindqvist").get("/pools/").text

    assert "Pool leaders" in html
    assert "of 8 planned" in html
    assert "1 in intake" in html


def test_a_confidential_pool_is_unknown_to_outsiders(person: Make, reserve: Reserve) -> None:
    nora = person("nora.lindqvist")

    listed = nora.get("/pools/").text
    opened = nora.get("/pools/secret")

    assert "Pool secret" not in listed
    assert opened.status_code == 404


def test_hr_sees_a_confidential_pool(person: Make, reserve: Reserve) -> None:
    answer = person("helena.carvalho").get("/pools/secret")

    assert answer.status_code == 200
    assert "Nobody is in this pool yet" in answer.text


def test_a_pool_shows_its_plan_in_words_beside_the_bars(person: Make, reserve: Reserve) -> None:
    html = person("nora.lindqvist").get("/pools/leaders").text

    assert "3 members, 8 planned, 10 at most" in html
    assert "5 seats free" in html
    assert 'aria-hidden="true" focusable="false"' in html


@pytest.mark.parametrize(
    ("places", "leaving", "bar", "words"),
    [
        ((1, 3, 5), 0, "is-over", "On target: needs a justification"),
        ((1, 2, 3), 0, "is-full", "Full: new people wait"),
        ((1, 3, 3), 0, "is-full", "Full: new people wait"),
        ((1, 3, 3), 1, "", "1 seat free"),  # somebody is about to leave
        ((4, 8, 9), 0, "is-low", "Below the minimum"),
        ((1, 8, 9), 0, "", "5 seats free"),
    ],
)
def test_the_color_of_a_bar_says_the_same_as_the_words_beside_it(
    person: Make,
    reserve: Reserve,
    database: Database,
    places: tuple[int, int, int],
    leaving: int,
    bar: str,
    words: str,
) -> None:
    with database.unit_of_work() as session:
        cell = session.scalars(select(PlanQuota)).one()
        cell.minimum, cell.target, cell.maximum = places
        for member in reserve.members[:leaving]:
            session.get_one(PoolMember, member.id).lifecycle = Lifecycle.EXIT_PROPOSED

    html = person("nora.lindqvist").get("/pools/leaders").text

    assert re.findall(r'class="plan-bar ([\w-]*)"', html) == [bar]
    assert words in html


def test_members_are_filtered_by_state_readiness_and_name(person: Make, reserve: Reserve) -> None:
    nora = person("nora.lindqvist")

    in_intake = nora.get("/pools/leaders?lifecycle=INTAKE").text
    ready = nora.get("/pools/leaders?readiness=READY_NOW").text
    named = nora.get("/pools/leaders?q=adler02").text
    nobody = nora.get("/pools/leaders?q=zzz").text

    assert _names(in_intake) == ["Member01 Adler01"]
    assert _names(ready) == ["Member00 Adler00", "Member02 Adler02"]
    assert _names(named) == ["Member02 Adler02"]
    assert "Nobody matches" in nobody


@pytest.mark.parametrize(
    "query", ["lifecycle=nonsense", "level=abc", "level=99999999999999", "readiness=soon"]
)
def test_a_filter_without_meaning_is_as_if_it_were_not_there(
    person: Make, reserve: Reserve, query: str
) -> None:
    answer = person("nora.lindqvist").get(f"/pools/leaders?{query}")

    assert answer.status_code == 200
    assert len(_names(answer.text)) == 3


def test_a_cursor_of_another_list_is_refused_with_a_sentence(
    person: Make, reserve: Reserve
) -> None:
    answer = person("nora.lindqvist").get("/pools/leaders?cursor=nonsense")

    assert answer.status_code == 422
    assert "Start from the first page" in answer.text


def test_a_pool_says_when_it_does_not_show_every_nomination(
    person: Make, reserve: Reserve, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nomination_list, "MOST", 2)
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
        _nominate(session, reserve.members[:2])
    helena = person("helena.carvalho")
    assert "that have waited longest are shown" not in helena.get("/pools/leaders").text

    with database.unit_of_work() as session:
        _nominate(session, reserve.members[2:3])

    html = helena.get("/pools/leaders").text
    assert "The 2 nominations that have waited longest are shown." in html
    assert "Nobody waits for a seat" not in html  # some who wait may not be among them
    assert "/cases/?process=nomination&amp;status=running" in html


def test_the_page_of_a_pool_asks_a_fixed_number_of_statements(
    person: Make, app: Flask, database: Database
) -> None:
    with database.unit_of_work() as session:
        make_reserve(session, now=NOW, members=2)
    nora = person("nora.lindqvist")
    with counted(database) as few:
        nora.get("/pools/leaders")
    with database.unit_of_work() as session:
        _more_members(session)

    with counted(database) as many:
        html = nora.get("/pools/leaders").text

    assert len(_names(html)) == 22
    assert len(many) == len(few)


def test_a_designer_sees_no_members(person: Make, reserve: Reserve) -> None:
    html = person("mateo.navarro").get("/pools/leaders").text

    assert "The members are confidential" in html
    assert "Adler" not in html


def _names(html: str) -> list[str]:
    """Names in the table of members, in order."""
    table = html[html.index("members-title") :]
    return re.findall(r'<a href="/members/[^"]+">([^<]+)</a>', table)


def _more_members(session: Session) -> None:
    """Twenty further members."""
    unit = session.scalar(select(OrgUnit).where(OrgUnit.code == "T"))
    pool = pools.by_code(session, "leaders")
    for number in range(20):
        somebody = add_person(session, f"new{number:02d}", unit, family_name="Zimmer")
        memberships.create(session, somebody, pool, actor=SYSTEM, now=NOW)


def _nominate(session: Session, members: Sequence[PoolMember]) -> None:
    """Let members be nominated again; what their cases are does not matter here."""
    for case, member in zip(start_cases(session, now=NOW), members, strict=False):
        session.add(
            Nomination(
                instance_id=case,
                pool_id=member.pool_id,
                candidate_id=member.person_id,
                nominator="nora.lindqvist",
                channel="unit",
                statement="Again.",
                nominated_at=NOW,
                state_since=NOW,
            )
        )
