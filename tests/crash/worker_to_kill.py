"""
A process that works until it is killed: `python -m tests.crash.worker_to_kill URL FILE SEED`.

It starts cases, completes user tasks, fires timers and sends messages at
random. What was committed is written to the file, a line each, before it goes on.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.shop import ADA, BEN, CALENDAR, complete, start
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import messages, outbox, timers
from workflows.engine.tables import UserTask
from workflows.errors import Conflict, NotFound

TICKETS = 5


class Work:
    """The deeds of one process."""

    def __init__(self, database: Database, acknowledged: int, random: Random) -> None:
        self._database = database
        self._file = acknowledged
        self._random = random

    def acknowledge(self, *facts: object) -> None:
        """Write what was committed; a line of this length is written whole or not at all."""
        os.write(self._file, (" ".join(map(str, facts)) + "\n").encode())

    def start(self) -> None:
        key = self._random.choice(["two_steps", "waiting", "listening", "sender"])
        ticket = str(self._random.randrange(TICKETS))
        case = start(self._database, key, {"ticket": ticket})
        self.acknowledge("started", case.id)

    def complete(self) -> None:
        with self._database.reading() as session:
            rows = session.execute(
                select(UserTask.id, UserTask.form_key)
                .where(UserTask.state == "open")
                .order_by(UserTask.id.desc())
                .limit(20)
            ).all()
        if not rows:
            return
        row = self._random.choice(rows)
        data = {"score": self._random.randrange(100)} if row.form_key else {}
        complete(self._database, row.id, data, actor=BEN if row.form_key else ADA)
        self.acknowledge("completed", row.id)

    def fire(self) -> None:
        clock = FixedClock(NOW + timedelta(days=self._random.randrange(2, 9)))
        timers.fire_due(self._database, clock, CALENDAR, limit=3)
        outbox.deliver_due(self._database, clock.now(), CALENDAR)

    def send(self) -> None:
        with self._database.unit_of_work() as session:
            reached = messages.send(
                session,
                "answer",
                correlation=str(self._random.randrange(TICKETS)),
                actor=ADA,
                now=NOW,
                calendar=CALENDAR,
            )
        self.acknowledge("reached", *(case.id for case in reached))


def main(url: str, file: str, seed: str) -> None:
    """Work for ever."""
    acknowledged = os.open(Path(file), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    random = Random(int(seed))
    work = Work(Database(url), acknowledged, random)
    deeds = [work.start] * 3 + [work.complete] * 6 + [work.fire, work.send]
    work.acknowledge("ready")
    while True:
        try:
            random.choice(deeds)()
        except (Conflict, NotFound):
            continue


if __name__ == "__main__":
    main(*sys.argv[1:])
