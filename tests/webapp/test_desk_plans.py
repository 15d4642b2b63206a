"""Nominations by channel, and the structure against the plan: what is shown, and to whom."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows.database import Database
from workflows.figure_tables import FigureCell, FigureSlice
from workflows.nomination_milestones import Milestone
from workflows.people_tables import Person

PASSED = {"unit": (20, 15, 12, 12, 9, 9, 8), "self": (5, 1, 0, 0, 0, 0, 0)}


@pytest.fixture
def reserve(app: object, database: Database) -> Reserve:
    """A pool with members and a plan, and how far nominations for it got."""
    with database.unit_of_work() as session:
        made = make_reserve(session, now=NOW)
        for number, facet in enumerate(("", "category"), start=1):
            mine = {"id": number, "definition_key": "nomination", "definition_version": 1}
            value = {"facet": facet, "value": "line" if facet else "", "pool": "leaders"}
            session.execute(insert(FigureSlice), mine | value)
            for channel, numbers in PASSED.items():
                for milestone, people in zip(Milestone, numbers, strict=True):
                    place = {"slice_id": number, "measure": "channel", "quarter": 2026 * 4 + 3}
                    item = {"item": f"{channel}/{milestone}", "amount": 25, "number": people}
                    if people:
                        session.execute(insert(FigureCell), place | item)
    return made


def test_the_funnel_shows_each_channel_with_rates_and_days(person: Make, reserve: Reserve) -> None:
    html = person("priya.sharma").get("/desk/nominations/").text

    assert html.index("All channels") < html.index("The person applies")
    assert "64 %" in html  # 16 of the 25 who were nominated are eligible
    assert "2.5 days" in html
    assert "of=channel&amp;item=unit/confirmed" in html
    assert "How evenly each step selects" not in html


def test_how_evenly_steps_select_is_for_hr_and_auditors(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get("/desk/nominations/?compare=category").text
    table = person("helena.carvalho").get("/desk/nominations/impact.csv?compare=category").text
    refused = person("priya.sharma").get("/desk/nominations/impact.csv")
    head = person("omar.darwish").get("/desk/nominations/impact.xlsx")

    assert "How evenly each step selects" in html
    assert "Eligible,Line,25,16,100," in table
    assert (refused.status_code, head.status_code) == (403, 403)


def test_the_structure_leads_to_the_members_of_each_cell(person: Make, reserve: Reserve) -> None:
    helena = person("helena.carvalho")
    html = helena.get("/desk/structure/").text
    (link,) = {
        part.split('"')[0].replace("&amp;", "&")
        for part in html.split('href="')
        if part.startswith("/pools/leaders?level=")
    }

    listed = helena.get(link).text

    assert "1 target not met" in html
    assert listed.count("/members/") >= len(reserve.members)
    assert "Narrowed from the figures to:" in listed
    other = helena.get(link.replace("horizon=mid", "horizon=near")).text
    assert "Nobody matches" in other


def test_the_structure_is_narrowed_to_a_unit(
    person: Make, reserve: Reserve, database: Database
) -> None:
    omar = person("omar.darwish").get("/desk/structure/").text
    with database.reading() as session:
        unit = session.scalar(select(Person.unit_id).where(Person.username == "member00"))
    helena = person("helena.carvalho")
    narrowed = helena.get(f"/desk/structure/?slice=unit:{unit}").text
    nobody = helena.get("/desk/structure/?slice=cohort:2001-Q1").text

    assert "Of them as narrowed" in omar
    assert f"unit={unit}#members-title" in narrowed
    assert "joined=2001-Q1" not in nobody


def test_a_head_learns_nothing_of_a_confidential_pool(person: Make, reserve: Reserve) -> None:
    assert "secret" not in person("omar.darwish").get("/desk/structure/").text
    assert "secret" in person("helena.carvalho").get("/desk/structure/").text


def test_tables_of_both_are_downloaded(person: Make, reserve: Reserve) -> None:
    helena = person("helena.carvalho")

    funnel = helena.get("/desk/nominations/channels.csv").text.splitlines()
    book = helena.client.get("/desk/structure/structure.xlsx")

    assert funnel[0].startswith("Channel,Milestone,Nominations,Percent of those before")
    assert "The unit proposes,Confirmed,8,89,2.5,2.5,2.5" in funnel
    rows = list(load_workbook(io.BytesIO(book.data)).active.values)
    assert rows[0][0] == "Pool"
    assert rows[1][4] == len(reserve.members)
    assert helena.get("/desk/nominations/secrets.csv").status_code == 404
    assert helena.get("/desk/structure/structure.pdf").status_code == 404


@pytest.mark.parametrize("query", ["slice=unit:²", "pool=none&compare=age", "since=2027-Q1"])
def test_filters_that_make_no_sense_do_no_harm(person: Make, reserve: Reserve, query: str) -> None:
    helena = person("helena.carvalho")

    assert helena.get(f"/desk/nominations/?{query}").status_code == 200
    assert helena.get(f"/desk/structure/?{query}").status_code == 200


def test_the_pages_ask_a_fixed_number_of_statements(
    person: Make, reserve: Reserve, database: Database
) -> None:
    helena = person("helena.carvalho")
    for address in ("/desk/nominations/", "/desk/structure/?slice=specialty:x"):
        helena.get(address)
        with counted(database) as statements:
            helena.get(address)
        assert len(statements) <= 24, statements


def test_outsiders_see_neither(person: Make, reserve: Reserve) -> None:
    amara = person("amara.okafor")

    assert amara.get("/desk/nominations/").status_code == 403
    assert amara.get("/desk/structure/").status_code == 403
