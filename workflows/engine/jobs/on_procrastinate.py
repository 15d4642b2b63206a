"""The adapter for PostgreSQL: Procrastinate carries the alarms, our rows stay the truth."""

import asyncio
import logging
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, PsycopgConnector
from sqlalchemy.engine import make_url

from workflows.clock import Clock
from workflows.database import Database
from workflows.engine.jobs import performing, planning
from workflows.engine.jobs.alarms import TASK
from workflows.engine.jobs.embedded import (
    LONGEST_PAUSE_SECONDS,
    POLL_SECONDS,
    STOP_PATIENCE_SECONDS,
    EmbeddedJobs,
)
from workflows.engine.jobs.port import CASES, TIMERS, Kind
from workflows.engine.transition import WorkingCalendar

logger = logging.getLogger(__name__)

_AT_ONCE = 3
_POOL = 4  # connections: a fetch for each lane, heartbeats, and one to spare


class ProcrastinateJobs:
    """
    Wakes at the alarms of Procrastinate, and looks every poll for rows that have none.

    Letters ring in the transaction that writes them. Sweeps, second attempts
    and alarms that got lost are rung by the plan of any worker. The clock is
    ours: no alarm is set for later, so that a movable clock works too. Timers
    need no alarm: each worker knows beforehand when the next one is due, and
    an alarm would reach a worker later than its own look.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        calendar: WorkingCalendar,
        kinds: Sequence[Kind],
        *,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._kinds = {kind.name: kind for kind in kinds if kind.lane != TIMERS}
        self._timers = EmbeddedJobs(
            database,
            clock,
            calendar,
            [kind for kind in kinds if kind.lane == TIMERS],
            poll_seconds=poll_seconds,
            at_once=_AT_ONCE,
        )
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._done = 0
        self._counting = threading.Lock()

    @property
    def is_alive(self) -> bool:
        """Say whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; starting twice is no error."""
        if self.is_alive:
            return
        self._stopping.clear()
        self._timers.start()
        self._thread = threading.Thread(target=self._run, name="understudy-jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the jobs at hand, take no more, and wait until the thread has ended."""
        self._stopping.set()
        if self._wake is not None:
            loop, event = self._wake
            loop.call_soon_threadsafe(event.set)
        self._timers.stop()
        if self._thread is not None:
            self._thread.join(timeout=STOP_PATIENCE_SECONDS)

    def run_once(self) -> int:
        """Do what is due now; return how much was done."""
        before, fired = self._done, self._timers.run_once()
        planning.plan(self._database, self._kinds.values(), self._clock.now())
        # The caller's thread may have an event loop of its own, which would refuse ours.
        with ThreadPoolExecutor(1, "understudy-jobs") as beside:
            beside.submit(lambda: asyncio.run(self._drain())).result()
        return self._done - before + fired

    def _perform(self, kind: str, key: str) -> None:
        """Try the rows that an alarm means; a kind of another release is left to that release."""
        known = self._kinds.get(kind)
        if known is None:
            return
        with self._database.reading() as session:
            rows = planning.rows_of(session, known, key, self._clock.now())
        for row in rows:
            if self._stopping.is_set():
                return
            now = self._clock.now()
            if performing.perform(self._database, known, row, now, self._calendar):
                with self._counting:
                    self._done += 1

    def _app(self) -> App:
        """Return the application of Procrastinate; it belongs to one event loop."""
        conninfo = make_url(self._database.url).set(drivername="postgresql")
        connector = PsycopgConnector(
            conninfo=conninfo.render_as_string(hide_password=False), min_size=1, max_size=_POOL
        )
        app = App(connector=connector)
        app.task(name=TASK)(self._perform)
        return app

    def _work(self, app: App, lane: str, **options: Any) -> Coroutine[Any, Any, None]:
        """Return the worker of one lane."""
        return app.run_worker_async(
            queues=[lane],
            concurrency=_AT_ONCE if lane == CASES else 1,
            # Finished alarms tell nothing: history and attempts stand in our rows.
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=self._poll_seconds,
            **options,
        )

    async def _drain(self) -> None:
        """Work until no alarm is left."""
        app = self._app()
        async with app.open_async():
            for lane in self._lanes():
                await self._work(app, lane, wait=False, listen_notify=False)

    def _lanes(self) -> list[str]:
        """Return the lanes of the kinds that this process knows."""
        return list(dict.fromkeys(kind.lane for kind in self._kinds.values()))

    def _run(self) -> None:
        """Work until told to stop; a database that is away only makes it slower."""
        pause = self._poll_seconds
        while not self._stopping.is_set():
            try:
                asyncio.run(self._serve())
                pause = self._poll_seconds
            except Exception:
                logger.exception("background work failed")
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self._stopping.wait(pause)

    async def _serve(self) -> None:
        """Work on every lane and plan beside it, until told to stop or something breaks."""
        stop = asyncio.Event()
        self._wake = (asyncio.get_running_loop(), stop)
        app = self._app()
        async with app.open_async():
            work = [self._work(app, lane) for lane in self._lanes()]
            parts: list[asyncio.Task[Any]] = [asyncio.create_task(one) for one in work]
            parts += [asyncio.create_task(self._plan()), asyncio.create_task(stop.wait())]
            if self._stopping.is_set():
                stop.set()
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                ended = [part for part in parts if part.done()]
                for part in parts:
                    part.cancel()  # A worker that is cancelled finishes its jobs first.
                await asyncio.gather(*parts, return_exceptions=True)
            for part in ended:
                part.result()

    async def _plan(self) -> None:
        """Ring every poll for rows without an alarm."""
        while True:
            kinds, now = self._kinds.values(), self._clock.now()
            await asyncio.to_thread(planning.plan, self._database, kinds, now)
            await asyncio.sleep(self._poll_seconds)
