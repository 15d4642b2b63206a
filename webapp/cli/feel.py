"""`understudy feel`: try an expression."""

import sys
from pathlib import Path
from typing import Any

import click

from rules import feel
from webapp.cli.output import Refused, as_json, show, to_json
from webapp.cli.sources import parse_object, read_text
from workflows.clock import SystemClock

_WIDEST = 100


@click.command(name="feel")
@click.argument("expression")
@click.option(
    "--context", default="{}", metavar="JSON|FILE", help="Variables: a JSON object, or its file."
)
@as_json
def evaluate(expression: str, context: str, as_json: bool) -> None:
    """
    Evaluate a FEEL EXPRESSION and print its value as JSON.

    What has no value is null: an unknown name, a division by zero, a comparison of
    things that cannot be compared.
    """
    variables = _variables(context)
    try:
        value = feel.to_json(_value(expression, variables))
    except feel.FeelError as error:
        if isinstance(error, feel.FeelSyntaxError):
            _point_at(expression, error)
        raise Refused(str(error)) from error
    show({"value": value}, [to_json(value)], in_json=as_json)


def _variables(context: str) -> dict[str, Any]:
    """Return the variables, written on the command line or in a file."""
    if context.lstrip().startswith(("{", "[")) or not context.strip():
        return parse_object(context, "--context")
    return parse_object(read_text(Path(context)), context)


def _value(expression: str, variables: dict[str, Any]) -> Any:
    """Compile with the names of the context, since names may hold spaces; then evaluate."""
    compiled = feel.compile_expression(expression, names=tuple(variables))
    return compiled.evaluate(variables, now=SystemClock().now())


def _point_at(expression: str, error: feel.FeelSyntaxError) -> None:
    """Show a person at a terminal the place of an error; programs read one line only."""
    lines = expression.splitlines()
    if not sys.stderr.isatty() or error.line > len(lines):
        return
    begin = max(0, error.column - _WIDEST)
    click.echo(lines[error.line - 1][begin : begin + 2 * _WIDEST], err=True)
    click.echo(" " * (error.column - 1 - begin) + "^", err=True)
