"""The embedded worker: one thread that does what is due in the background."""

import logging
import threading

from workflows.clock import Clock
from workflows.database import Database
from workflows.engine import messages as _messages  # noqa: F401  (registers its deliverer)
from workflows.engine import outbox, start_timers, timers
from workflows.engine.transition import WorkingCalendar

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_STOP_PATIENCE_SECONDS = 30.0


class EmbeddedWorker:
    """
    Fires timers and empties the outbox until it is stopped.

    Any number of workers may run beside each other: rows are claimed, so that
    each is done once. The due times are rows; a worker that was down picks up
    what it missed at its next look.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        calendar: WorkingCalendar,
        *,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Say whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; starting twice is no error."""
        if self.is_alive:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="understudy-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop between two transactions and wait until the thread has ended."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=_STOP_PATIENCE_SECONDS)

    def run_once(self) -> int:
        """Do what is due now; return how much was done."""
        done = start_timers.fire_due(self._database, self._clock, self._calendar)
        done += timers.fire_due(self._database, self._clock, self._calendar)
        return done + outbox.deliver_due(self._database, self._clock.now(), self._calendar)

    def _run(self) -> None:
        """Look for work until told to stop; a database that is away only makes it slower."""
        pause = self._poll_seconds
        while not self._stopping.is_set():
            try:
                done = self.run_once()
                pause = 0.0 if done else self._poll_seconds
            except Exception:
                logger.exception("background work failed")
                pause = min(max(pause, self._poll_seconds) * 2, _LONGEST_PAUSE_SECONDS)
            self._stopping.wait(pause)
