"""Puts together what the web application and the commands work with."""

from sqlalchemy.exc import OperationalError, ProgrammingError

from webapp.settings import Settings
from webapp.unit import Installation
from workflows.calendar import OrganisationCalendar
from workflows.clock import Clock, MovableClock, SystemClock
from workflows.database import Database


def install(
    settings: Settings, database: Database | None = None, clock: Clock | None = None
) -> Installation:
    """Put together what an application or a command works with."""
    database = database or Database(settings.url)
    if clock is None:
        clock = MovableClock(database) if settings.clock == "movable" else SystemClock()
    return Installation(settings, database, clock, _calendar(settings, database))


def _calendar(settings: Settings, database: Database) -> OrganisationCalendar:
    """Return the working calendar; a database that is not set up yet has no days of its own."""
    country, part, zone = settings.country or None, settings.subdivision, settings.time_zone
    try:
        with database.reading() as session:
            return OrganisationCalendar.load(
                session, country=country, subdivision=part, time_zone=zone
            )
    except (OperationalError, ProgrammingError):
        return OrganisationCalendar(country, subdivision=part, time_zone=zone)
