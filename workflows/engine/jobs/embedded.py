"""The embedded adapter: threads of this process look for rows that are due."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from workflows.clock import Clock
from workflows.database import Database
from workflows.engine.jobs import performing
from workflows.engine.jobs.port import Kind
from workflows.engine.transition import WorkingCalendar

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STOP_PATIENCE_SECONDS = 30.0


class EmbeddedJobs:
    """
    Does what is due until it is stopped: one thread for each lane, which does `at_once` rows.

    Any number of processes may do so beside each other: rows are claimed, so
    that each is done once. A worker that was down picks up what it missed at
    its next look.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        calendar: WorkingCalendar,
        kinds: Sequence[Kind],
        *,
        poll_seconds: float = POLL_SECONDS,
        at_once: int = 1,
    ) -> None:
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._kinds = kinds
        self._poll_seconds = poll_seconds
        self._at_once = at_once
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def is_alive(self) -> bool:
        """Say whether any thread runs."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Start the threads; starting twice is no error."""
        if self.is_alive:
            return
        self._stopping.clear()
        lanes = dict.fromkeys(kind.lane for kind in self._kinds)
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"understudy-{lane}", daemon=True)
            for lane in lanes
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the row at hand, take no more, and wait until the threads have ended."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=STOP_PATIENCE_SECONDS)

    def run_once(self) -> int:
        """Do what is due now, in this thread; return how much was done."""
        return sum(self._look(kind, threading.Event()) for kind in self._kinds)

    def _look(self, kind: Kind, stopping: threading.Event) -> int:
        """Try every row of a kind that is due, until told to stop; return how many were done."""
        with self._database.reading() as session:
            keys = kind.due(session, self._clock.now(), performing.AT_ONCE)

        def is_done(key: str) -> bool:
            if stopping.is_set():
                return False
            now = self._clock.now()
            return performing.perform(self._database, kind, key, now, self._calendar)

        if min(self._at_once, len(keys)) <= 1:
            return sum(map(is_done, keys))
        with ThreadPoolExecutor(self._at_once) as beside:
            return sum(beside.map(is_done, keys))

    def _run(self, lane: str) -> None:
        """Look for work until told to stop; a database that is away only makes it slower."""
        kinds = [kind for kind in self._kinds if kind.lane == lane]
        pause = self._poll_seconds
        while not self._stopping.is_set():
            try:
                done = sum(self._look(kind, self._stopping) for kind in kinds)
                pause = 0.0 if done else self._pause(kinds)
            except Exception:
                logger.exception("background work failed", extra={"lane": lane})
                pause = min(max(pause, self._poll_seconds) * 2, LONGEST_PAUSE_SECONDS)
            self._stopping.wait(pause)

    def _pause(self, kinds: Sequence[Kind]) -> float:
        """Return for how many seconds there is nothing to look for."""
        return performing.pause(self._database, kinds, self._clock.now(), self._poll_seconds)
