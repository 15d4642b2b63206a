"""`understudy rules backtest` and `diff`: what a new version changes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from rules import dmn
from rules.dmn import BacktestReport, DecisionModel, RecordedCase
from rules.dmn.differences import differences
from webapp.cli import recorded_cases
from webapp.cli.decision_models import DecisionModels
from webapp.cli.output import Refused, as_json, show

_file = click.Path(path_type=Path)
_SHOWN = 20


@click.command()
@click.argument("decision")
@click.option("--model", type=_file, required=True, help="The DMN file with the new version.")
@click.option("--against", type=_file, help="A DMN file to compare with, not what was recorded.")
@click.option("--records", type=_file, help="A file with one JSON record a line; `-` as well.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out older records.")
@click.option("--group", default="", metavar="INPUT", help="Count by the value of this input.")
@click.option("--member", default="", help="Compare only this entry of results with several.")
@click.option("--limit", default=_SHOWN, show_default=True, type=click.IntRange(0, 100_000),
              help="How many changes are listed one by one.")  # fmt: skip
@as_json
def backtest(
    *,
    decision: str,
    model: Path,
    against: Path | None,
    records: Path | None,
    since: datetime | None,
    group: str,
    member: str,
    limit: int,
    as_json: bool,
) -> None:
    """
    Replay recorded inputs of DECISION against a new version; nothing is published.

    The records are the decisions made in the cases of this installation, or the lines
    of a file, such as {"inputs": {...}, "output": "B", "key": "person 12"}. The answer
    says how many outcomes change, from what to what, and for whom.
    """
    new = _with_decision(model, decision)
    old = _with_decision(against, decision) if against else None
    opened = _records(decision, records, since, group, needs_output=old is None)
    with opened as cases:
        report = dmn.backtest(old, new, decision, cases, member=member, listed=limit)
    show(report.to_json(), _lines(report, records), in_json=as_json)


@click.command()
@click.argument("old")
@click.argument("new")
@as_json
def diff(old: str, new: str, as_json: bool) -> None:
    """
    Show what changed from OLD to NEW, cell by cell.

    Each is a DMN file, or the id of a decision: then it is the version in force.
    """
    changes = differences(_model_of(old), _model_of(new))
    lines = [change.text for change in changes] or ["Nothing changed."]
    show([change.to_json() for change in changes], lines, in_json=as_json)


def _model_of(named: str) -> DecisionModel:
    """Return the model of a file, or the one in force that has a decision."""
    path = Path(named)
    if path.exists() or path.suffix:
        return DecisionModels.of_file(path).only_model
    model = DecisionModels.of_installation().by_decision().get(named)
    if model is None:
        raise Refused(f'There is no file and no decision "{named}". Name one of them.')
    return model


def _records(
    decision: str, file: Path | None, since: datetime | None, group: str, *, needs_output: bool
) -> AbstractContextManager[Iterator[RecordedCase]]:
    """Open the records of a file, or those of the installation."""
    if file is not None:
        return nullcontext(recorded_cases.of_file(file, group=group, needs_output=needs_output))
    moment = since.replace(tzinfo=UTC) if since else None
    return recorded_cases.of_installation(decision, since=moment, group=group)


def _with_decision(path: Path, decision: str) -> DecisionModel:
    """Read the model of a file that must have a decision."""
    model = DecisionModels.of_file(path).by_decision().get(decision)
    if model is None:
        raise Refused(f'{path} has no decision "{decision}". Name one that it has.')
    return model


def _lines(report: BacktestReport, records: Path | None) -> list[str]:
    """Return a report in lines for a person."""
    if report.total.cases:
        return list(report.lines())
    place = records or "this installation"
    return [f'There are no records of the decision "{report.decision_id}" in {place}.']
