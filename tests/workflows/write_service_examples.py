"""
Write down what the services gave back while years passed over a demonstration.

    python -m tests.workflows.write_service_examples > workflows/service_examples.json
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.workflows.demo import passing
from tests.workflows.demo.passing import BEGINNING, FIVE_YEARS, USUAL_SHARE
from tests.workflows.service_listening import Heard, listening
from workflows.clock import FixedClock

PEOPLE = 200
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


def main() -> None:
    """Print the examples as JSON."""
    with tempfile.TemporaryDirectory() as folder, listening() as heard:
        database = passing.furnish(Path(folder) / "years.sqlite", PEOPLE)
        passing.let_pass(database, FixedClock(BEGINNING), FIVE_YEARS, USUAL_SHARE)
    json.dump(examples(heard), sys.stdout, indent=1, ensure_ascii=False, sort_keys=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
