"""Who gets a message: the tokens that wait for it, else the processes that it starts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

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


Target = WaitingToken | MessageStart


def find(session: Session, name: str, correlation: str) -> list[Target]:
    """
    Return who gets a message, in the order in which cases are locked.

    A token gets it when its correlation is equal. A model that names no
    correlation gets it by the business key of its case. Only a message that
    nobody waits for starts a case.
    """
    by_business_key = and_(Subscription.correlation == "", Instance.business_key == correlation)
    rows = session.execute(
        select(Subscription.instance_id, Subscription.token_id)
        .join(Instance, Instance.id == Subscription.instance_id)
        .where(
            Subscription.message_name == name,
            or_(Subscription.correlation == correlation, by_business_key),
        )
        .order_by(Subscription.instance_id, Subscription.token_id)
    ).all()
    if rows:
        return [WaitingToken(row.instance_id, row.token_id) for row in rows]
    bundles = session.execute(
        select(Bundle.process_key, Bundle.message_starts)
        .where(Bundle.is_active)
        .order_by(Bundle.process_key)
    )
    return [MessageStart(row.process_key) for row in bundles if name in row.message_starts]
