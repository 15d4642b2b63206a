"""What is measured of cases: each database beside its limit, and engines beside each other."""

import statistics
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from webapp.cli.bench_engines import Engine, Entrant, node, python_in
from webapp.cli.bench_figures import Figures, Goal, milliseconds, repeated
from workflows.benchmark import cases, workload
from workflows.benchmark.databases import POSTGRESQL, SQLITE
from workflows.database import Database

_TURNS, _ROUNDS = 10, 15
NAIVE, VIEWFLOW, BPMN_ENGINE = "SpiffWorkflow, whole JSON", "viewflow", "bpmn-engine"


def entrants(folder: Path) -> list[Entrant]:
    """Return the other engines, whose scripts stand in a folder."""
    return [
        Entrant(NAIVE, (sys.executable, str(folder / "spiff_cases.py"))),
        Entrant(VIEWFLOW, (str(python_in(folder / ".venv")), str(folder / "viewflow_cases.py"))),
        Entrant(BPMN_ENGINE, (node(), str(folder / "bpmn_engine_cases.mjs"))),
    ]


def measure(
    databases: Mapping[str, Database],
    twins: Mapping[str, Database],
    engines: list[Engine],
    *,
    is_quick: bool,
    say: Callable[[str], None],
) -> Figures:
    """
    Measure everything; `is_quick` only shows that it works.

    What is compared with a fuller database takes turns with it in one of `twins`.
    """
    figures = Figures()
    count, rounds, open_ = (2, 12, 60) if is_quick else (30, 1_010, 10_000)
    work: list[Callable[[], None]] = []
    for name, database in databases.items():
        work.append(partial(_limit, figures, name, database))
        work.append(partial(_reviews, figures, name, database, count))
    work += [partial(_peer, figures, engine, count) for engine in engines]
    say("completions of a review ...")
    cases_warm = [partial(cases.reviews, database, 1) for database in databases.values()]
    for warm in cases_warm:
        warm()
    repeated(work, 1 if is_quick else 3)
    for name, database in databases.items():
        say(f"loop, blocks and inbox on {name} ...")
        _loop(figures, name, database, rounds)
        _size(figures, name, database, count)
        _inbox(figures, name, {"10k": twins[name], "100k": database}, open_)
    return figures


def goals(figures: Figures) -> list[Goal]:
    """Return what is to be reached, with what was measured."""
    ours = f"{SQLITE}: completion, ms"
    found = [
        Goal(
            f"{peer} / ours", figures.ratio(f"{peer}: completion, ms", ours), *least, is_most=False
        )
        for peer, least in ((VIEWFLOW, (3, 8)), (BPMN_ENGINE, (8, 15)), (NAIVE, (2, 4)))
    ]
    for name in (SQLITE, POSTGRESQL):
        late = figures.ratio(f"{name}: loop at round 1,000, ms", f"{name}: loop at round 10, ms")
        inbox = figures.ratio(f"{name}: inbox of 100k, ms", f"{name}: inbox of 10k, ms")
        found += [
            Goal(f"{name}: cost at round 1,000 / 10", late, 1.2, 1.05),
            Goal(f"{name}: inbox 100k / 10k open", inbox, 1.2, 1.05),
            Goal(
                f"{name}: kB per finished review", figures.median(f"{name}: kB per review"), 15, 8
            ),
            Goal(f"{name}: start of 20 blocks, ms", figures.median(f"{name}: blocks, ms"), 50, 50),
        ]
    most = figures.median(f"{POSTGRESQL}: most statements of a completion")
    return [*found, Goal(f"{POSTGRESQL}: statements of a completion", most, 6, 2)]


def _limit(figures: Figures, name: str, database: Database) -> None:
    """Measure one durable commit of one row."""
    figures.note(f"{name}: one commit, ms", milliseconds(cases.commits(database)))


def _reviews(figures: Figures, name: str, database: Database, count: int) -> None:
    """Measure the completions of reviews."""
    spent = cases.reviews(database, count)
    figures.note(f"{name}: completion, ms", milliseconds(spent))
    figures.note(f"{name}: completion p95, ms", statistics.quantiles(spent, n=20)[-1] * 1_000)


def _peer(figures: Figures, engine: Engine, count: int) -> None:
    """Measure the completions of another engine."""
    if engine.can("review"):
        answers = engine.prepare({"kind": "review", "count": count, "answer": workload.ANSWER})
        if not isinstance(answers, str):
            spent = [seconds for case in answers for seconds in case]
            figures.note(f"{engine.name}: completion, ms", milliseconds(spent))


def _loop(figures: Figures, name: str, database: Database, rounds: int) -> None:
    """
    Measure a long loop late and others early, and parallel blocks in a row.

    Early and late rounds take turns: a machine has better and worse seconds.
    """
    late = cases.loop(database, rounds + _TURNS * _ROUNDS)
    deque(islice(late, rounds), maxlen=0)
    for _ in range(_TURNS):
        figures.note(f"{name}: loop at round 10, ms", _ten_of(cases.loop(database, rounds)))
        figures.note(f"{name}: loop at round 1,000, ms", _ten_of(late))
    for _ in range(3):
        seconds, size = cases.blocks(database)
        figures.note(f"{name}: blocks, ms", seconds * 1_000)
        figures.note(f"{name}: blocks, kB", size / 1_000)


def _ten_of(steps: Iterator[float]) -> float:
    """Return the milliseconds of the ten after the next five, which warm up."""
    return milliseconds(list(islice(steps, _ROUNDS))[5:])


def _size(figures: Figures, name: str, database: Database, count: int) -> None:
    """Measure what finished reviews leave behind, and the statements of their completions."""
    before = cases.stored_bytes(database)
    cases.reviews(database, count * 5)
    figures.note(
        f"{name}: kB per review", (cases.stored_bytes(database) - before) / 5 / count / 1_000
    )
    figures.note(f"{name}: most statements of a completion", max(cases.statements(database)))


def _inbox(figures: Figures, name: str, found: Mapping[str, Database], least: int) -> None:
    """
    Measure the first page of an inbox, and of one that is ten times as full.

    They take turns: while the second fills, the machine may have become another.
    """
    for database, count in zip(found.values(), (least, 10 * least), strict=True):
        cases.fill_inbox(database, count)
    for _ in range(_TURNS):
        for title, database in found.items():
            figures.note(f"{name}: inbox of {title}, ms", milliseconds(cases.pages(database)))
