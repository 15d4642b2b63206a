"""Expressions and decisions on the command line that outsiders tried first."""

from click.testing import CliRunner, Result

from webapp.cli import main


def understudy(*arguments: str, text: str = "") -> Result:
    """Run a command that needs no installation."""
    return CliRunner().invoke(main, list(arguments), input=text, prog_name="understudy")


def test_the_present_moment_is_known() -> None:
    result = understudy("feel", 'today() + duration("P1D") > today() and now() != null')

    assert result.stdout == "true\n"
