"""Cursors that no list gave out."""

import base64

import orjson
import pytest

from workflows.paging import LARGEST_ID, CursorRefused, from_cursor, to_cursor


def packed(*position: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode()


def test_a_cursor_gives_back_its_position():
    assert from_cursor(to_cursor("Okafor", LARGEST_ID), str, int) == ["Okafor", LARGEST_ID]


@pytest.mark.parametrize(
    "cursor",
    [packed("a", LARGEST_ID + 1), packed("a", -1), packed("a\0", 1), packed("a", True), "?"],
)
def test_a_cursor_that_no_database_can_compare_is_refused(cursor):
    with pytest.raises(CursorRefused):
        from_cursor(cursor, str, int)
