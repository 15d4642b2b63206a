"""
Processes that are there to be killed.

A server that has imported everything forks them, so that one costs a hundredth
of a second. A `Stage` forks in turn a process for each deed, which kills itself
at a given boundary: before or after a statement, or around a COMMIT.
"""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Any, cast

from sqlalchemy import event

from tests.crash import naive
from tests.crash.checker import summary
from tests.crash.deeds import DEEDS, deliver_all
from tests.crash.world import Facts, World
from workflows.database import Database

Summary = dict[tuple[str, ...], int]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "tests.crash.victims",
        "webapp.cli.server",
        "webapp.background",
        "workflows.engine.jobs.on_procrastinate",
    ]
)


def spawn(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a function in a process and a process group of its own."""
    process = _context.Process(target=_alone, args=(target, arguments), daemon=True)
    process.start()
    return process


def sign() -> Event:
    """Make a sign that a process can give."""
    return _context.Event()


def kill(process: BaseProcess) -> None:
    """Kill a process and all that it started, as a power cut would."""
    try:
        os.killpg(cast("int", process.pid), signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    process.join()


def _alone(target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Run a function where a signal to the group reaches nobody else."""
    os.setpgid(0, 0)
    target(*arguments)


@dataclass
class Fate:
    """What became of a deed: its answer, unless it was killed, and what was there meanwhile."""

    reply: str | None
    boundaries: int
    commits: list[Summary] = field(default_factory=list)


class Boundaries:
    """Counts the boundaries that a deed passes, and ends the process at one of them."""

    def __init__(self, database: Database, fatal: int | None, *, note_commits: bool) -> None:
        self.passed = 0
        self.commits: list[Summary] = []
        self._fatal = fatal
        self._database = database
        self._note_commits = note_commits
        for engine in database.engines:
            event.listen(engine, "before_cursor_execute", self._pass)
            event.listen(engine, "after_cursor_execute", self._pass)
        self._do_commit = database.engine.dialect.do_commit
        database.engine.dialect.do_commit = self._commit  # type: ignore[method-assign,assignment]

    def end(self) -> None:
        """Count no more."""
        for engine in self._database.engines:
            event.remove(engine, "before_cursor_execute", self._pass)
            event.remove(engine, "after_cursor_execute", self._pass)
        self._database.engine.dialect.do_commit = self._do_commit  # type: ignore[method-assign]

    def _pass(self, *_facts: Any) -> None:
        self.passed += 1
        if self.passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _commit(self, connection: Any) -> None:
        self._pass()
        self._do_commit(connection)
        if self._note_commits:
            other = Database(self._database.url)
            self.commits.append(dict(summary(other)))
            other.close()
        self._pass()


class Stage:
    """A process with the whole product in it, which forks one process for each deed."""

    def __init__(self, url: str, token: str, variant: str = "") -> None:
        self._mine, theirs = _context.Pipe()
        self._process = spawn(_play, url, token, variant, theirs)
        theirs.close()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        kill(self._process)

    def prepare(self, name: str) -> Facts:
        """Make what a deed is done to."""
        return cast("Facts", self._ask("prepare", name))

    def act(
        self, name: str, facts: Facts, key: str, *, fatal: int | None = None, note: bool = False
    ) -> Fate:
        """Do a deed in a process of its own, which dies at a boundary or answers."""
        return cast("Fate", self._ask("act", name, facts, key, fatal, note))

    def _ask(self, *question: Any) -> Any:
        self._mine.send(question)
        answer = self._mine.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _play(url: str, token: str, variant: str, pipe: Connection) -> None:
    """Answer the questions of a stage."""
    world = World(Database(url), token)
    while True:
        what, name, *rest = pipe.recv()
        try:
            if what == "prepare":
                deliver_all(world)
                answer: Any = DEEDS[name].prepare(world)
            else:
                # No connection may be shared by two processes.
                world.database.close()
                answer = _in_child(world, variant, name, *rest)
        except Exception as error:  # noqa: BLE001  (the test gets to see it)
            answer = RuntimeError(f"{error}\n{traceback.format_exc()}")
        pipe.send(answer)


def _in_child(
    world: World, variant: str, name: str, facts: Facts, key: str, fatal: int | None, note: bool
) -> Fate:
    """Fork, do the deed there, and tell what became of it."""
    mine, theirs = _context.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            naive.spoil(variant)
            boundaries = Boundaries(world.database, fatal, note_commits=note)
            reply = DEEDS[name].act(world, facts, key)
            theirs.send(Fate(reply, boundaries.passed, boundaries.commits))
        finally:
            os._exit(0)
    theirs.close()
    try:
        fate = cast("Fate", mine.recv())
    except EOFError:
        fate = Fate(None, fatal or 0)
    os.waitpid(child, 0)
    mine.close()
    return fate
