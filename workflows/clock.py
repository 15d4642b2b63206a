"""The one source of the present moment. Services never read it: they are told `now`."""

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import text

from workflows.database import Database


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


class MovableClock:
    """
    The clock of demonstrations: the machine's, plus what people skipped.

    The offset is kept in the database, so that every web process and worker
    agrees and a restart forgets nothing. It only ever grows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """Return the present moment in UTC, moved by the stored offset."""
        with self._database.reading() as session:
            seconds = session.scalar(text("SELECT offset_seconds FROM movable_clock"))
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + float(seconds or 0), UTC)
