"""
The negative control: ways in which a careless engine would work, one at a time.

A checker that finds nothing wrong with these would find nothing wrong at all.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, RootTransaction, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from webapp.api import once
from workflows.database import Database
from workflows.engine import journal

Anything = Any
_VERSION = re.compile(r"AND instance\.version = (\S+)")


def spoil(variant: str) -> None:
    """Make the engine of this process careless in one way."""
    if variant:
        _VARIANTS[variant]()


def _commit_twice() -> None:
    """Commit the case first, and what is told about it afterwards."""
    real = journal.audit

    def audit(session: Session, *arguments: Anything, **facts: Anything) -> None:
        _commit_and_go_on(session)
        real(session, *arguments, **facts)

    journal.audit = audit


def _forget_keys() -> None:
    """Do every request, whether it was done under its key before or not."""

    def claim(*_: Anything) -> None:
        return None

    once._claim = claim  # type: ignore[assignment]


def _answer_before_commit() -> None:
    """Answer first and hope that the transaction will be committed some time."""
    # Both databases commit by the same function of their dialect's parent.
    DefaultDialect.do_commit = DefaultDialect.do_rollback  # type: ignore[method-assign]


def _look_without_lock() -> None:
    """Read without a lock, and write without looking whether anybody else has written."""
    real = Database._transaction

    @contextmanager
    def transaction(
        self: Database, _sqlite_begin: str, engine: Engine | None = None
    ) -> Iterator[tuple[Session, RootTransaction]]:
        with real(self, "BEGIN", engine) as opened:
            yield opened

    def without_guards(
        _connection: object,
        _cursor: object,
        statement: str,
        parameters: object,
        *_rest: object,
    ) -> tuple[str, object]:
        statement = re.sub(r"\s+FOR UPDATE[^)]*", "", statement)
        return _VERSION.sub(r"AND instance.version <> -1 - \1", statement), parameters

    Database._transaction = transaction  # type: ignore[method-assign,assignment]
    event.listen(Engine, "before_cursor_execute", without_guards, retval=True)


def _commit_and_go_on(session: Session) -> None:
    """Commit what there is, and open another transaction for the rest."""
    session.flush()
    raw = session.connection().connection.dbapi_connection
    assert raw is not None
    raw.commit()
    if session.get_bind().dialect.name == "sqlite":
        raw.cursor().execute("BEGIN IMMEDIATE")


_VARIANTS = {
    "commits twice": _commit_twice,
    "forgets keys": _forget_keys,
    "answers before the commit": _answer_before_commit,
    "looks without a lock": _look_without_lock,
}
