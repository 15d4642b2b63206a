"""Times when the database cannot be reached or written: told from mistakes, and looked for."""

import time
from datetime import datetime

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from webapp import unit
from workflows.database import insert_or, table_of
from workflows.engine.tables import IdempotencyAnswer

_FRESH_SECONDS = 5.0
_MUCH = 500_000
# Read-only, as a standby is; a connection that waited too long inside a transaction.
_STATES = {"25006", "25P03"}
_ACTOR = "health"


def is_outage(error: DBAPIError) -> bool:
    """Say whether an error of the database will pass, and is no mistake of ours."""
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return True
    return getattr(error.orig, "sqlstate", None) in _STATES


class WritingProbe:
    """
    Knows whether the database can be written, because it has just written something.

    A full disk lets everybody read, so that nothing else would show it. It
    writes at most every few seconds, however often somebody asks: a little,
    or as much as a day's work after a request could not be saved.
    """

    def __init__(self) -> None:
        self._fresh_until = 0.0
        self._is_in_doubt = False

    def doubt(self) -> None:
        """Look closely at the next question: a request could not be saved."""
        self._fresh_until = 0.0
        self._is_in_doubt = True

    def look(self, now: datetime) -> str:
        """Return `ok`, or that nothing can be written."""
        if time.monotonic() < self._fresh_until:
            return "ok"
        try:
            if self._is_in_doubt:
                # A row may fit into the last free place of a full disk.
                _write(now, "x" * _MUCH)
            _write(now)
        except SQLAlchemyError:
            return "nothing can be saved: the disk is full, or the database is read-only"
        self._fresh_until = time.monotonic() + _FRESH_SECONDS
        self._is_in_doubt = False
        return "ok"


probe = WritingProbe()


def _write(now: datetime, filling: str = "") -> None:
    """Commit the moment of the last look: one row, always the same."""
    table = table_of(IdempotencyAnswer)
    changed = {"created_at": now, "body": {"filling": filling} if filling else {}}
    row = {"actor": _ACTOR, "key": _ACTOR, "request_hash": "", "status": 204}
    with unit.unit_of_work() as session:
        session.execute(
            insert_or(session, table)
            .values(**row, **changed)
            .on_conflict_do_update(index_elements=["actor", "key"], set_=changed)
        )
