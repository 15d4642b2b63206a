"""`understudy bench`: our own figures alone, and beside an engine that is there."""

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import bench, bench_cases, bench_engines, bench_rules, main
from webapp.cli.bench_engines import Engine, Entrant
from webapp.cli.bench_figures import Goal
from webapp.cli.bench_rules import Contest

PEERS = Path(__file__).resolve().parents[1] / "bench/peers"
ECHO = """
import json, sys
from measuring import Work, serve
answers = {1: "one", 2: "two"}
serve("9.9", {"table": lambda job: Work(answers.get, job["inputs"], str)})
"""


@pytest.fixture
def peers(tmp_path):
    (tmp_path / "spiff_tables.py").write_text(ECHO)
    return tmp_path


def test_our_figures_need_no_other_engine(tmp_path):
    arguments = ["bench", "rules", "--peers", str(tmp_path), "--seconds", "0.001", "--json"]

    result = CliRunner().invoke(main, arguments, prog_name="understudy")

    facts = json.loads(result.output)
    assert facts["engines"]["zen-engine"] is None
    assert len(facts["contests"]) == 7
    assert all(contest["results"][0]["rate"] > 0 for contest in facts["contests"])


def test_an_engine_with_other_answers_has_no_figure(peers, monkeypatch):
    job = {"kind": "table", "forms": {}, "inputs": [1, 2]}
    monkeypatch.setattr(bench_rules, "contests", lambda: [Contest("Something", job)])
    monkeypatch.setattr("webapp.cli.bench.contests", bench_rules.contests)
    ours = Entrant("Understudy", (sys.executable, str(peers / "ours.py")))
    other = Entrant("SpiffWorkflow", (sys.executable, str(peers / "spiff_tables.py")))
    (peers / "ours.py").write_text(ECHO.replace("two", "2").replace("from measuring", _PATH))
    monkeypatch.setattr("webapp.cli.bench.entrants", lambda folder: [ours, other])

    result = CliRunner().invoke(main, ["bench", "rules", "--seconds", "0.001"])

    assert "1 of 2 answers are different" in result.output


_PATH = f"""
sys.path.append({str(bench_engines._MODULES)!r})
from measuring"""


def test_without_a_command_everything_is_measured_in_one_run(monkeypatch):
    measured = []
    for each in (bench.rules, bench.engine, bench.http):
        monkeypatch.setattr(each, "callback", lambda _name=each.name, **_: measured.append(_name))

    result = CliRunner().invoke(main, ["bench"])

    assert result.exit_code == 0, result.output
    assert measured == ["rules", "engine", "http"]


@pytest.mark.parametrize("entrants", [bench_engines.entrants, bench_cases.entrants])
def test_no_engine_is_left_out_for_want_of_its_script(entrants):
    programs = [entrant.command[1] for entrant in entrants(PEERS)]

    scripts = [Path(each) for each in programs if each.endswith((".py", ".mjs"))]

    assert [script.name for script in scripts if not script.exists()] == []
    assert len(scripts) > 2


def test_an_engine_that_is_not_there_can_do_nothing(tmp_path):
    engine = Engine(Entrant("zen-engine", (sys.executable, str(tmp_path / "missing.py"))))

    assert engine.version is None
    assert not engine.can("table")
    engine.close()


def test_an_engine_that_cannot_start_is_told_as_not_installed(tmp_path):
    (tmp_path / "broken.py").write_text("import nothing_of_that_name")
    engine = Engine(Entrant("feelin", (sys.executable, str(tmp_path / "broken.py"))))

    assert engine.version is None
    engine.close()


def test_cases_are_measured_without_other_engines():
    result = CliRunner().invoke(main, ["bench", "engine", "--quick", "--json"])

    facts = json.loads(result.output)
    assert facts["figures"]["SQLite: completion, ms"] > 0
    assert facts["figures"]["SQLite: inbox of 100k, ms"] > 0
    goals = {goal["title"]: goal for goal in facts["goals"]}
    assert goals["SQLite: kB per finished review"]["reached"] in {"floor", "moonshot"}
    assert goals["viewflow / ours"]["reached"] == "not measured"


@pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="starts two servers")
def test_forms_are_measured_over_a_real_connection():
    result = CliRunner().invoke(main, ["bench", "http", "--quick"])

    assert result.exit_code == 0, result.output
    assert "SQLite: form / limit" in result.output


@pytest.mark.parametrize(
    ("figure", "reached"), [(None, "not measured"), (1, "moonshot"), (3, "floor"), (4, "missed")]
)
def test_a_goal_says_how_far_it_is_reached(figure, reached):
    assert Goal("cost", figure, 3, 2).verdict == reached
    assert Goal("speed", figure and -figure, -3, -2, is_most=False).verdict == reached
