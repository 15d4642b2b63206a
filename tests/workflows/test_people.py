"""Finding people, and the facts that decisions ask for."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.staff import PRIYA, add_person, add_pool, add_units
from workflows import experience, memberships, people
from workflows.database import Database
from workflows.paging import CursorRefused, from_cursor, to_cursor
from workflows.people import UnknownPerson, fold, free_username
from workflows.people_tables import DisciplineRecord, ExperienceSpell, GradeHistory, Relationship
from workflows.vocabulary import EmploymentStatus, Lifecycle, RelationKind, SpellKind

TODAY = NOW.date()


def test_people_are_found_by_the_beginnings_of_words_without_accents(database: Database):
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        add_person(session, "søren", unit, family_name="Åkerlund-Müller", number="4711")
        add_person(session, "grace", unit, family_name="Okafor", number="4712")

    with database.reading() as session:
        for text in ("soren", "SØR", "aker", "muller sor", "4711", "  akerlund-mu "):
            assert [each.username for each in people.search(session, text).items] == ["søren"]
        assert people.search(session, "erlund").items == []
        assert people.search(session, "%").items == []
        assert len(people.search(session, "471").items) == 2


def test_who_left_is_found_only_when_asked_for(database: Database):
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        add_person(session, "gone", unit, employment_status=EmploymentStatus.LEFT)

        assert people.search(session, "gone").items == []
        assert len(people.search(session, "gone", with_former=True).items) == 1


def test_pages_follow_each_other_without_gap_or_repetition(database: Database):
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        for number in range(11):
            add_person(
                session, f"p{number:02}", unit, family_name="Same" if number % 2 else "Other"
            )

    seen: list[str] = []
    cursor = None
    with database.reading() as session:
        while True:
            page = people.search(session, limit=3, cursor=cursor)
            seen += [person.username for person in page.items]
            cursor = page.next
            if cursor is None:
                break

    assert len(seen) == 11
    assert len(set(seen)) == 11


def test_a_page_takes_one_statement_whatever_its_size(database: Database):
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        for number in range(40):
            add_person(session, f"p{number:02}", unit)

    counts = []
    for limit in (2, 30):
        with database.reading() as session, counted(database) as counter:
            page = people.search(session, limit=limit)
            assert {person.unit.name for person in page.items} == {"Team"}
            counts.append(len(counter))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "bm9uZQ", to_cursor(1, 2), to_cursor("a")])
def test_a_strange_cursor_is_refused(database: Database, cursor):
    with database.reading() as session, pytest.raises(CursorRefused):
        people.search(session, cursor=cursor)


def test_a_cursor_keeps_its_position():
    assert from_cursor(to_cursor("müller", 7), str, int) == ["müller", 7]


def test_an_unknown_person_is_named(database: Database):
    with database.reading() as session:
        with pytest.raises(UnknownPerson, match='no person "nobody"'):
            people.by_username(session, "nobody")
        with pytest.raises(UnknownPerson):
            people.by_id(session, 1)


def test_the_card_counts_experience_in_months(database: Database):
    with database.unit_of_work() as session:
        person = add_person(session, "amara", add_units(session)["T"])
        for kind, since, until in (
            (SpellKind.FRONTLINE, date(2020, 1, 1), date(2021, 1, 1)),
            (SpellKind.FRONTLINE, date(2020, 7, 1), date(2021, 7, 1)),  # half of it at once
            (SpellKind.HEADQUARTERS, date(2026, 9, 20), None),
        ):
            session.add(ExperienceSpell(person_id=person.id, kind=kind, since=since, until=until))
        session.add(GradeHistory(person_id=person.id, year=2025, grade="A"))
        session.flush()

        card = people.card(session, person, now=NOW)

    assert card.experience_months == {
        SpellKind.FRONTLINE: 18,
        SpellKind.HEADQUARTERS: 2,
        SpellKind.EXTERNAL: 0,
    }
    assert (card.head, card.service_years, card.months_in_level) == ("theo", 12, 58)
    assert card.grades == [(2025, "A")]


def test_eligibility_facts_have_exactly_the_inputs_of_the_decision(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        person, pool = add_person(session, "amara", tree["T"]), add_pool(session, tree["C"])
        for year, grade in ((2023, "A"), (2025, "C"), (2024, "B")):
            session.add(GradeHistory(person_id=person.id, year=year, grade=grade))
        session.flush()

        facts = people.eligibility_facts(session, person, pool, NOW)

    assert facts == {
        "employment_status": "active",
        "service_years": 12,
        "months_in_level": 58,
        "last_grades": ["A", "B", "C"],
        "discipline_active": False,
        "cooling_off": False,
        "already_member": False,
        "under_investigation": False,
        "education_rank": 3,
        "frontline_months": 0,
        "age": 38,
    }


def test_eligibility_facts_show_every_obstacle(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool = add_pool(session, tree["C"], policy={"min_service_years": 1})
        person = add_person(session, "amara", tree["T"], birth_date=None)
        session.add(
            DisciplineRecord(
                person_id=person.id,
                opened_on=TODAY - timedelta(days=90),
                closed_on=TODAY - timedelta(days=60),
                effective_on=TODAY - timedelta(days=60),
                effect_until=TODAY + timedelta(days=1),
            )
        )
        session.add(DisciplineRecord(person_id=person.id, opened_on=TODAY))
        memberships.create(session, person, pool, actor=PRIYA, now=NOW)
        until = TODAY + timedelta(days=1)
        memberships.cool_off(session, person, pool, until=until, reason="REJECTED")

        facts = people.eligibility_facts(session, person, pool, NOW)

        assert facts["age"] is None
        assert facts["policy"] == {"min_service_years": 1}
        for obstacle in ("discipline_active", "under_investigation", "cooling_off"):
            assert facts[obstacle] is True
        assert facts["already_member"] is True


def test_what_is_over_is_no_obstacle(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, person = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        session.add(
            DisciplineRecord(
                person_id=person.id,
                opened_on=date(2024, 1, 1),
                closed_on=date(2024, 2, 1),
                effective_on=date(2024, 2, 1),
                effect_until=TODAY,
            )
        )
        member = memberships.create(session, person, pool, actor=PRIYA, now=NOW)
        memberships.change_state(
            session, member, Lifecycle.EXITED, reason="WITHDRAWN", actor=PRIYA, now=NOW
        )
        memberships.cool_off(session, person, pool, until=TODAY, reason="WITHDRAWN")

        facts = people.eligibility_facts(session, person, pool, NOW)

    assert not any(
        facts[name]
        for name in ("discipline_active", "under_investigation", "cooling_off", "already_member")
    )


@pytest.mark.parametrize(
    ("kind", "until", "expected"),
    [
        (RelationKind.SPOUSE, None, "spouse"),
        (RelationKind.COLLATERAL, None, "collateral_3gen"),
        (RelationKind.MENTOR, None, "mentor_24m"),
        (RelationKind.MENTOR, TODAY - timedelta(days=400), "mentor_24m"),
        (RelationKind.MENTOR, TODAY - timedelta(days=800), "none"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_declared_ties_count_in_both_directions(database: Database, kind, until, expected, turned):
    with database.unit_of_work() as session:
        tree = add_units(session)
        amara, rene = (
            add_person(session, "amara", tree["T"]),
            add_person(session, "rene", tree["O"]),
        )
        one, other = (rene, amara) if turned else (amara, rene)
        session.add(
            Relationship(
                person_id=one.id, other_id=other.id, kind=kind, until=until, declared_at=NOW
            )
        )
        session.flush()

        assert people.relation(session, "rene", "amara", now=NOW) == expected


def test_superior_and_team_follow_from_the_units(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        for username, unit in (("amara", "T"), ("theo", "T"), ("mate", "T"), ("dina", "D")):
            add_person(session, username, tree[unit])

        def relation(reviewer: str) -> str:
            return people.relation(session, reviewer, "amara", now=NOW)

        assert relation("amara") == "self"
        assert relation("theo") == "direct_superior"
        assert relation("mate") == "same_team_12m"
        assert relation("dina") == "none"


def test_usernames_are_plain_and_free():
    assert free_username("Łukasz", "Dąbrowski", set()) == "lukasz.dabrowski"
    assert free_username("Anna", "Berg", {"anna.berg", "anna.berg2"}) == "anna.berg3"
    assert free_username("李", "", set()) == "person"


@given(st.text(max_size=40))
@example("𝞐")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 600))
def test_whole_months_are_counted_like_on_a_calendar(since, months):
    year, month = divmod(since.month - 1 + months, 12)
    day = min(since.day, 28)
    since = since.replace(day=day)
    until = date(since.year + year, month + 1, day)

    assert experience.whole_months(since, until) == months
    assert experience.whole_months(since, until - timedelta(days=1)) == max(months - 1, 0)


def test_names_come_in_one_statement(database: Database):
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        add_person(session, "amara", unit)

        assert people.names_of(session, ["amara", "nobody"]) == {"amara": "Amara Okafor"}
        assert people.names_of(session, []) == {}
