"""`understudy feel`: try an expression."""

from typing import Any

import click

from rules import feel
from webapp.cli.output import Refused, as_json, show, to_json
from webapp.cli.sources import parse_object
from workflows.clock import SystemClock


@click.command(name="feel")
@click.argument("expression")
@click.option("--context", default="{}", metavar="JSON", help="Variables, as a JSON object.")
@as_json
def evaluate(expression: str, context: str, as_json: bool) -> None:
    """Evaluate a FEEL EXPRESSION and print its value as JSON."""
    variables = parse_object(context, "--context")
    try:
        value = feel.to_json(_value(expression, variables))
    except (feel.FeelSyntaxError, feel.FeelBudgetExceeded) as error:
        raise Refused(str(error)) from error
    show({"value": value}, [to_json(value)], in_json=as_json)


def _value(expression: str, variables: dict[str, Any]) -> Any:
    """Compile with the names of the context, since names may hold spaces; then evaluate."""
    compiled = feel.compile_expression(expression, names=tuple(variables))
    return compiled.evaluate(variables, now=SystemClock().now())
