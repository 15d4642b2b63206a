"""What one person asks to be done to a case, and a second one decides: each kind has a table."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import case_facts, permissions
from workflows.actors import Actor
from workflows.case_facts import CaseFacts
from workflows.desk_tables import DataRequest, MoveRequest
from workflows.engine import transitions
from workflows.errors import Conflict, NotAllowed, NotFound
from workflows.permissions import Action

DECLINED = "declined"
# What somebody must be allowed to ask for a request of a kind, and to decide it.
ACTIONS: Mapping[type, Action] = {
    MoveRequest: Action.UNBLOCK,
    DataRequest: Action.CHANGE_DATA,
}

Request = TypeVar("Request", MoveRequest, DataRequest)


class NothingAsked(NotFound):
    """Nobody asks for it, or it was decided."""

    def __init__(self) -> None:
        super().__init__("Nobody asks for this in the case, or somebody has decided it already.")


class AskedAlready(Conflict):
    """One request at a time is enough."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("Somebody has asked for this in the case already; decide that first.")
        )


class OwnRequest(NotAllowed):
    """Four eyes: nobody approves what he asked for himself."""

    def __init__(self) -> None:
        super().__init__(Sentence("You asked for it yourself; somebody else must approve."))


def must_be_allowed(
    session: Session, kind: type[Request], case_id: int, *, actor: Actor, now: datetime
) -> CaseFacts:
    """
    Return the facts of a case of which the actor may ask for something of a kind, or decide it.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor is not in charge, or not for this.

    """
    case = case_facts.load(session, case_id, now=now)
    permissions.check(actor, ACTIONS[kind], case)
    return case


def request_for(session: Session, kind: type[Request], case_id: int) -> Request | None:
    """Return the request of a kind that waits for a second person in a case."""
    return session.scalar(
        select(kind).where(kind.instance_id == case_id, kind.decided_at.is_(None))
    )


def asked_for(session: Session, case_ids: Collection[int]) -> frozenset[int]:
    """Return in which of some cases a request of any kind waits for a second person."""
    queries = (
        select(kind.instance_id).where(kind.instance_id.in_(case_ids), kind.decided_at.is_(None))
        for kind in (MoveRequest, DataRequest)
    )
    return frozenset(session.scalars(union_all(*queries)))


def must_be_first(session: Session, kind: type[Request], case_id: int) -> None:
    """
    Pass where nothing of a kind is asked for in a locked case.

    Raises:
        AskedAlready: Somebody has asked, and nobody has decided.

    """
    if request_for(session, kind, case_id) is not None:
        raise AskedAlready


def to_decide(
    session: Session, kind: type[Request], case_id: int, *, actor: Actor, now: datetime
) -> Request:
    """
    Lock a case, and return the request that waits in it for somebody like the actor.

    Raises:
        NotFound: There is no such case or request, or the actor may not know of it.
        NotAllowed: The actor is not in charge.

    """
    must_be_allowed(session, kind, case_id, actor=actor, now=now)
    transitions.lock(session, case_id)
    request = request_for(session, kind, case_id)
    if request is None:
        raise NothingAsked
    return request


def must_be_another(request: MoveRequest | DataRequest, actor: Actor) -> None:
    """
    Pass for everybody but whoever asked.

    Raises:
        OwnRequest: The actor asked for it.

    """
    if request.asked_by == actor.username:
        raise OwnRequest


def close(
    session: Session,
    request: MoveRequest | DataRequest,
    outcome: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down how a request was decided."""
    request.decided_by, request.decided_at, request.outcome = actor.username, now, outcome
    session.flush()
