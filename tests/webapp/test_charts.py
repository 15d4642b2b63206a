"""Charts of pages: the numbers behind them, where bars lie, and where each of them leads."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from webapp import charts
from webapp.charts import Bar, Chart, Row
from workflows import calibration, exit_list, pool_flow, quarters, review_list, training_list
from workflows.actors import Actor
from workflows.database import Database
from workflows.exit_list import ExitFilter
from workflows.exit_tables import ExitCase, ExitState
from workflows.people_tables import GradeHistory, OrgUnit
from workflows.pool_tables import PoolMember
from workflows.quarters import Quarter
from workflows.review_states import CycleKind, ReviewState
from workflows.review_tables import IndicatorScheme, Review, ReviewCycle
from workflows.training_list import Band, BoardFilter
from workflows.training_states import HoursKind, TrainingPlanState
from workflows.training_tables import HoursLedger, TrainingPlan
from workflows.vocabulary import Lifecycle

HELENA = Actor("helena.carvalho", "Helena", frozenset({"hr"}), frozenset({"hr"}))
NORA = Actor("nora.lindqvist", "Nora", frozenset({"member"}), frozenset({"member"}))
SVG = re.compile(r'<svg class="chart-picture".*?</svg>', re.DOTALL)
LINK = re.compile(r'<a class="chart-link" href="([^"]+)" aria-label="([^"]+)">')


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    """An open pool with eight members."""
    with database.unit_of_work() as session:
        return make_reserve(session, now=NOW, members=8)


def pictures(html: str) -> list[str]:
    """The charts of a page."""
    return SVG.findall(html)


def links(html: str) -> dict[str, str]:
    """Where the bars of a page lead, by what they say."""
    return {unescape(words): unescape(href) for href, words in LINK.findall(html)}


def listed(html: str) -> set[str]:
    """Which members the list of a page shows."""
    below = html.rpartition("list-table")[2]
    return set(re.findall(r"Adler\d\d", below))


def dated(database: Database, reserve: Reserve) -> None:
    """Let members enter and leave on well-known days; NOW is in the second quarter of 2026."""
    days = [
        (date(2026, 4, 1), None),
        (date(2026, 3, 31), None),
        (date(2026, 1, 1), None),
        (date(2025, 10, 1), date(2026, 1, 1)),
        (date(2025, 12, 31), date(2026, 3, 31)),
        (date(2024, 1, 1), date(2025, 11, 3)),
    ]
    with database.unit_of_work() as session:
        for member, (joined, left) in zip(reserve.members, days, strict=False):
            row = session.get_one(PoolMember, member.id)
            row.joined_on, row.exited_on = joined, left
            if left is not None:
                row.lifecycle = Lifecycle.EXITED
        for member in reserve.members[6:]:
            session.get_one(PoolMember, member.id).joined_on = date(2020, 1, 1)


def test_a_quarter_has_its_days() -> None:
    assert quarters.of(date(2026, 3, 31)) == Quarter(2026, 1)
    assert (Quarter(2026, 1).first, Quarter(2026, 1).last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert Quarter(2025, 4).last == date(2025, 12, 31)
    assert [each.code for each in quarters.until(date(2026, 2, 1), 3)] == [
        "2025-Q3",
        "2025-Q4",
        "2026-Q1",
    ]
    assert quarters.named("2026-Q1") == Quarter(2026, 1)
    for nonsense in ("", "2026-Q5", "0001-Q1", "9999-Q4", "2026-Q1 ", "２０２６-Q1"):
        assert quarters.named(nonsense) is None


def test_bars_lie_within_the_drawing_and_are_as_long_as_their_numbers() -> None:
    chart = Chart(
        key="c",
        title="T",
        told="",
        heads=("H", "A", "B"),
        rows=tuple(
            Row(str(number), (Bar(number, "green", ""), Bar(2 * number, "blue", "")))
            for number in range(6)
        ),
    )

    height, upright = charts.columns(chart)
    lying_height, lying = charts.rows(chart)

    assert all(each.x >= 0 and each.x + each.width <= charts.WIDTH for each in upright + lying)
    assert all(each.y + each.height == height - 22 for each in upright)
    assert [round(each.height / 12) for each in upright] == [each.bar.number for each in upright]
    assert [each.width for each in lying] == sorted(each.width for each in lying)
    assert lying_height == 6 * 44
    assert not chart.has_links


def test_a_chart_of_nothing_is_flat() -> None:
    chart = Chart("c", "T", "", ("H", "A"), (Row("x", (Bar(0, "green", "", "/x"),)),))

    assert [each.height for each in charts.columns(chart)[1]] == [0]
    assert [each.width for each in charts.rows(chart)[1]] == [0]
    assert Chart("c", "T", "", ("H",), ()).tones == ()


def test_growth_needs_two_years_and_the_best_grade_lies_on_top() -> None:
    assert charts.growth([(2025, "B")]) is None
    assert charts.growth([(2025, "B"), (2026, "D*")]) is None

    drawing = charts.growth([(2026, "A"), (2024, "D"), (2025, "B")])

    assert drawing is not None
    assert [(point.year, point.grade) for point in drawing.points] == [
        (2024, "D"),
        (2025, "B"),
        (2026, "A"),
    ]
    heights = [point.y for point in drawing.points]
    assert heights == sorted(heights, reverse=True)
    assert drawing.line.count(",") == 3


def test_entries_and_exits_are_counted_by_quarter(database: Database, reserve: Reserve) -> None:
    dated(database, reserve)

    with database.reading() as session, counted(database) as statements:
        found = pool_flow.flow(session, HELENA, reserve.leaders, today=date(2026, 5, 1))

    assert {each.quarter.code: (each.entered, each.left) for each in found} == {
        "2025-Q1": (0, 0),
        "2025-Q2": (0, 0),
        "2025-Q3": (0, 0),
        "2025-Q4": (2, 1),
        "2026-Q1": (2, 2),
        "2026-Q2": (1, 0),
    }
    assert len([one for one in statements if not one.startswith("BEGIN")]) == 1


def test_each_bar_of_a_pool_leads_to_as_many_members(
    database: Database, person: Make, reserve: Reserve
) -> None:
    dated(database, reserve)
    browser = person("helena.carvalho")

    html = browser.get("/pools/leaders").text

    found = links(html)
    assert found
    for words, href in found.items():
        number = int(words.partition(": ")[2].split()[0])
        assert len(listed(browser.get(href).text)) == number, words


def test_why_people_left_is_for_those_who_read_exits(
    database: Database, person: Make, reserve: Reserve
) -> None:
    with database.unit_of_work() as session:
        for number, reason in enumerate(("grade_D", "voluntary", "voluntary")):
            session.add(_exit(reserve.members[number], reason))
        session.add(_exit(reserve.members[3], "voluntary", state=ExitState.PROPOSED))

    office = person("helena.carvalho").get("/pools/leaders").text
    member = person("nora.lindqvist").get("/pools/leaders").text
    page = person("helena.carvalho").get("/exits/").text
    with database.reading() as session:
        counts = exit_list.reasons(session, HELENA)
        shown = {
            reason: len(
                exit_list.find(session, HELENA, ExitFilter("", ExitState.EFFECTIVE, reason)).items
            )
            for reason in counts
        }

    assert counts == shown == {"voluntary": 2, "grade_D": 1}
    assert list(counts) == ["voluntary", "grade_D"]
    assert "Last grade D: 1 exit" in office and "By choice: 2 exits" in page
    assert "Exits by reason" not in member and "Entries and exits by quarter" in member


def test_a_colleague_counts_no_exit_of_others(database: Database, reserve: Reserve) -> None:
    with database.unit_of_work() as session:
        session.add(_exit(reserve.members[0], "grade_D"))

    with database.reading() as session:
        assert exit_list.reasons(session, NORA) == {}


def _exit(member: PoolMember, reason: str, *, state: ExitState = ExitState.EFFECTIVE) -> ExitCase:
    """An exit that took effect, or is looked at."""
    is_over = state is ExitState.EFFECTIVE
    return ExitCase(
        member_id=member.id,
        cause=reason,
        reason=reason,
        state=state,
        opened_at=NOW,
        closed_at=NOW if is_over else None,
        effective_on=NOW.date() if is_over else None,
    )


@pytest.fixture
def cycle(database: Database, reserve: Reserve) -> int:
    """A cycle in which members were graded; the last of them works in another unit."""
    grades = ["A", "B", "B", "B", "C", "D*", ""]
    with database.unit_of_work() as session:
        scheme = IndicatorScheme(
            pool_id=reserve.leaders.id, version=7, name="Usual", made_by="x", made_at=NOW
        )
        session.add(scheme)
        session.flush()
        row = ReviewCycle(
            pool_id=reserve.leaders.id,
            year=2026,
            kind=CycleKind.ANNUAL,
            scheme_id=scheme.id,
            opened_by="helena.carvalho",
            opened_at=NOW,
            calibrate_at=NOW + timedelta(days=30),
        )
        session.add(row)
        session.flush()
        other = session.scalars(select(OrgUnit).where(OrgUnit.code == "O")).one()
        for number, grade in enumerate(grades):
            member = session.get_one(PoolMember, reserve.members[number].id)
            session.refresh(member, ["person"])
            if grade == "A":
                member.person.unit_id = other.id
                member.accountable_head = None
            review = Review(
                cycle_id=row.id,
                member_id=member.id,
                subject=member.person.username,
                state=ReviewState.SCORED if grade else ReviewState.OPEN,
                opened_at=NOW,
                provisional_grade=grade or None,
                score=70.0 if grade else None,
            )
            session.add(review)
        return row.id


def test_the_grades_of_a_cycle_lead_to_the_reviews(person: Make, cycle: int) -> None:
    browser = person("helena.carvalho")

    found = links(browser.get(f"/reviews/{cycle}").text)

    assert list(found) == [
        "Grade A: 1 review",
        "Grade B: 3 reviews",
        "Grade C: 1 review",
        "Grade D*: 1 review",
    ]
    for words, href in found.items():
        assert len(listed(browser.get(href).text)) == int(words.partition(": ")[2].split()[0])
    assert len(listed(browser.get(f"/reviews/{cycle}?grade=X").text)) == 7


def test_the_reviews_of_a_cycle_come_page_by_page(
    person: Make, cycle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.reviews.ON_A_PAGE", 3)
    browser, address, pages = person("helena.carvalho"), f"/reviews/{cycle}", []
    while address:
        html = browser.get(address).text
        assert next(iter(links(html))).startswith("Grade A")
        pages.append(listed(html))
        more = re.search(r'class="show-more"><a class="btn" href="([^"]+)"', html)
        address = unescape(more[1]) if more else ""

    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({name for page in pages for name in page}) == 7


def test_a_head_counts_only_the_grades_that_he_may_read(
    database: Database, person: Make, cycle: int
) -> None:
    """Nothing can be taken away from a sum of all: the grade of somebody else's member."""
    html = person("omar.darwish").get(f"/reviews/{cycle}").text

    assert not any(words.startswith("Grade A") for words in links(html))
    assert "Adler00" not in html
    omar = Actor("omar.darwish", "Omar", frozenset({"manager"}), frozenset({"manager"}))
    with database.reading() as session:
        row = session.scalars(select(ReviewCycle)).one()
        session.refresh(row, ["pool"])
        shown = review_list.cockpit(session, omar, row)
    assert sum(calibration.in_all(shown.by_unit).values()) == 5


def _plan(
    member: PoolMember, state: TrainingPlanState = TrainingPlanState.APPROVED
) -> TrainingPlan:
    """A plan of 100 hours."""
    is_closed = state is TrainingPlanState.CLOSED
    return TrainingPlan(
        member_id=member.id,
        year=2026,
        state=state,
        required_hours=100,
        begins_on=NOW.date() - timedelta(days=100),
        ends_on=NOW.date() + timedelta(days=265),
        opened_at=NOW,
        approved_by="omar.darwish",
        approved_at=NOW,
        closed_at=NOW if is_closed else None,
    )


def test_hours_fall_into_bands_that_lead_to_the_members(
    database: Database, person: Make, reserve: Reserve
) -> None:
    hours = [(0, 0), (24, 0), (25, 0), (10, 90), (74, 1), (60, 80), (100, 0)]
    with database.unit_of_work() as session:
        for member, (organised, own) in zip(reserve.members, hours, strict=False):
            session.get_one(PoolMember, member.id).lifecycle = Lifecycle.ACTIVE
            session.add(_plan(member))
            for kind, number in ((HoursKind.ORGANISED, organised), (HoursKind.SELF, own)):
                if number:
                    session.add(_booked(member, kind, number))
        session.get_one(PoolMember, reserve.members[7].id).lifecycle = Lifecycle.ACTIVE
        session.add(_plan(reserve.members[7], TrainingPlanState.CLOSED))
    browser = person("helena.carvalho")

    found = links(browser.get("/training/").text)
    with database.reading() as session:
        bands = training_list.bands(session, HELENA, BoardFilter(band=Band.WHOLE))

    # Self-study counts up to 40 of the 100 hours: 10 and 90 are 50, 60 and 80 are 100.
    expected = _banded([0, 24, 25, 50, 75, 100, 100]) | {Band.NO_PLAN: 1}
    assert bands == expected
    assert len(found) == sum(number > 0 for number in expected.values())
    for words, href in found.items():
        number = int(words.partition(": ")[2].split()[0])
        assert len(listed(browser.get(href).text)) == number, words


def _banded(hours: list[int]) -> dict[Band, int]:
    """Count again in another way: hours of a hundred, by quarters."""
    return {
        Band.UNDER_25: sum(each < 25 for each in hours),
        Band.UNDER_50: sum(25 <= each < 50 for each in hours),
        Band.UNDER_75: sum(50 <= each < 75 for each in hours),
        Band.UNDER_100: sum(75 <= each < 100 for each in hours),
        Band.WHOLE: sum(each >= 100 for each in hours),
    }


def _booked(member: PoolMember, kind: HoursKind, hours: float) -> HoursLedger:
    """Hours of one kind."""
    return HoursLedger(
        member_id=member.id,
        kind=kind,
        hours=hours,
        source="Course",
        approved_by="omar.darwish",
        counts_toward_year=2026,
        booked_at=datetime.fromisoformat("2026-01-05T09:00:00+00:00"),
    )


def test_the_story_of_a_member_shows_growth_to_those_who_may_read_it(
    database: Database, person: Make, reserve: Reserve
) -> None:
    member = reserve.members[0]
    with database.unit_of_work() as session:
        session.add(GradeHistory(person_id=member.person_id, year=2024, grade="C"))

    head = person("omar.darwish").get(f"/members/{member.number}").text
    colleague = person("nora.lindqvist").get(f"/members/{member.number}").text

    assert "Grades over the years" in head and "2024: C, 2025: A" in head
    assert "Grades over the years" not in colleague


@pytest.mark.parametrize("address", ["/pools/leaders", "/training/", "/reviews/{}"])
def test_a_chart_is_well_formed_and_says_what_it_shows(
    person: Make, reserve: Reserve, cycle: int, address: str
) -> None:
    html = person("helena.carvalho").get(address.format(cycle)).text

    found = pictures(html)
    assert found
    for picture in found:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "group" and root.findtext("title") and root.findtext("desc")
        ids = [element.get("id") for element in root if element.tag in ("title", "desc")]
        assert str(root.get("aria-labelledby")).split() == ids
        assert not any("style" in element.attrib for element in root.iter())
        assert html.partition(picture)[2].lstrip().startswith('<details class="chart-numbers">')
