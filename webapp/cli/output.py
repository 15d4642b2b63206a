"""How commands speak: results on standard output, everything else on standard error."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Never, TypeVar

import click
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError

from rules.findings import Finding
from webapp.settings import UnsafeSettings
from workflows import json_text
from workflows.errors import UnderstudyError

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


class Refused(click.ClickException):
    """The command cannot do what was asked; the message is one clear sentence."""

    exit_code = 1


class Commands(click.Group):
    """A group of commands in which every error is one line and an exit status."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Never:
        """Run the command line; leave with status 1 for a refusal, 2 for a wrong command."""
        extra["standalone_mode"] = False
        try:
            result = super().main(args, prog_name, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(2)
        except click.Abort:
            sys.exit(1)
        except click.ClickException as error:
            _complain(error.format_message())
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.exit(1)
        sys.exit(result if isinstance(result, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn what services refuse into one line for a person."""
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            raise Refused(_setting_sentence(error)) from error
        except DBAPIError as error:
            raise Refused(f"The database does not answer: {error.orig}") from error
        except ArgumentError as error:
            raise Refused(f"UNDERSTUDY_DATABASE_URL is wrong: {error}") from error
        except (UnderstudyError, UnsafeSettings) as error:
            raise Refused(str(error)) from error


class LazyCommands(Commands):
    """A group that imports a command when it is asked for, so that small ones start quickly."""

    def __init__(self, *args: Any, places: Mapping[str, str], **extra: Any) -> None:
        self._places = places
        super().__init__(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def show(data: Any, lines: Iterable[str], *, in_json: bool) -> None:
    """Print a result for a program, or its lines for a person."""
    if in_json:
        click.echo(to_json(data))
        return
    for line in lines:
        click.echo(line)


def to_json(data: Any) -> str:
    """Return data as one line of JSON."""
    return json_text.written(data, default=str).decode()


def progress(message: str) -> None:
    """Say what long work is at, without mixing it into the result."""
    click.echo(message, err=True)


def table(rows: Sequence[Sequence[object]], headings: Sequence[str]) -> list[str]:
    """Return the lines of a table with aligned columns."""
    texts = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(headings))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]


def show_findings(findings: Sequence[Finding], *, in_json: bool) -> None:
    """
    Print findings.

    Raises:
        Refused: One of them is an error; the sentence names the first.

    """
    print_findings(findings, in_json=in_json)
    refuse_errors(findings)


def refuse_errors(findings: Sequence[Finding]) -> None:
    """
    Stop where something was found that refuses a model.

    Raises:
        Refused: One of the findings is an error; the sentence names the first.

    """
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise Refused(first_of(len(errors), errors[0]))


def print_findings(findings: Sequence[Finding], *, in_json: bool) -> None:
    """Print findings and how many there are."""
    facts = {"findings": [finding.to_json() for finding in findings]}
    show(facts, lines_of(findings), in_json=in_json)


def lines_of(findings: Sequence[Finding]) -> list[str]:
    """Return a line for each finding, and one that says how many there are."""
    errors = sum(finding.is_error for finding in findings)
    accepted = sum(finding.suppressed is not None for finding in findings)
    summary = f"{errors} errors, {len(findings) - errors - accepted} warnings"
    summary += f", {accepted} accepted." if accepted else "."
    return [*map(_line_of, findings), summary]


def _line_of(finding: Finding) -> str:
    """Return one finding as a line: how bad it is, what it is, and where to read more."""
    if finding.suppressed is not None:
        return f"accepted: {finding} (Accepted: {finding.suppressed})"
    return f"{finding.severity}: {finding}" + (f" [{finding.help}]" if finding.help else "")


def first_of(count: int, first: object) -> str:
    """Name the first of some errors, and say how many there are."""
    return str(first) if count == 1 else f"{count} errors were found. The first: {first}"


def _complain(message: str) -> None:
    """Write an error as one line."""
    click.echo(f"understudy: {' '.join(message.split())}", err=True)


def _setting_sentence(error: ValidationError) -> str:
    """Name the first setting that is wrong."""
    first = error.errors(include_url=False)[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return f"UNDERSTUDY_{name} is wrong: {first['msg']}."
