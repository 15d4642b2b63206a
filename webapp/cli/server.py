"""Serve the web application with gunicorn, in this process and its one child."""

import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from gunicorn.app.base import BaseApplication

from webapp import background, create_app
from webapp.cli import collector
from webapp.cli.output import Refused
from webapp.settings import Settings
from webapp.unit import EXTENSION, Installation

THREADS = 8
PORT_PATIENCE_SECONDS = 6.0
READY_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Listening:
    """Where to serve, and whether background work is done in the same process."""

    host: str
    port: int
    with_worker: bool
    on_ready: Callable[[], None] | None = None

    @property
    def address(self) -> str:
        """Return the address for a browser on this machine."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


class Server(BaseApplication):  # type: ignore[misc]
    """
    gunicorn with one process of threads.

    The application is made in the child, after the fork, so that no database
    connection is ever shared between processes.
    """

    def __init__(self, settings: Settings, listening: Listening) -> None:
        self._settings = settings
        self._listening = listening
        super().__init__(prog="understudy")

    def load_config(self) -> None:
        """Set what gunicorn needs to know; no file and no environment is read."""
        options: dict[str, Any] = {
            "bind": f"{self._listening.host}:{self._listening.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 5,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "understudy",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application."""
        app = create_app(self._settings)
        collector.spare()
        return app

    def _begin(self, worker: Any) -> None:
        """Start the background work, and tell when the first page answers."""
        if self._listening.with_worker:
            installation = cast("Installation", worker.wsgi.extensions[EXTENSION])
            worker.background = background.jobs(installation)
            worker.background.start()
        if self._listening.on_ready:
            threading.Thread(target=self._announce, daemon=True).start()

    def _end(self, _server: Any, worker: Any) -> None:
        """Stop the background work between two steps."""
        working = getattr(worker, "background", None)
        if working is not None:
            working.stop()

    def _announce(self) -> None:
        """Wait until the server answers, then say so."""
        until = time.monotonic() + READY_PATIENCE_SECONDS
        while time.monotonic() < until:
            if is_answering(self._listening.address):
                assert self._listening.on_ready is not None
                self._listening.on_ready()
                return
            time.sleep(0.1)
        sys.stderr.write("understudy: the server does not answer yet.\n")


def serve(settings: Settings, listening: Listening) -> None:
    """
    Serve until somebody stops it.

    Raises:
        UnsafeSettings: The settings are not fit for serving.
        Refused: The port is taken.

    """
    settings.signing_key()
    claim_port(listening)
    Server(settings, listening).run()


def claim_port(listening: Listening) -> None:
    """
    Wait a moment for the port: a server that was killed lets go of it after a second or two.

    Raises:
        Refused: Somebody else keeps it.

    """
    until = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        problem = _bind_problem(listening)
        if problem is None:
            return
        if time.monotonic() > until:
            raise Refused(
                f"Port {listening.port} cannot be used ({problem}). Choose another one with --port."
            )
        time.sleep(0.2)


def is_answering(address: str) -> bool:
    """Say whether the server at an address is alive."""
    try:
        with urllib.request.urlopen(f"{address}/health/live", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _bind_problem(listening: Listening) -> str | None:
    """Return why the port cannot be listened on, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listening.host, listening.port))
            probe.listen(1)
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return None
