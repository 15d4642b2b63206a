"""Expressions and decisions on the command line that outsiders tried first."""

import pytest
from click.testing import CliRunner, Result

from webapp.cli import main


def understudy(*arguments: str, text: str = "") -> Result:
    """Run a command that needs no installation."""
    return CliRunner().invoke(main, list(arguments), input=text, prog_name="understudy")


def test_the_present_moment_is_known() -> None:
    result = understudy("feel", 'today() + duration("P1D") > today() and now() != null')

    assert result.stdout == "true\n"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("10**30", "1" + 30 * "0"),
        ("[2**64, null]", "[18446744073709551616,null]"),
        ('{"a": -(2**63) - 1}', '{"a":-9223372036854775809}'),
    ],
)
def test_whole_numbers_have_no_largest_one(expression: str, value: str) -> None:
    result = understudy("feel", expression)

    assert (result.exit_code, result.stdout) == (0, f"{value}\n")
