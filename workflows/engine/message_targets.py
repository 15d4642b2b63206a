"""Who gets a message or signal: the tokens that wait for it, and the processes that it starts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from workflows.engine.prepared import Prepared
from workflows.engine.tables import Bundle, Instance, Subscription


@dataclass(frozen=True)
class WaitingToken:
    """A token that waits for the message."""

    instance_id: int
    token_id: int

    def to_json(self) -> dict[str, Any]:
        """Return the target as plain data."""
        return {"instance_id": self.instance_id, "token_id": self.token_id}


@dataclass(frozen=True)
class MessageStart:
    """A process that the message starts."""

    process_key: str

    def to_json(self) -> dict[str, Any]:
        """Return the target as plain data."""
        return {"process_key": self.process_key}


@dataclass(frozen=True)
class SignalStart:
    """A process that the signal starts."""

    process_key: str

    def to_json(self) -> dict[str, Any]:
        """Return the target as plain data."""
        return {"process_key": self.process_key, "is_signal": True}


Target = WaitingToken | MessageStart | SignalStart

_WAITING = Prepared(
    select(Subscription.instance_id, Subscription.token_id)
    .join(Instance, Instance.id == Subscription.instance_id)
    .where(
        Subscription.kind == "message",
        Subscription.message_name == bindparam("name"),
        or_(
            Subscription.correlation == bindparam("correlation"),
            and_(
                Subscription.correlation == "",
                Instance.business_key == bindparam("correlation"),
            ),
        ),
    )
    .order_by(Subscription.instance_id, Subscription.token_id)
)
_STARTS = Prepared(
    select(Bundle.process_key, Bundle.message_starts)
    .where(Bundle.is_active)
    .order_by(Bundle.process_key)
)


def find(session: Session, name: str, correlation: str) -> list[Target]:
    """
    Return who gets a message, in the order in which cases are locked.

    A token gets it when its correlation is equal. A model that names no
    correlation gets it by the business key of its case. Only a message that
    nobody waits for starts a case.
    """
    rows = _WAITING.rows(session, name=name, correlation=correlation)
    if rows:
        return [WaitingToken(*row) for row in rows]
    return [MessageStart(key) for key, starts in _STARTS.rows(session) if name in starts]


def hearing(session: Session, signal: str, *, besides: int | None = None) -> list[Target]:
    """
    Return who hears a signal: everybody who waits for it, and every process that it starts.

    `besides` is the case that throws it; its own tokens have heard it already.
    """
    rows = session.execute(
        select(Subscription.instance_id, Subscription.token_id)
        .where(Subscription.kind == "signal", Subscription.message_name == signal)
        .where(Subscription.instance_id != (besides or 0))
        .order_by(Subscription.instance_id, Subscription.token_id)
    )
    waiting: list[Target] = [WaitingToken(row.instance_id, row.token_id) for row in rows]
    bundles = session.execute(
        select(Bundle.process_key, Bundle.signal_starts)
        .where(Bundle.is_active)
        .order_by(Bundle.process_key)
    )
    starts = [SignalStart(row.process_key) for row in bundles if signal in row.signal_starts]
    return [*waiting, *starts]
