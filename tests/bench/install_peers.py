"""
Install the engines that `understudy bench` compares with, beside their scripts.

They get an environment of their own, since one of them needs older packages than we do.
What cannot be installed on this machine is told, and left out of the comparison.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import hatch_build
from webapp.cli.bench_engines import python_in

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/bench/peers"
LOCKS = (ROOT / "requirements/bench.lock", FOLDER / "package-lock.json")
STAMP = FOLDER / ".venv/.installed"


def main() -> int:
    """Install what is missing."""
    wanted = "\n".join(lock.read_text() for lock in LOCKS)
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    print(f"Installing the engines to compare with into {FOLDER.relative_to(ROOT)} ...")
    venv.create(FOLDER / ".venv", with_pip=True, clear=True)
    pip = [
        python_in(FOLDER / ".venv"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    node, npm = hatch_build._find_node()
    installed = (
        _run([*pip, "--require-hashes", "-r", LOCKS[0]], ROOT),
        _run([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], FOLDER),
    )
    if all(installed):
        STAMP.write_text(wanted)
    return 0


def _run(command: list[object], folder: Path) -> bool:
    """Run one step; tell what it said if it failed."""
    path = f"{Path(str(command[0])).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"These engines are left out:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
