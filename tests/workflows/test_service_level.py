"""Service levels: working time, tiers of the decision, and one notice for each tier."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import find, open_tasks
from tests.workflows.errands import TODAY, away, begin, furnish, occasion
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import contract_watch, questions, service_level, sla_notices, working_time
from workflows.account_tables import Notification
from workflows.calendar import OrganisationCalendar
from workflows.engine import compiled, outbox
from workflows.engine.jobs import performing
from workflows.engine.tables import Outbox
from workflows.people_tables import Person
from workflows.question_tables import SlaNotice
from workflows.vocabulary import Tier
from workflows.working_time import DAY, WorkingTime

TUESDAY_NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # half of five working days
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # four of five
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # all five
STALLED = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)  # seven and a half
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def house(organisation):
    """The organisation and its errand."""
    furnish(organisation)
    return organisation


def tier(database, case, now, element="write"):
    with database.reading() as session:
        task = open_tasks(database, case)[element]
        return service_level.tiers(session, [task], CALENDAR, now)[task.id]


def look(database, now):
    """Let the worker do the whole look of a minute, and deliver what it posts."""
    done = performing.perform_due(database, contract_watch.WORK, now, CALENDAR)
    outbox.deliver_due(database, now, CALENDAR)
    return done


def told(database, who):
    return [text for text in Case(database).told(who) if "New for you" not in text]


def test_the_tiers_follow_the_decision(house):
    case = begin(house)

    for moment, before, after in (
        (TUESDAY_NIGHT, Tier.ON_TIME, Tier.REMIND),
        (THURSDAY, Tier.REMIND, Tier.WARN),
        (FRIDAY, Tier.WARN, Tier.ESCALATE),
        (STALLED, Tier.ESCALATE, Tier.STALLED),
    ):
        assert tier(house, case, moment - A_MOMENT) is before
        assert tier(house, case, moment) is after


def test_days_on_which_the_assignee_is_away_do_not_count(house):
    case = begin(house)
    away(house, "ben", None, first=TODAY, last=TODAY)  # this very Friday

    # What is left of it counts neither as passed nor as allowed.
    assert tier(house, case, NOW + timedelta(hours=14)) is Tier.ON_TIME
    assert tier(house, case, THURSDAY) is Tier.REMIND
    assert tier(house, case, FRIDAY) is Tier.ESCALATE


def test_the_time_of_a_question_does_not_count(house):
    case = begin(house)
    number = open_tasks(house, case)["write"].id
    with house.unit_of_work() as session:
        asked = questions.ask(
            session, number, "max", "Which year?", occasion=occasion("ben", database=house)
        ).id
    assert tier(house, case, THURSDAY) is Tier.ON_TIME  # it stands still

    with house.unit_of_work() as session:
        max_answers = occasion("max", THURSDAY, house)
        questions.answer(session, asked, "2024.", occasion=max_answers)
    assert tier(house, case, THURSDAY) is Tier.ON_TIME
    assert tier(house, case, THURSDAY + timedelta(days=4, hours=11)) is Tier.ON_TIME
    assert tier(house, case, THURSDAY + timedelta(days=4, hours=13)) is Tier.REMIND


def test_each_tier_is_told_once_to_those_whom_it_concerns(house):
    case = begin(house)
    head = "hedy"  # Nora leads the unit of Cara; above Ben stands Hedy

    for moment in (NOW, TUESDAY_NIGHT, TUESDAY_NIGHT + timedelta(minutes=5), THURSDAY, FRIDAY):
        look(house, moment)
        look(house, moment + timedelta(minutes=1))

    assert told(house, "ben") == [
        "Half of the time is over: write.",
        "Most of the time is over: write.",
        "Overdue: write.",
    ]
    # From here on the escalation chain tells; the accountable head comes later.
    assert told(house, head) == ["Most of the time is over: write.", "Escalated to you: write."]
    assert told(house, "nora") == []
    assert told(house, "cara") == []
    with house.reading() as session:
        notices = session.scalars(select(Notification).where(Notification.recipient == head)).all()
        assert {one.instance_id for one in notices} == {case}


def test_after_a_downtime_only_the_last_tier_is_told(house):
    begin(house)

    look(house, STALLED)

    assert told(house, "ben") == ["Overdue: write."]
    with house.reading() as session:
        tiers = session.scalars(select(SlaNotice.tier)).all()
    assert set(tiers) == {Tier.REMIND, Tier.WARN, Tier.ESCALATE}


def test_tiers_come_by_mail_too(house):
    with house.unit_of_work() as session:
        ben = session.scalars(select(Person).where(Person.username == "ben")).one()
        ben.email = "ben@example.org"
    begin(house)

    look(house, TUESDAY_NIGHT)

    with house.reading() as session:
        mails = session.scalars(select(Outbox).where(Outbox.kind == "mail")).all()
    assert "sla_remind" in [one.payload["event"] for one in mails]


def test_what_the_model_tells_by_its_own_timers_is_not_told_twice(house):
    player = Case(house).submit()
    with house.reading() as session:
        _, bundle = compiled.of_case(session, player.instance_id)

    own = [
        tier
        for tier in (Tier.REMIND, Tier.WARN, Tier.ESCALATE)
        if sla_notices.has_own_timer(bundle.executable, "completeness", tier)
    ]

    assert own == [Tier.REMIND, Tier.ESCALATE]


def test_a_case_with_own_timers_gets_no_notice_of_these_tiers(house):
    player = Case(house).to_screening()
    number = player.instance_id
    completeness = open_tasks(house, number)["completeness"]
    with house.unit_of_work() as session:
        assert sla_notices.tell(session, completeness.id, Tier.REMIND, now=NOW) is False
    with house.unit_of_work() as session:
        assert sla_notices.tell(session, completeness.id, Tier.WARN, now=NOW) is True


def test_a_look_at_many_user_tasks_asks_as_much_as_at_one(house):
    first = open_tasks(house, begin(house))["write"]
    others = [open_tasks(house, begin(house))["write"] for _ in range(4)]

    def asked(rows):
        with counted(house) as statements, house.reading() as session:
            service_level.tiers(session, rows, CALENDAR, NOW)
        return len(statements)

    assert asked([first]) == asked([first, *others])


def test_looks_go_on_behind_the_last_case_and_begin_again(house):
    cases = [begin(house) for _ in range(3)]
    seen, after = [], 0
    for _ in range(8):
        with house.reading() as session:
            last, rows = sla_notices.next_open(session, after, 2)
            found = sla_notices.due(session, rows, CALENDAR, TUESDAY_NIGHT)
        seen += [number for number, _tier in found]
        if last is None:
            break
        after = last

    assert last is None
    assert set(seen) == {open_tasks(house, case)["write"].id for case in cases}
    assert find(house, cases[0]).status == "running"


FRIDAY_MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=some.just(UTC))


@given(MOMENTS, some.timedeltas(timedelta(), timedelta(days=30)))
def test_what_is_added_has_passed(start, span):
    time = WorkingTime(OrganisationCalendar(), frozenset({date(2026, 3, 3)}))

    assert time.between(start, time.add(start, span)) == span


@given(MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up(one, two, three):
    time = WorkingTime(OrganisationCalendar(), frozenset({date(2026, 3, 3)}))
    first, second, third = sorted((one, two, three))

    assert time.between(first, second) + time.between(second, third) == time.between(first, third)


def test_a_weekend_is_no_time_and_a_local_day_is_one():
    time = working_time.of(OrganisationCalendar(time_zone="Europe/Berlin"))
    evening = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # an hour before midnight there

    assert time.between(evening, evening + 2 * DAY) == timedelta(hours=1)
    assert time.between(evening, FRIDAY_MORNING) == timedelta()


@given(MOMENTS, some.timedeltas(timedelta(), timedelta(days=30)))
def test_the_moment_so_much_working_time_ago_is_the_latest_one(end, span):
    time = WorkingTime(OrganisationCalendar(), frozenset({date(2026, 3, 3)}))

    found = time.ago(end, span)

    assert found <= end
    assert time.between(found, end) == span
    assert span == timedelta() or time.between(found + timedelta(microseconds=1), end) < span
