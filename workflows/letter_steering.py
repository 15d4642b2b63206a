"""What people decide about letters that did not leave: try again, give up, and take that back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import letter_list, permissions
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import instances, journal, letters, writes
from workflows.engine.tables import Outbox
from workflows.errors import Invalid
from workflows.paging import MAXIMUM_LIMIT
from workflows.permissions import Action

_outbox = table_of(Outbox)


class NothingChosen(Invalid):
    """No letter was named."""

    def __init__(self) -> None:
        super().__init__(Sentence("Choose at least one letter."))


@dataclass(frozen=True)
class Dealt:
    """How many letters something was done about, and how many had to be left."""

    done: int
    left: int


def try_again(
    session: Session, letter_ids: Collection[str], *, reason: str, actor: Actor, now: datetime
) -> Dealt:
    """
    Let a worker try letters anew, as if for the first time.

    Those that are too old to be of use are left, and those that have left meanwhile.

    Raises:
        NotAllowed: The actor may not deal with letters.
        Invalid: There is no reason, or no letter was named.

    """
    rows = _locked(session, letter_ids, reason, actor, _outbox.c.sent_at.is_(None))
    return _send(session, rows, letter_ids, "letter.try_again", reason, actor=actor, now=now)


def give_up(
    session: Session, letter_ids: Collection[str], *, reason: str, actor: Actor, now: datetime
) -> Dealt:
    """
    Decide that letters need not arrive; each can be taken back.

    Raises:
        NotAllowed: The actor may not deal with letters.
        Invalid: There is no reason, or no letter was named.

    """
    rows = _locked(session, letter_ids, reason, actor, _outbox.c.sent_at.is_(None))
    letters.drop_all(session, [row.id for row in rows], now=now)
    _audit(session, rows, "letter.give_up", reason, actor=actor, now=now)
    return Dealt(len(rows), len(set(letter_ids)) - len(rows))


def take_back(
    session: Session, letter_ids: Collection[str], *, reason: str, actor: Actor, now: datetime
) -> Dealt:
    """
    Send letters after all that somebody has given up.

    Raises:
        NotAllowed: The actor may not deal with letters.
        Invalid: There is no reason, or no letter was named.

    """
    is_dropped = _outbox.c.sent_at.is_not(None) & _outbox.c.problem.is_not(None)
    rows = _locked(session, letter_ids, reason, actor, is_dropped)
    return _send(session, rows, letter_ids, "letter.take_back", reason, actor=actor, now=now)


def _send(
    session: Session,
    rows: Sequence[Any],
    letter_ids: Collection[str],
    action: str,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Dealt:
    """Send those letters that are still of use."""
    useful = [row for row in rows if not letter_list.is_late(row.kind, row.created_at, now)]
    letters.send_again(session, [(row.kind, row.id) for row in useful])
    _audit(session, useful, action, reason, actor=actor, now=now)
    return Dealt(len(useful), len(set(letter_ids)) - len(useful))


def _locked(
    session: Session,
    letter_ids: Collection[str],
    reason: str,
    actor: Actor,
    condition: ColumnElement[bool],
) -> Sequence[Any]:
    """Lock the letters that can be dealt with now; others are as if they were not there."""
    permissions.check(actor, Action.STEER_LETTERS)
    if not letter_ids:
        raise NothingChosen
    if not reason.strip():
        raise instances.ReasonMissing
    return session.execute(
        select(_outbox.c.id, _outbox.c.kind, _outbox.c.created_at)
        .where(
            _outbox.c.id.in_(sorted(set(letter_ids))[:MAXIMUM_LIMIT]),
            _outbox.c.kind.in_(letter_list.STEERED),
            condition,
            *letter_list.not_about(session, actor),
        )
        .order_by(_outbox.c.id)
        .with_for_update()
    ).all()


def _audit(
    session: Session, rows: Sequence[Any], action: str, reason: str, *, actor: Actor, now: datetime
) -> None:
    """Write who decided what about each letter, and why."""
    with writes.together(session):
        for row in rows:
            data = {"reason": reason}
            journal.audit(session, actor.username, action, "letter", row.id, at=now, data=data)
