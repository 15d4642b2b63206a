"""The working calendar: counting days there and back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from workflows.calendar import OrganisationCalendar, UnknownCalendar
from workflows.database import Database
from workflows.people_tables import CalendarDay

GERMANY = OrganisationCalendar("DE", time_zone="Europe/Berlin")
CALENDARS = st.sampled_from(
    [
        OrganisationCalendar(),
        GERMANY,
        OrganisationCalendar("EG", weekend=frozenset({4, 5}), time_zone="Africa/Cairo"),
        OrganisationCalendar(
            "JP",
            time_zone="Asia/Tokyo",
            own_days={date(2026, 8, day): False for day in range(10, 22)},
        ),
    ]
)
MOMENTS = st.datetimes(
    datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC), allow_imaginary=False
)


def test_working_days_skip_the_week_end():
    friday = NOW

    assert OrganisationCalendar().add_working_days(friday, 1) == friday + timedelta(days=3)
    assert OrganisationCalendar().add_working_days(friday, -5) == friday - timedelta(days=7)


def test_working_days_skip_public_holidays():
    before_christmas = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)

    due = GERMANY.add_working_days(before_christmas, 1)

    assert due == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
    assert GERMANY.holiday_name(date(2026, 12, 25)) is not None


def test_the_time_of_day_is_kept_across_daylight_saving():
    friday_nine_in_berlin = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)

    monday = GERMANY.add_working_days(friday_nine_in_berlin, 1)

    assert monday == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_no_working_days_after_a_moment_is_the_moment():
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    assert OrganisationCalendar().add_working_days(saturday, 0) == saturday


def test_own_days_win_over_the_public_calendar(database: Database):
    with database.unit_of_work() as session:
        session.add(CalendarDay(day=date(2026, 12, 25), is_working=True, name="Shift"))
        session.add(CalendarDay(day=date(2026, 12, 28), is_working=False, name="Closed"))

    with database.reading() as session:
        calendar = OrganisationCalendar.load(session, country="DE")

    assert calendar.is_working_day(date(2026, 12, 25))
    assert not calendar.is_working_day(date(2026, 12, 28))
    assert calendar.next_working_day(date(2026, 12, 26)) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"country": "Atlantis"}, 'no public calendar for "Atlantis"'),
        ({"country": "DE", "subdivision": "XX"}, 'no public calendar for "DE-XX"'),
        ({"time_zone": "Mars/Base"}, 'no time zone "Mars/Base"'),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
        ({"weekend": frozenset(range(7))}, "at least one working day"),
    ],
)
def test_a_wrong_setting_is_named(arguments, message):
    with pytest.raises(UnknownCalendar, match=message):
        OrganisationCalendar(**arguments)


@given(CALENDARS, MOMENTS, st.integers(0, 700))
def test_counting_back_what_was_added_gives_the_number(calendar, start, days):
    assert calendar.working_days_between(start, calendar.add_working_days(start, days)) == days


@given(CALENDARS, MOMENTS, MOMENTS)
def test_the_counted_days_have_passed_and_not_one_more(calendar, start, end):
    start, end = sorted((start, end))

    count = calendar.working_days_between(start, end)

    assert calendar.add_working_days(start, count) <= end
    assert calendar.add_working_days(start, count + 1) > end


@given(CALENDARS, MOMENTS, st.integers(1, 300), st.integers(1, 300))
def test_adding_in_two_steps_is_adding_at_once(calendar, start, first, second):
    there = calendar.add_working_days(start, first)

    in_two_steps = calendar.add_working_days(there, second)

    # A local time that daylight saving skips may come out an hour later.
    assert abs(in_two_steps - calendar.add_working_days(start, first + second)) <= timedelta(
        hours=1
    )


@given(CALENDARS, MOMENTS, st.integers(1, 400))
@settings(max_examples=50)
def test_the_answer_is_a_working_day_and_the_days_between_add_up(calendar, start, days):
    first = start.astimezone(calendar.zone).date()
    last = calendar.add_working_days(start, days).astimezone(calendar.zone).date()

    slow = sum(
        calendar.is_working_day(first + timedelta(days=number))
        for number in range(1, (last - first).days + 1)
    )

    assert calendar.is_working_day(last)
    assert slow == days


def test_thousands_of_calls_are_cheap():
    calendar = OrganisationCalendar("DE")
    calendar.add_working_days(NOW, 1)

    for days in range(20_000):
        calendar.add_working_days(NOW, days % 60)
