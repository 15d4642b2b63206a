"""Expressions and decisions are ours wherever they stand; nothing of another engine runs."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.engine.expression_places import PLACES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_what_only_feel_can_say_is_understood_here(place):
    place()


def test_everything_runs_with_the_engines_of_spiffworkflow_poisoned():
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflows.engine.expression_places"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2_000:]
    told = json.loads(done.stdout)
    assert told["poisoned"] > 100
    assert told["places"] == len(PLACES)
    assert told["scenarios"] >= 6


def test_only_parsers_and_specs_of_spiffworkflow_are_named():
    named = set()
    for path in (ROOT / "workflows" / "engine" / "spiff").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("SpiffWorkflow"):
                named.add(node.module)
            if isinstance(node, ast.Import):
                named |= {
                    alias.name for alias in node.names if alias.name.startswith("SpiffWorkflow")
                }

    assert named
    allowed = ("SpiffWorkflow.bpmn.parser.", "SpiffWorkflow.bpmn.specs.")
    assert {name for name in named if not name.startswith(allowed)} == set()
