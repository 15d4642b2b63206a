"""`understudy years`: let years pass over the demonstration, and reckon up."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

import click
from sqlalchemy import func, select

from webapp.cli import demo_database
from webapp.cli.installation import installed
from webapp.cli.output import Refused, as_json, progress, show, table
from webapp.unit import Installation
from workflows.clock import MovableClock
from workflows.demo.chores import Chores
from workflows.demo.reckoning import reckon
from workflows.demo.years import Course, Years
from workflows.engine.tables import Instance

_YEAR = timedelta(days=365)


@click.command()
@click.argument("count", type=click.FloatRange(0.05, 20))
@click.option("--seed", default=1, show_default=True, help="Another seed, other years.")
@as_json
def years(*, count: float, seed: int, as_json: bool) -> None:
    """
    Let COUNT years pass over the demonstration, with everybody doing their work.

    The demonstration must not be served meanwhile.
    """
    with installed(demo_database.settings()) as installation:
        clock = installation.clock
        if not isinstance(clock, MovableClock) or not demo_database.is_demonstration(installation):
            raise Refused("Years pass over a demonstration only: make one with `understudy demo`.")
        course = _live(installation, clock, clock.now() + count * _YEAR, Random(seed))  # noqa: S311
        with installation.database.reading() as session:
            problems = reckon(session, clock.now())
            cases = session.execute(
                select(Instance.definition_key, Instance.status, func.count()).group_by(
                    Instance.definition_key, Instance.status
                )
            )
            rows = sorted((row[0], row[1], row[2]) for row in cases)
    facts = {
        "user_tasks": sum(course.done.values()),
        "undoable": sorted(course.undoable.values()),
        "cases": [{"process": key, "status": status, "number": n} for key, status, n in rows],
        "problems": problems,
    }
    show(facts, _lines(course, rows, problems), in_json=as_json)
    if problems or course.undoable:
        raise click.exceptions.Exit(1)


def _live(
    installation: Installation, clock: MovableClock, until: datetime, random: Random
) -> Course:
    """Let the days pass and say each month how far they are."""
    months: set[str] = set()

    def tell(day: datetime) -> None:
        month = f"{day:%B %Y}"
        if month not in months:
            months.add(month)
            progress(f"{month}: {sum(life.course.done.values())} user tasks are done.")

    chores = Chores(installation.database, installation.calendar, random)
    life = Years(installation.database, clock, installation.calendar, random, chores=(chores, tell))
    return life.run(until)


def _lines(course: Course, rows: list[tuple[str, str, int]], problems: list[str]) -> Iterable[str]:
    """Return the summary for a person."""
    undoable = Counter(course.undoable.values())
    return (
        *table(rows, ("PROCESS", "STATUS", "CASES")),
        "",
        f"{sum(course.done.values())} user tasks were done.",
        *(f"Nobody could do {number}: {why}" for why, number in undoable.most_common()),
        *(problems or ("Everything adds up.",)),
    )
