"""Separation of duties: whoever holds one duty in a case may not take on certain others."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine.failures import DutyConflict
from workflows.engine.tables import Duty


def held_by(session: Session, instance_id: int, username: str) -> set[str]:
    """Return the duties that a person holds in a case."""
    return set(
        session.scalars(
            select(Duty.duty).where(Duty.instance_id == instance_id, Duty.username == username)
        )
    )


def must_keep(row: Any, held: set[str], username: str | None = None) -> None:
    """
    Pass when none of these duties excludes a user task.

    Raises:
        DutyConflict: One does.

    """
    for duty in row.excludes:
        if duty in held:
            raise DutyConflict(row.name, duty, username)


def must_keep_all(session: Session, row: Any, usernames: Iterable[str]) -> None:
    """
    Pass when nobody of these holds a duty that excludes a user task; nobody costs nothing.

    Raises:
        DutyConflict: Somebody does.

    """
    if row.excludes:
        for username in usernames:
            must_keep(row, held_by(session, row.instance_id, username), username)


def taken(row: Any, username: str) -> tuple[tuple[str, str], ...]:
    """Return the duty that a user task brings to who completes it, and to those it is done for."""
    if not row.duty:
        return ()
    return tuple((row.duty, one) for one in dict.fromkeys((username, *row.on_behalf_of)))
