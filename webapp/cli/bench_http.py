"""What is measured over HTTP: forms of user tasks, beside one request with one commit."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from html import unescape
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from webapp.cli.bench_figures import Figures, Goal, milliseconds, repeated
from webapp.cli.bench_limit import ADDRESS, PORT
from webapp.security import SESSION_COOKIE, TOKEN_FIELD
from workflows import accounts, sessions
from workflows.benchmark import cases, workload
from workflows.benchmark.databases import POSTGRESQL, SQLITE
from workflows.clock import SystemClock
from workflows.database import Database

_PATIENCE_SECONDS = 40.0
_KEY = "a-key-of-benchmarks-with-more-than-32-characters"
# Measured once and not run again here: milliseconds, of which the limit took so many there.
# In limits, not in milliseconds, the figure holds on a machine that is quicker or slower.
_SPIFF_ARENA = {SQLITE: 52.0 / 0.84, POSTGRESQL: 77.0 / 0.75}


def measure(
    databases: Mapping[str, Database], folder: Path, *, is_quick: bool, say: Callable[[str], None]
) -> Figures:
    """Measure forms that complete user tasks, and the smallest request that is durable."""
    figures, count = Figures(), 2 if is_quick else 5
    with ExitStack() as stack:
        work: list[Callable[[], None]] = []
        for name, database in databases.items():
            say(f"starting servers on {name} ...")
            cases.commits(database)
            ours = stack.enter_context(_served(database, folder, "-m", "webapp.cli", "serve"))
            limit = stack.enter_context(_served(database, folder, "-m", "webapp.cli.bench_limit"))
            client = stack.enter_context(closing(_signed_in(database, ours)))
            work.append(partial(_limit, figures, name, limit, count * 5))
            work.append(partial(_forms, figures, name, database, client, count))
        say("forms ...")
        repeated(work, 1)  # Every server and database warms up.
        figures.found.clear()
        # Many short rounds: a machine has better and worse tenths of a second.
        repeated(work, 1 if is_quick else 12)
    return figures


def goals(figures: Figures) -> list[Goal]:
    """Return what is to be reached, with what was measured."""
    found = []
    for name, floor, moonshot in ((SQLITE, 3, 2), (POSTGRESQL, 4, 2.5)):
        ratio = figures.ratio(f"{name}: form, ms", f"{name}: limit, ms")
        found.append(Goal(f"{name}: form / limit", ratio, floor, moonshot))
        faster = _SPIFF_ARENA[name] / ratio if ratio else None
        title = f"{name}: spiff-arena, as published, / form"
        found.append(Goal(title, faster, 15, 40, is_most=False))
    return found


class _Client:
    """A browser that keeps its connection, its session and its form token."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Cookie": f"{SESSION_COOKIE}={cookie}"} if cookie else {}
        self.token = ""

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, path: str) -> str:
        """Open a page and remember its form token."""
        self._connection.request("GET", path, headers=self._headers)
        page = self._connection.getresponse().read().decode()
        if found := re.search(r'name="csrf_token" value="([^"]+)"', page):
            self.token = unescape(found[1])
        return page

    def post(self, path: str, values: Mapping[str, object]) -> float:
        """Send a form and return the seconds until its answer."""
        body = urlencode({**values, TOKEN_FIELD: self.token})
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        begun = perf_counter()
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        spent = perf_counter() - begun
        if answer.status != http.client.FOUND:
            raise RuntimeError(f"The form {path} was answered with {answer.status}.")
        return spent


def _limit(figures: Figures, name: str, port: int, count: int) -> None:
    """Measure the smallest request that is durable."""
    with closing(_Client(port)) as client:
        spent = [client.post("/", workload.ANSWER) for _ in range(count)]
    figures.note(f"{name}: limit, ms", milliseconds(spent))


def _forms(figures: Figures, name: str, database: Database, client: _Client, count: int) -> None:
    """
    Measure the forms of reviews, sent one after the other as the smallest requests are.

    What the client does between them is not the server's: cases are started before, and
    the next user tasks of all of them are looked up at once.
    """
    spent = []
    started = [cases.start(database, "bench_review")[0] for _ in range(count)]
    while numbers := cases.open_user_tasks(database, started):
        if not client.token:
            client.get(f"/user-tasks/{numbers[0]}")
        spent += [client.post(f"/user-tasks/{number}", workload.ANSWER) for number in numbers]
    figures.note(f"{name}: form, ms", milliseconds(spent))


def _signed_in(database: Database, port: int) -> _Client:
    """Sign the reviewer in."""
    now, name = SystemClock().now(), cases.REVIEWER.username
    with database.unit_of_work() as session:
        accounts.create(session, name, roles=["reviewer"], now=now)
        begun = sessions.create(session, name, now=now)
    return _Client(port, begun.token)


@contextmanager
def _served(database: Database, folder: Path, *command: str) -> Iterator[int]:
    """Serve in a process of its own; return the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = database.engine.url.render_as_string(hide_password=False)
    settings = {
        "UNDERSTUDY_DATABASE_URL": address,
        "UNDERSTUDY_DATA_DIR": str(folder),
        "UNDERSTUDY_SECRET_KEY": _KEY,
        "UNDERSTUDY_HTTPS": "false",
        ADDRESS: address,
        PORT: str(port),
    }
    arguments = [*command, "--port", str(port)] if command[-1] == "serve" else command
    process = subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, *arguments],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server answers."""
    until = perf_counter() + _PATIENCE_SECONDS
    while perf_counter() < until and process.poll() is None:
        try:
            with closing(_Client(port)) as client:
                client.get("/health/ready")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server does not answer.")
