"""Expressions and decisions on the command line that outsiders tried first."""

from pathlib import Path

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


def test_what_is_wrong_with_a_file_is_named_on_standard_error_too(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_text("<definitions>")

    result = understudy("rules", "lint", str(broken))

    assert result.exit_code == 1
    assert result.stderr.startswith("understudy: broken.dmn:1")
    assert len(result.stderr.splitlines()) == 1
    assert "1 errors, 0 warnings." in result.stdout
