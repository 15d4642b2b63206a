"""`understudy bench`: how quick this installation is, side by side with others."""

import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from webapp.cli import bench_cases, bench_http, collector
from webapp.cli.bench_engines import OURS, Engine, entrants
from webapp.cli.bench_figures import Figures, Goal, lines, of_goals
from webapp.cli.bench_rules import Contest, Result, contests, measure
from webapp.cli.output import Commands, as_json, progress, show, table
from webapp.version import product_version
from workflows.benchmark.databases import beside, fresh

_PEERS = Path("tests/bench/peers")
_NOT_THERE = "not installed (make bench sets it up)"


_peers_folder = click.option(
    "--peers",
    default=_PEERS,
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the scripts of the engines to compare with.",
)


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def bench(context: click.Context) -> None:
    """
    Measure this installation; medians, never a verdict.

    Without a command, everything is measured in one run.
    """
    if context.invoked_subcommand is None:
        for command in (rules, engine, http):
            context.invoke(command)


@bench.command()
@_peers_folder
@click.option(
    "--seconds", default=0.3, show_default=True, help="How long each engine runs, four times each."
)
@as_json
def rules(peers: Path, seconds: float, as_json: bool) -> None:
    """Compare decision tables and conditions with other engines, in one run."""
    with ExitStack() as stack:
        engines = [stack.enter_context(closing(Engine(each))) for each in entrants(peers)]
        found = []
        for contest in contests():
            if not as_json:
                progress(f"{contest.title} ...")
            found.append((contest, measure(contest, engines, seconds)))
    show(_facts(engines, found), _lines(engines, found), in_json=as_json)


_postgresql = click.option(
    "--postgresql",
    default="",
    help="Address of an empty PostgreSQL database, or `none`; by default the wheel of the tests.",
)
_quick = click.option("--quick", is_flag=True, help="Only show that it works: few, and SQLite.")


@bench.command()
@_peers_folder
@_postgresql
@_quick
@as_json
def engine(peers: Path, postgresql: str, quick: bool, as_json: bool) -> None:
    """Measure cases on both databases, beside other engines and one durable commit."""
    say = (lambda _text: None) if as_json else progress
    others = [] if quick else bench_cases.entrants(peers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="understudy-bench-")))
        databases = stack.enter_context(fresh(folder, "none" if quick else postgresql))
        twins = stack.enter_context(beside(folder, databases))
        engines = [stack.enter_context(closing(Engine(each))) for each in others]
        collector.spare()  # as in the processes that serve
        figures = bench_cases.measure(databases, twins, engines, is_quick=quick, say=say)
        missing = [each.name for each in engines if each.version is None]
    _show_figures(figures, bench_cases.goals(figures), missing, in_json=as_json)


@bench.command()
@_postgresql
@_quick
@as_json
def http(postgresql: str, quick: bool, as_json: bool) -> None:
    """Measure forms sent by HTTP, beside one request with one durable commit."""
    say = (lambda _text: None) if as_json else progress
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="understudy-bench-")))
        databases = stack.enter_context(fresh(folder, "none" if quick else postgresql))
        figures = bench_http.measure(databases, folder, is_quick=quick, say=say)
    _show_figures(figures, bench_http.goals(figures), [], in_json=as_json)


def _show_figures(
    figures: Figures, goals: list[Goal], missing: list[str], *, in_json: bool
) -> None:
    """Show medians and goals."""
    medians = {name: figures.median(name) for name in figures.found}
    facts = {"machine": _machine(), "figures": medians, "goals": of_goals(goals)}
    told = [f"{name}: {_NOT_THERE}" for name in missing]
    show(facts, [_machine(), *lines(medians, goals), *told], in_json=in_json)


_Found = list[tuple[Contest, list[Result]]]


def _facts(engines: list[Engine], found: _Found) -> dict[str, Any]:
    """Return everything for a program."""
    return {
        "machine": _machine(),
        "engines": {engine.name: _version(engine) for engine in engines},
        "contests": [
            {
                "title": contest.title,
                "unit": "per second of processor time",
                "results": [
                    {"engine": each.engine, "rate": each.rate, "problem": each.problem or None}
                    for each in results
                ],
            }
            for contest, results in found
        ],
    }


def _lines(engines: list[Engine], found: _Found) -> Iterator[str]:
    """Yield everything for a person."""
    yield _machine()
    yield "Seconds are those of the processor; each figure is the median of three repeats."
    for contest, results in found:
        ours = next((each.rate for each in results if each.engine == OURS), None)
        rows = [_row(contest, each, ours) for each in results]
        yield ""
        yield from table(rows, (contest.title, contest.unit, "ours is as quick"))
    missing = [engine.name for engine in engines if engine.version is None]
    if missing:
        yield ""
        yield from (f"{name}: {_NOT_THERE}" for name in missing)


def _row(contest: Contest, result: Result, ours: float | None) -> tuple[str, str, str]:
    """Return one line of a contest."""
    if result.rate is None:
        return result.engine, "-", result.problem
    figure = f"{1000 / result.rate:.2f}" if contest.unit == "ms" else f"{result.rate:,.0f}"
    if ours is None or result.engine == OURS:
        return result.engine, figure, ""
    ratio = ours / result.rate
    return result.engine, figure, f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.1f} x"


def _version(engine: Engine) -> str | None:
    """Return the version of an engine; null if it is not there."""
    return product_version() if engine.name == OURS else engine.version


def _machine() -> str:
    """Return a line about the machine."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
