"""`understudy rules`: list, check, test and evaluate decisions."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from rules import decisions, dmn
from rules.dmn import DecisionModel, DmnRefused
from rules.findings import Finding
from webapp.cli.decision_models import DecisionModels
from webapp.cli.output import (
    Commands,
    Refused,
    as_json,
    progress,
    show,
    show_findings,
    table,
    to_json,
)
from webapp.cli.sources import parse_object, read_bytes, read_lines, read_text

PROGRESS_SECONDS = 5.0


@click.group(cls=Commands)
def rules() -> None:
    """Decision tables and the decisions made with them."""


@rules.command(name="list")
@as_json
def list_decisions(as_json: bool) -> None:
    """List the decisions of the installation."""
    models = DecisionModels.of_installation()
    found = [
        {"id": key, "name": model.decisions[key].name, "inputs": list(model.decisions[key].inputs)}
        for key, model in sorted(models.by_decision().items())
    ]
    rows = [(each["id"], each["name"], ", ".join(map(str, each["inputs"]))) for each in found]
    show(found, table(rows, ("DECISION", "NAME", "INPUTS")), in_json=as_json)


@rules.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def lint(files: tuple[Path, ...], as_json: bool) -> None:
    """Check DMN FILES; nothing is published."""
    show_findings([found for path in files for found in _check(path)], in_json=as_json)


@rules.command()
@as_json
def test(as_json: bool) -> None:
    """Run the worked examples that come with the packaged decisions."""
    models = DecisionModels.packaged()
    failures = []
    examples = decisions.examples()
    for example in examples:
        answer = _answer(models, example)
        if answer != {"output": example["expected"]}:
            failures.append({**example, "got": answer})
    lines = [f"FAIL {each['decision']} {each['id']}: {to_json(each['got'])}" for each in failures]
    lines.append(f"{len(examples) - len(failures)} of {len(examples)} examples pass.")
    show({"examples": len(examples), "failures": failures}, lines, in_json=as_json)
    if failures:
        raise click.exceptions.Exit(1)


@rules.command()
@click.argument("decision", required=False)
@click.option("--inputs", type=click.Path(path_type=Path), help="JSON file; `-` is standard input.")
@click.option("--model", type=click.Path(path_type=Path), help="A DMN file to use instead.")
@click.option("--batch", type=click.Path(path_type=Path), help="One JSON request a line.")
@as_json
def evaluate(
    *,
    decision: str | None,
    inputs: Path | None,
    model: Path | None,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Ask DECISION what it suggests for some inputs."""
    models = DecisionModels.of_file(model) if model else DecisionModels.of_installation()
    if batch is not None:
        _evaluate_batch(models, batch)
        return
    if decision is None:
        raise click.UsageError("Name a DECISION, or send many with --batch FILE.")
    given = parse_object(read_text(inputs), str(inputs)) if inputs else {}
    evaluation = models.evaluate(decision, given)
    facts = {
        "output": evaluation.output,
        "matched_rules": evaluation.matched_rules,
        "trace": evaluation.trace,
    }
    show(facts, (to_json(evaluation.output),), in_json=as_json)


def _evaluate_batch(models: DecisionModels, batch: Path) -> None:
    """Answer every line of a file with one line; a wrong line does not stop the others."""
    began = said = time.monotonic()
    for count, (_, line) in enumerate(read_lines(batch), start=1):
        click.echo(to_json(_answer_line(models, line)))
        if time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            progress(f"{count} decisions in {said - began:.0f} s ...")


def _answer_line(models: DecisionModels, line: str) -> dict[str, Any]:
    """Answer one line of a batch."""
    try:
        request = parse_object(line, "The line")
    except Refused as error:
        return {"error": error.message}
    return _answer(models, request)


def _answer(models: DecisionModels, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one request with its output, or with what is wrong with it."""
    decision, inputs = request.get("decision"), request.get("inputs", {})
    if not isinstance(decision, str) or not isinstance(inputs, dict):
        return {"error": 'A request looks like {"decision": "id", "inputs": {...}}.'}
    try:
        return {"output": models.evaluate(decision, inputs).output}
    except Refused as error:
        return {"error": error.message}


def _check(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a DMN file."""
    try:
        model: DecisionModel = dmn.read_model(read_bytes(path), file_name=path.name)
    except DmnRefused as error:
        yield from error.findings
        return
    yield from getattr(model, "findings", ())
