"""Values that a designer types line by line: a name, “=”, and its value in FEEL."""

from collections.abc import Mapping
from typing import Any

from rules import feel
from webapp.texts import gettext as _
from workflows import json_text
from workflows.errors import Invalid

_NOTHING = "null"


class LineRefused(Invalid):
    """A line that is no name with a value; the sentence says which one, and how to mend it."""


def read(text: str) -> dict[str, Any]:
    """
    Return the named values of a text; empty lines do not count.

    Raises:
        LineRefused: A line has no name or no value.

    """
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, sign, value = line.partition("=")
            if not sign or not name.strip().isidentifier():
                raise LineRefused(
                    _(
                        "Line %(number)d: write a name, “=” and a value, such as days = 5.",
                        number=number,
                    )
                )
            found[name.strip()] = _value(value.strip(), number)
    return found


def as_lines(values: Mapping[str, Any]) -> str:
    """Return values as they would be typed."""
    return "\n".join(f"{name} = {json_text.text(value)}" for name, value in values.items())


def _value(text: str, number: int) -> Any:
    """Return one value; a name without quotes would mean nothing at all."""
    try:
        value = feel.to_json(feel.evaluate(text))
    except feel.FeelError as refused:
        raise LineRefused(
            _("Line %(number)d: this is no value (%(why)s).", number=number, why=str(refused))
        ) from refused
    if value is None and text != _NOTHING:
        raise LineRefused(
            _(
                'Line %(number)d: this has no value. Write texts in quotes, such as "Ada".',
                number=number,
            )
        )
    return value
