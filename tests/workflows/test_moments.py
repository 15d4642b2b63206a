"""Moments as SQLite keeps them: the same text that SQLAlchemy writes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from workflows import moments
from workflows.database import UtcDateTime

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES)


@given(MOMENTS)
def test_a_moment_is_written_as_by_its_type(moment):
    write = UtcDateTime().dialect_impl(dialect()).bind_processor(dialect())

    assert moments.written(moment) == write(moment)


@given(MOMENTS)
def test_what_is_written_is_read_again(moment):
    assert moments.read(moments.written(moment)) == moment
    assert moments.read(moments.written(moment)).tzinfo is UTC


def test_nothing_stays_nothing():
    assert moments.written(None) is None
    assert moments.read(None) is None


def test_a_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        moments.written(datetime(2026, 11, 27))
