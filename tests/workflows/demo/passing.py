"""Years that pass over a whole demonstration, for those who look at what came of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.flushing import without_flushing
from workflows import demo, migrate, packaged
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.chores import Chores
from workflows.demo.years import Course, Years

BEGINNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
FIVE_YEARS = 5 * 366  # days
# One of so many members that are there is accompanied from the first day.
USUAL_SHARE = 15


def furnish(path: Path, people: int) -> Database:
    """Make a demonstration in a file."""
    made = without_flushing(f"sqlite:///{path}")
    migrate.upgrade(made)
    with made.unit_of_work() as session:
        packaged.publish(session, now=BEGINNING)
        demo.load(session, now=BEGINNING, calendar=OrganisationCalendar(), people=people)
    return made


def let_pass(database: Database, clock: FixedClock, days: int, of_each: int) -> Course:
    """Let everybody do what is to do for so many days."""
    calendar, random = OrganisationCalendar(), Random(1)
    chores = Chores(database, calendar, random, of_each=of_each)
    years = Years(database, clock, calendar, random, chores=[chores])
    return years.run(clock.now() + timedelta(days=days))
