"""JSON that the database keeps is read as it was written."""

from hypothesis import given
from hypothesis import strategies as st

from workflows import json_text

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: "\\ud" not in ascii(value)))
def test_what_was_written_is_read_again(value: object) -> None:
    assert json_text.read(json_text.text(value)) == value


def test_whole_numbers_of_any_size_stay_whole() -> None:
    assert json_text.read(json_text.text([10**30, -(2**64)])) == [10**30, -(2**64)]
