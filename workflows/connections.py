"""Connections between their uses: spare ones to SQLite, and rested ones to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_TRUSTED_SECONDS = 1.0  # for so long after its last use a connection is not tried out
_KNOWN_SINCE = "known_since"  # when it was last new or tried out, or trusted with reason
_RESTS_SINCE = "rests_since"


class Spare:
    """
    A few connections to SQLite that are not given back to their pool.

    What a pool does for each use costs more than a statement of SQLite, and there
    is no server that could be gone meanwhile.
    """

    MOST = 4

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[Connection] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open a connection; one whose use failed is not used again."""
        try:
            connection = self._waiting.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if len(self._waiting) < self.MOST and not connection.in_transaction():
            self._waiting.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Give all of them back."""
        while self._waiting:
            self._waiting.pop().close()


class Trials:
    """
    What is known about the connections of all engines of one database.

    One that was used a moment ago is trusted, unless any connection was lost
    since then: a server that is started anew takes all of them with it.
    """

    def __init__(self) -> None:
        self._lost_at = -inf

    def watch(self, engine: Engine) -> None:
        """Try out the connections of an engine from now on."""
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", self._try_rested)
        event.listen(engine, "handle_error", self._note_loss)

    def _note_loss(self, context: ExceptionContext) -> None:
        """Note when a connection was found to be lost."""
        if context.is_disconnect:
            self._lost_at = monotonic()

    def _try_rested(
        self,
        connection: DBAPIConnection,
        record: ConnectionPoolEntry,
        _proxy: PoolProxiedConnection,
    ) -> None:
        """Ask a connection that rested whether it still works; one that does not is replaced."""
        now = monotonic()
        known_since, rests_since = (record.info.get(name) for name in (_KNOWN_SINCE, _RESTS_SINCE))
        record.info[_KNOWN_SINCE] = now
        if known_since is None:
            return
        if known_since > self._lost_at and (rests_since or now) > now - _TRUSTED_SECONDS:
            return
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT 1")
            cursor.close()
            connection.rollback()
        except Exception as lost:
            raise DisconnectionError from lost


def _note_rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    """Note since when a connection rests in the pool."""
    record.info[_RESTS_SINCE] = monotonic()
