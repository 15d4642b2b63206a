"""What is measured of decision tables and expressions, and how the figures come about."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rules.benchmark import formats, workload
from webapp.cli.bench_engines import OURS, Engine

REPEATS = 3
SIZES = (10, 100, 1_000)
_SCALED = (OURS, "zen-engine", "SpiffWorkflow")
_INPUTS = 5_000
_READ_TABLES = 8
_Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Contest:
    """One thing that engines are compared in; `only` restricts it to some of them."""

    title: str
    job: dict[str, Any]
    unit: str = "a second"
    only: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """The figures of one engine in one contest, and how it fell short if it did."""

    engine: str
    rates: list[float] = field(default_factory=list)
    problem: str = ""

    @property
    def rate(self) -> float | None:
        """Return the median of the repeats; the first one warms up and does not count."""
        counted = self.rates[1:]
        return statistics.median(counted) if counted and not self.problem else None


def contests() -> Iterator[Contest]:
    """Yield everything that is measured."""
    people = workload.inputs(_INPUTS)
    table = {"forms": formats.forms(workload.rules(20)), "inputs": people}
    yield Contest("Table of 20 rules and 5 inputs", {"kind": "table", **table})
    yield Contest(
        "The same table, and its whole trace read", {"kind": "traced", **table}, only=(OURS,)
    )
    scores = [{"score": score} for score in range(101)]
    condition = {"kind": "condition", "feel": "score >= 60", "inputs": scores}
    yield Contest("Condition of a gateway", condition)
    several = [formats.forms(workload.rules(20, seed)) for seed in range(1, _READ_TABLES + 1)]
    ready = {"kind": "ready", "tables": several, "inputs": people[:1]}
    yield Contest("From the file of the table to its first answer", ready, unit="ms")
    for size in SIZES:
        forms = formats.forms(workload.rules(size, seldom=True))
        job = {"kind": "table", "forms": forms, "inputs": people}
        yield Contest(f"Table of {size:,} rules that seldom hold", job, only=_SCALED)


def measure(contest: Contest, engines: list[Engine], seconds: float) -> list[Result]:
    """Run a contest, one engine after the other and round by round."""
    results = {
        engine.name: Result(engine.name)
        for engine in engines
        if engine.can(contest.job["kind"]) and engine.name in (contest.only or (engine.name,))
    }
    running = [engine for engine in engines if engine.name in results]
    answers = {engine.name: engine.prepare(contest.job) for engine in running}
    for result in results.values():
        result.problem = _difference(answers[OURS], answers[result.engine])
    for _ in range(1 + REPEATS):
        for engine in running:
            result = results[engine.name]
            if not result.problem:
                result.rates.append(engine.rate(seconds))
    return list(results.values())


def _difference(ours: list[Any] | str, theirs: list[Any] | str) -> str:
    """Say how the answers of two engines differ; nothing if they are the same."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return next(answer for answer in (theirs, ours) if isinstance(answer, str))
    different = sum(mine != other for mine, other in zip(ours, theirs, strict=False))
    return f"{different} of {len(theirs)} answers are different" if different else ""
