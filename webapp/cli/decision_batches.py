"""Many requests to decisions: one line each, answered by one line each."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from webapp.cli.decision_models import DecisionModels
from webapp.cli.output import Refused, progress, to_json
from webapp.cli.sources import parse_object, read_lines

PROGRESS_SECONDS = 5.0


def answer_lines(models: DecisionModels, batch: Path, decision: str | None) -> None:
    """Answer every line of a file with one line; a wrong line does not stop the others."""
    began = said = time.monotonic()
    for count, (number, line) in enumerate(read_lines(batch), start=1):
        click.echo(to_json(_answer_line(models, line, number, decision)))
        if time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            progress(f"{count} decisions in {said - began:.0f} s ...")


def answer(models: DecisionModels, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one request with its output, or with what is wrong with it."""
    decision, inputs = request.get("decision"), request.get("inputs", {})
    if not isinstance(decision, str) or not isinstance(inputs, dict):
        return {"error": 'A request looks like {"decision": "id", "inputs": {...}}.'}
    try:
        return {"output": models.evaluate(decision, inputs).output}
    except Refused as error:
        return {"error": error.message}


def _answer_line(
    models: DecisionModels, line: str, number: int, decision: str | None
) -> dict[str, Any]:
    """Answer one line of a batch; the named decision is asked where the line names none."""
    try:
        request = parse_object(line, f"Line {number}")
    except Refused as error:
        return {"error": error.message}
    return answer(models, {"decision": decision, **request})
