"""The real server in a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.api import samples
from tests.webapp.serving import (
    RemoteProgram,
    ServerProcess,
    environment,
    free_port,
    run,
    send,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation on SQLite, to be copied for each test."""
    folder = tmp_path_factory.mktemp("installed") / "data"
    run(environment(folder), "init")
    return folder


@pytest.fixture
def installed(tmp_path: Path, template: Path) -> dict[str, str]:
    """The environment of an installation on SQLite."""
    shutil.copytree(template, tmp_path / "data")
    return environment(tmp_path / "data")


@pytest.fixture
def server(installed: dict[str, str]) -> Iterator[ServerProcess]:
    """A server that answers."""
    with ServerProcess(installed, free_port()) as started:
        yield started


def test_the_server_answers_pages_and_calls(server: ServerProcess) -> None:
    page = send(f"{server.address}/sign-in")
    call = send(f"{server.address}/api/v1/user-tasks")

    assert page.status == 200
    assert b"Understudy" in page.body
    assert call.status == 401
    assert call.json()["instance"] == "/api/v1/user-tasks"


def test_a_taken_port_is_one_clear_line(installed: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]

        refused = run(installed, "serve", "--port", str(port), check=False)

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"Port {port} cannot be used" in refused.stderr
    assert "--port" in refused.stderr


def test_the_server_does_the_background_work(
    installed: dict[str, str], server: ServerProcess, tmp_path: Path
) -> None:
    model = tmp_path / "wait.bpmn"
    model.write_bytes(samples.WAITING.replace(b"P3D", b"PT1S"))
    run(installed, "process", "deploy", str(model))
    program = RemoteProgram(server.address, _token(installed, "hr"))

    case = program.post("/instances", {"definition": "tiny_wait"}, "start").json()
    until = time.monotonic() + 20
    while case["status"] == "running" and time.monotonic() < until:
        time.sleep(0.2)
        case = program.get(f"/instances/{case['id']}")

    assert case["status"] == "completed"


def test_the_clock_of_a_test_is_moved_over_the_wire(
    installed: dict[str, str], tmp_path: Path
) -> None:
    env = {**installed, "UNDERSTUDY_CLOCK": "movable"}
    model = tmp_path / "wait.bpmn"
    model.write_bytes(samples.WAITING)
    run(env, "process", "deploy", str(model))

    with ServerProcess(env, free_port()) as server:
        program = RemoteProgram(server.address, _token(env, "hr"))
        case = program.post("/instances", {"definition": "tiny_wait"}, "start").json()
        moved = program.post("/clock", {"advance": "P5BD"}, "advance")

        assert moved.status == 200
        assert program.get(f"/instances/{case['id']}")["status"] == "completed"


def test_a_server_that_is_asked_to_stop_stops(installed: dict[str, str]) -> None:
    server = ServerProcess(installed, free_port())
    server.start()
    assert server._process is not None

    os.killpg(server._process.pid, signal.SIGTERM)

    assert server._process.wait(timeout=30) == 0


def test_the_worker_runs_until_it_is_stopped(installed: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "worker"],
        env=installed,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "The worker has started.\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def _token(env: dict[str, str], *roles: str) -> str:
    """Make an account and a token for it, as an operator does."""
    given = [part for role in roles for part in ("--role", role)]
    run(env, "user", "add", "hanna", *given, "--password-stdin", text="correct horse 9\n")
    return run(env, "token", "create", "hanna").stdout.strip()
