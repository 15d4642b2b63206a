"""`understudy process test`: play scenarios with what is in force, and say which fail."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.cli.installation import installed
from webapp.cli.output import Refused, as_json, show
from webapp.cli.sources import parse_object, read_text
from workflows import sandbox
from workflows.engine.definitions import DefinitionNotFound
from workflows.scenario_tables import ProcessScenario


@dataclass(frozen=True)
class _Test:
    """A scenario that is to be played."""

    process: str
    title: str
    document: Mapping[str, Any]


@click.command(name="test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--process", "key", help="Only the scenarios of this process.")
@as_json
def run_scenarios(files: tuple[Path, ...], *, key: str | None, as_json: bool) -> None:
    """
    Play scenarios with the processes in force.

    They are those of FILES, or all that are kept in the studio. Nothing is changed.
    """
    with installed() as installation, installation.database.reading() as session:
        tests = [_read(path) for path in files] if files else _kept(session)
        told = list(_played(session, [each for each in tests if key in (None, each.process)]))
    if not told:
        raise Refused("There is no scenario to play. Keep some in the studio, or name files.")
    failed = [each for each in told if each["problem"]]
    lines = [_line(each) for each in told]
    lines.append(f"{len(told) - len(failed)} of {len(told)} scenarios pass.")
    show({"scenarios": told, "failed": len(failed)}, lines, in_json=as_json)
    if failed:
        raise click.exceptions.Exit(1)


def _kept(session: Session) -> list[_Test]:
    """Return the scenarios that are kept."""
    query = select(ProcessScenario).order_by(ProcessScenario.process_key, ProcessScenario.title)
    found = session.scalars(query)
    return [_Test(each.process_key, each.title, each.document) for each in found]


def _read(path: Path) -> _Test:
    """Read the scenario of a file."""
    text = read_text(path)
    parse_object(text, str(path))
    document = json.loads(text)  # with numbers as cases keep them
    steps = document.get("steps")
    is_right = isinstance(steps, list) and all(isinstance(each, dict) for each in steps)
    if not is_right or not isinstance(document.get("process"), str):
        raise Refused(f'{path}: a scenario has a "process", and "steps": a list of objects.')
    return _Test(document["process"], str(document.get("title", path.stem)), document)


def _played(session: Session, tests: Iterable[_Test]) -> Iterator[dict[str, Any]]:
    """Play scenarios, and say what became of each."""
    for each in tests:
        try:
            problem = sandbox.in_force(session, each.process).play(each.document).problem
        except DefinitionNotFound as refused:
            problem = str(refused)
        yield {"process": each.process, "title": each.title, "problem": problem}


def _line(told: Mapping[str, Any]) -> str:
    """Return what a person must know of a scenario that was played."""
    name = f"{told['process']}: {told['title']}"
    return f"FAIL {name}: {told['problem']}" if told["problem"] else f"pass {name}"
