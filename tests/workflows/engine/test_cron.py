"""Cron patterns: bounded, in the time zone of the organisation; none is early, lost or doubled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import OrganisationCalendar
from workflows.engine import cron, durations
from workflows.engine.durations import OutOfBounds

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = OrganisationCalendar(time_zone="Europe/Berlin")


def moments(pattern, start, count, calendar=CALENDAR):
    """Return the next local moments of a pattern as text."""
    found = []
    moment = datetime.fromisoformat(start).replace(tzinfo=calendar.zone).astimezone(UTC)
    for _ in range(count):
        moment = calendar.next_by_cron(pattern, moment)
        found.append(f"{moment.astimezone(calendar.zone):%m-%d %H:%M}")
    return found


def test_a_pattern_is_in_the_time_zone_of_the_organisation():
    start = datetime(2027, 1, 4, 7, 0, tzinfo=UTC)

    assert CALENDAR.next_by_cron("30 8 * * MON-FRI", start) == start + timedelta(minutes=30)


def test_a_time_that_a_day_does_not_have_is_the_end_of_the_gap():
    assert moments("30 2 * * *", "2027-03-27T00:00", 3) == [
        "03-27 02:30",
        "03-28 03:00",
        "03-29 02:30",
    ]
    assert moments("0,30 2 * * *", "2027-03-28T00:00", 2) == ["03-28 03:00", "03-29 02:00"]


def test_a_time_that_a_day_has_twice_counts_once():
    assert moments("30 2 * * *", "2027-10-31T00:00", 2) == ["10-31 02:30", "11-01 02:30"]
    assert moments("*/30 2 * * *", "2027-10-31T00:00", 3) == [
        "10-31 02:00",
        "10-31 02:30",
        "11-01 02:00",
    ]


def test_every_hour_means_the_hours_that_pass():
    assert moments("0 * * * *", "2027-10-31T01:30", 3) == [
        "10-31 02:00",
        "10-31 02:00",
        "10-31 03:00",
    ]
    assert moments("0 * * * *", "2027-03-28T01:30", 2) == ["03-28 03:00", "03-28 04:00"]


def test_a_shift_moves_to_days_on_which_people_work():
    # The first of May 2027 is a Saturday, the first of June a Tuesday.
    assert moments("0 9 1 5,6 * P0BD", "2027-04-20T00:00", 2) == ["05-03 09:00", "06-01 09:00"]
    assert moments("0 9 1 5,6 * P2BD", "2027-04-20T00:00", 2) == ["05-04 09:00", "06-03 09:00"]


def test_days_that_are_moved_together_count_once():
    assert moments("0 9 * * * P0BD", "2027-05-01T00:00", 3) == [
        "05-03 09:00",
        "05-04 09:00",
        "05-05 09:00",
    ]


def test_what_was_moved_behind_now_is_not_lost():
    assert moments("0 9 1 * * P0BD", "2027-05-02T12:00", 1) == ["05-03 09:00"]


@pytest.mark.parametrize(
    "text",
    [
        "61 * * * *",
        "* * * *",
        "0 0 30 2 *",
        "@never",
        "* * * * * *",
        "*/5 * * * * P1BD",
        "0 9 * * * P31BD",
        "0 9 1-1000000000000 * *",
    ],
)
def test_a_pattern_out_of_bounds_is_refused(text):
    with pytest.raises(OutOfBounds):
        durations.read_pattern(text)


def test_an_expression_is_no_pattern():
    for text in ("a and b or c", "if x then y", '"0 9 * * *"', "P1D", "R3/P1D", "days * 2"):
        assert not cron.looks_like(text)
    for text in ("0 9 * * MON", "@daily", "*/5 8-18 * * 1-5", "0 9 L * *", "0 9 1 * * P2BD"):
        assert cron.looks_like(text)


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/15", "0,45", "59"]),
    st.sampled_from(["*", "2", "1-3", "*/2", "0", "23"]),
    st.sampled_from(["*", "1", "L", "28-31"]),
    st.sampled_from(["*", "3", "10", "3,10"]),
    st.sampled_from(["*", "SUN", "1-5", "SUN#5"]),
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


@given(FIELDS, ZONES, STARTS)
def test_moments_only_ever_go_forward(fields, zone, start):
    calendar = OrganisationCalendar(time_zone=zone)
    pattern = " ".join(fields)

    first = calendar.next_by_cron(pattern, start)
    second = calendar.next_by_cron(pattern, first)

    assert start < first < second
    # Asked from anywhere between, the answer is the same: nothing is lost, nothing doubled.
    assert calendar.next_by_cron(pattern, first + (second - first) / 2) == second
    assert calendar.next_by_cron(pattern, start + (first - start) / 2) == first
