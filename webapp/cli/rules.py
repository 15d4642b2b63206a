"""`understudy rules`: list, check, test and evaluate decisions, and compare their versions."""

from pathlib import Path
from typing import Any

import click

from rules import dmn
from rules.dmn import DmnRefused, Evaluation
from rules.findings import Finding
from webapp.cli import decision_batches, decision_tests, rule_changes
from webapp.cli.decision_models import DecisionModels, read_file
from webapp.cli.output import Commands, Refused, as_json, show, show_findings, table, to_json
from webapp.cli.sources import parse_object, read_text

_file = click.Path(path_type=Path)


@click.group(cls=Commands)
def rules() -> None:
    """Decision tables and the decisions made with them."""


@rules.command(name="list")
@click.option("--all", "all_of_them", is_flag=True, help="Show the parts of decisions as well.")
@as_json
def list_decisions(as_json: bool, all_of_them: bool) -> None:
    """
    List the decisions of the installation.

    A decision that only serves another one of its file is a part of it.
    """
    models = DecisionModels.of_installation()
    found = [
        {
            "id": key,
            "name": model.decisions[key].name,
            "question": model.decisions[key].question,
            "inputs": list(model.decisions[key].inputs),
            "file": model.file_name,
        }
        for key, model in sorted(models.by_decision().items())
        if all_of_them or key not in models.parts
    ]
    rows = [(each["id"], each["question"], ", ".join(map(str, each["inputs"]))) for each in found]
    show(found, table(rows, ("DECISION", "QUESTION", "INPUTS")), in_json=as_json)


@rules.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@as_json
def lint(files: tuple[Path, ...], as_json: bool) -> None:
    """
    Check DMN FILES, or all of a folder; nothing is published.

    Errors refuse a file when it is published, and end this command with status 1.
    Warnings show what would surprise its author: gaps, overlaps, rules that are never
    reached, names that stand for nothing. Each names an input that shows it.
    """
    show_findings([found for path in _models(files) for found in _check(path)], in_json=as_json)


@rules.command()
@click.option("--model", type=_file, help="A DMN file to test instead of the packaged decisions.")
@click.option("--examples", type=_file, help="A JSON file with examples to run.")
@as_json
def test(model: Path | None, examples: Path | None, as_json: bool) -> None:
    """
    Run worked examples.

    Without options these are the examples that come with the packaged decisions. With
    --model, those of them that ask a decision of the file. With --examples, your own:
    a list such as [{"id": "G-1", "decision": "grade", "inputs": {...}, "expected": "A"}].
    """
    failures, count = decision_tests.run(model, examples)
    lines = [failure.line() for failure in failures]
    lines.append(f"{count - len(failures)} of {count} examples pass.")
    facts = {"examples": count, "failures": [failure.to_json() for failure in failures]}
    show(facts, lines, in_json=as_json)
    if failures:
        raise click.exceptions.Exit(1)


@rules.command()
@click.argument("decision", required=False)
@click.option("--inputs", type=_file, help="A file with a JSON object; `-` is standard input.")
@click.option("--model", type=_file, help="A DMN file to ask instead of the installation.")
@click.option("--batch", type=_file, help="A file with one JSON request a line; `-` as well.")
@click.option("--explain", is_flag=True, help="Say which rules matched, and why others did not.")
@as_json
def evaluate(
    *,
    decision: str | None,
    inputs: Path | None,
    model: Path | None,
    batch: Path | None,
    explain: bool,
    as_json: bool,
) -> None:
    """
    Ask DECISION what it suggests for some inputs.

    A request of a batch looks like {"decision": "grade", "inputs": {...}} and is
    answered by one line, {"output": ...} or {"error": "..."}. A wrong line never stops
    the others. Where DECISION is named, requests may leave it out.
    """
    if batch is not None:
        if inputs is not None:
            raise click.UsageError("Hand in --inputs or --batch, and not both.")
        decision_batches.answer_lines(_asked(model), batch, decision)
        return
    if decision is None:
        raise click.UsageError("Name a DECISION, or send many with --batch FILE.")
    given = parse_object(read_text(inputs), str(inputs)) if inputs else {}
    evaluation = _asked(model).evaluate(decision, given)
    facts = {
        "output": evaluation.output,
        "matched_rules": evaluation.matched_rules,
        "trace": evaluation.trace,
    }
    reasons = _explained(evaluation) if explain else []
    show(facts, (to_json(evaluation.output), *reasons), in_json=as_json)


def _asked(model: Path | None) -> DecisionModels:
    """Return the decisions that are asked: those of a file, or those in force."""
    return DecisionModels.of_file(model) if model else DecisionModels.of_installation()


def _explained(evaluation: Evaluation) -> list[str]:
    """Return what each table did, in lines for a person."""
    lines = []
    for record in evaluation.trace:
        for run in record["tables"]:
            lines.append(f"{record['decision']} looked at {to_json(run['inputs'])}")
            lines += [_rule_line(rule) for rule in run["rules"]]
    return lines


def _rule_line(rule: dict[str, Any]) -> str:
    """Say what became of one rule."""
    reason = f": {rule['reason']}" if rule.get("reason") else ""
    if rule["matched"]:
        return f"  + {rule['rule']}{reason}"
    return f"  - {rule['rule']} failed at {rule['failed']!r}{reason}"


def _models(files: tuple[Path, ...]) -> list[Path]:
    """Return the DMN files that were named, and those of the folders that were named."""
    paths = [
        path
        for named in files
        for path in (sorted(named.rglob("*.dmn")) if named.is_dir() else [named])
    ]
    if not paths:
        raise Refused(f"There is no .dmn file in {', '.join(map(str, files))}.")
    return paths


def _check(path: Path) -> list[Finding]:
    """Return what is wrong or doubtful with a DMN file."""
    try:
        model = read_file(path)
    except DmnRefused as error:
        return list(error.findings)
    return list(dmn.check_model(model))


rules.add_command(rule_changes.backtest)
rules.add_command(rule_changes.diff)
