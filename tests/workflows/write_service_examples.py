"""
Write down what the services gave back while months passed over a demonstration.

    python -m tests.workflows.write_service_examples > workflows/service_examples.json
"""

import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from tests.workflows.service_listening import Heard, listening
from workflows import demo, migrate, packaged
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.chores import Chores
from workflows.demo.years import Years

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE, DAYS, OF_EACH = 200, 5 * 366, 15
_MOST_ITEMS, _LONGEST = 2, 120


def examples(heard: Heard) -> dict[str, dict[str, Any]]:
    """Return for each service the first result that looks like most of them."""
    found = {}
    for service, shapes in sorted(heard.shapes.items()):
        usual, _ = max(shapes.items(), key=lambda each: (each[1], sorted(each[0])))
        found[service] = _short(heard.first[service, usual])
    return found


def _short(value: Any) -> Any:
    """Return a value without the rest of long lists and texts."""
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value[:_MOST_ITEMS]]
    return value[:_LONGEST] if isinstance(value, str) else value


def _let_months_pass(database: Database) -> None:
    """Let the people of a demonstration do what is to do."""
    calendar, random = OrganisationCalendar(), Random(1)
    migrate.upgrade(database)
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        demo.load(session, now=NOW, calendar=calendar, people=PEOPLE)
    chores = Chores(database, calendar, random, of_each=OF_EACH)
    years = Years(database, FixedClock(NOW), calendar, random, chores=[chores])
    years.run(NOW + timedelta(days=DAYS))


def main() -> None:
    """Print the examples as JSON."""
    with tempfile.TemporaryDirectory() as folder, listening() as heard:
        database = Database(f"sqlite:///{Path(folder) / 'months.sqlite'}")
        event.listen(
            database.engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA synchronous=OFF"),
        )
        _let_months_pass(database)
    json.dump(examples(heard), sys.stdout, indent=1, ensure_ascii=False, sort_keys=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
