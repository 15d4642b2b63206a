"""A real server in a process of its own, to be used and killed by tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

PATIENCE_SECONDS = 40.0
KEY = "a-key-of-tests-with-more-than-32-characters"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of an installation in a folder, without settings of the machine."""
    kept = {name: value for name, value in os.environ.items() if "UNDERSTUDY" not in name}
    return {
        **kept,
        "UNDERSTUDY_DATA_DIR": str(folder),
        "UNDERSTUDY_SECRET_KEY": KEY,
        "UNDERSTUDY_FOUR_EYES": "off",
        **settings,
    }


def run(
    env: Mapping[str, str], *arguments: str, text: str = "", check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "webapp.cli", *arguments],
        env=dict(env),
        input=text,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if check:
        assert done.returncode == 0, done.stderr
    return done


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ServerProcess:
    """`understudy serve` in a process of its own."""

    def __init__(self, env: Mapping[str, str], port: int, *command: str) -> None:
        self.env = dict(env)
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._command = command or ("serve", "--port", str(port))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ServerProcess":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", *self._command],
            env=self.env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            assert self._process.poll() is None, "the server stopped by itself"
            try:
                if send(f"{self.address}/health/ready").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """Kill the server and its child at once, as a power cut would."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found


def send(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send a request; OSError means that the answer, and perhaps the request, was lost."""
    request = urllib.request.Request(address, data=body, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Reply(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read())
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error


class RemoteProgram:
    """A client of the API over a real connection."""

    def __init__(self, address: str, token: str) -> None:
        self._address = f"{address}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> dict[str, Any]:
        """Ask."""
        answer = send(self._address + path, headers=self._headers)
        assert answer.status == 200, answer.body
        return answer.json()

    def post(self, path: str, body: object, key: str) -> Reply:
        """Change something under an idempotency key."""
        headers = {**self._headers, "Idempotency-Key": key, "Content-Type": "application/json"}
        return send(self._address + path, orjson.dumps(body), headers)
