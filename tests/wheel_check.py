"""Build the wheel, install it alone into an empty environment and use it as an operator would."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGED = (
    "webapp/static/dist/",
    "bpmn/nomination.bpmn",
    "rules/decisions/eligibility.dmn",
    "workflows/engine/checks/pages/checks-of-processes.md",
    "workflows/engine/checks/pages/checks.md",
)


def main() -> int:
    """Run the whole check; print what was done."""
    with tempfile.TemporaryDirectory(prefix="understudy-wheel-") as folder:
        home = Path(folder)
        wheel = _build(home)
        command = _install(home, wheel)
        environment = _environment(home)
        _run([command, "--help"], environment)
        _run([command, "init"], environment)
        processes = json.loads(_run([command, "process", "list", "--json"], environment))
        assert processes, "The wheel brings no process."
        _serve(command, environment)
    print("The wheel works in an empty environment.")
    return 0


def _build(home: Path) -> Path:
    """Build the wheel and check that it holds the data files."""
    _run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(home),
            str(ROOT),
        ]
    )
    wheel = next(home.glob("understudy-*.whl"))
    names = _run([sys.executable, "-m", "zipfile", "-l", str(wheel)])
    for name in PACKAGED:
        assert name in names, f"{name} is missing in {wheel.name}."
    return wheel


def _install(home: Path, wheel: Path) -> str:
    """Make an empty environment and install the wheel and its pinned dependencies."""
    venv.create(home / "venv", with_pip=True)
    python = str(home / "venv/bin/python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(ROOT / "requirements/runtime.lock")])
    _run([*pip, "--no-deps", str(wheel)])
    return str(home / "venv/bin/understudy")


def _environment(home: Path) -> dict[str, str]:
    """Return the settings of a small installation beside nothing else."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "UNDERSTUDY_DATA_DIR": str(home / "data"),
        "UNDERSTUDY_SECRET_KEY": secrets.token_hex(32),
    }


def _serve(command: str, environment: dict[str, str]) -> None:
    """Serve, and read the health page and a style sheet's host page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [command, "serve", "--port", str(port)], env=environment, cwd=environment["HOME"]
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/ready")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
            page = answer.read().decode()
        assert "/static/dist/" in page, "The sign-in page has no style sheet."
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    """Wait until the address answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"{address} does not answer.")


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a command away from the source tree; return what it printed."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=environment["HOME"] if environment else ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
