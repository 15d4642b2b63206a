"""A kind of background work for tests: errands, each with an effect that can be counted."""

import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from tests.conftest import NOW
from workflows.clock import FixedClock
from workflows.engine import journal, letters
from workflows.engine.jobs import port
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.tables import AuditEvent, Outbox


class EveryDay:
    """A calendar in which every day is a working day."""

    def add_working_days(self, start, days):
        return start + timedelta(days=days)


class Crash(BaseException):
    """The worker is gone: nothing after it runs."""


class Errands(letters.LetterRows):
    """Runs errands; what a recipient is to do stands in `behave`."""

    name = "letter"
    lane = port.CASES
    kinds = ("errand",)

    def __init__(self, **behave):
        self.behave = behave
        self.begun = Counter()
        self.order = []
        self._lock = threading.Lock()

    def work(self, database, claim, occasion):
        with self._lock:
            self.begun[claim.key] += 1
            self.order.append(claim.key)
        behave = self.behave.get(claim.key, lambda: None)
        with database.unit_of_work() as session:
            row = session.execute(
                select(Outbox.__table__)
                .where(Outbox.id == claim.key, Outbox.sent_at.is_(None))
                .with_for_update()
            ).one_or_none()
            if row is None:
                return False
            journal.audit(session, "system", "errand", "errand", claim.key, at=occasion.now)
            behave()
            letters.mark_sent(session, claim.key, now=occasion.now)
        return True


def post(session, *keys, seconds=0):
    for number, key in enumerate(keys):
        at = NOW + timedelta(seconds=seconds, milliseconds=number)
        letters.write(session, [letters.draft(key, "errand", "nobody", {}, now=at)])


def errands_of(database, *keys):
    with database.unit_of_work() as session:
        post(session, *keys)


def workers(database, *kinds, clock=None, **options):
    return jobs_for(database, clock or FixedClock(NOW), EveryDay(), kinds, **options)


def effects(database):
    """Count what was done, by errand."""
    with database.reading() as session:
        return Counter(
            session.scalars(select(AuditEvent.object_id).where(AuditEvent.action == "errand"))
        )


def row_of(database, key):
    with database.reading() as session:
        return session.get(Outbox, key)
