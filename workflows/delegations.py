"""Delegations: what somebody asks another person to do for them, for a time and with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, true
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import audit, case_facts, stand_ins
from workflows.actors import Actor
from workflows.engine import user_tasks
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.failures import NotForYou
from workflows.engine.tables import DefinitionVersion
from workflows.errors import Invalid, NotAllowed, NotFound
from workflows.stand_in_tables import Delegation
from workflows.stand_ins import CannotSignIn, Handover

LONGEST = timedelta(days=400)
_OVER = EntityQuery(
    select(Delegation)
    .where(Delegation.ended_at.is_(None), Delegation.until <= bindparam("now"))
    .order_by(Delegation.id)
)


class UnknownDelegation(NotFound):
    """There is no such delegation that could be ended."""

    def __init__(self) -> None:
        super().__init__("There is no such delegation.")


class DelegationRefused(Invalid):
    """The delegation cannot be as asked; the sentence says why."""


class GivenByThem(DelegationRefused):
    """What somebody gave goes back to them when the delegation ends."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("%(name)s gave it to you; let the delegation end instead.", name=name)
        )


class OnlyYours(NotAllowed):
    """What the subject must do, and what somebody judges, is nobody else's to do."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("“%(name)s” is yours alone; nobody can do it for you.", name=name)
        )


def delegate(
    session: Session,
    user_task_id: int,
    receiver: str,
    *,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """
    Let another person do one user task that the actor holds.

    Raises:
        NotFound: There is no such user task.
        NotForYou: The actor does not hold it.
        OnlyYours: Nobody else may do it.
        Conflict: It is done, or a duty in the case excludes one of them.
        Invalid: The receiver, the time or the reason makes no sense.

    """
    _must_make_sense(actor, receiver, now, until, reason)
    user_task = user_tasks.get(session, user_task_id)
    if user_task.assignee != actor.username:
        raise NotForYou(user_task.name, user_task.assignee or Sentence("a group; claim it first"))
    case = case_facts.load(session, user_task.instance_id, now=now)
    if stand_ins.is_personal(user_task, case):
        raise OnlyYours(user_task.name)
    _end_others(session, user_task_id, actor, now)
    delegation = _add(
        session,
        Delegation(
            giver=actor.username,
            receiver=receiver,
            user_task_id=user_task_id,
            reason=reason.strip()[:400],
            since=now,
            until=until,
        ),
        actor,
        now,
    )
    handover = Handover(
        user_task_id, actor.username, receiver, delegation.reason, delegation_id=delegation.id
    )
    if stand_ins.hand_over(session, handover, actor=actor, now=now) is None:
        raise GivenByThem(receiver)
    return delegation


def delegate_kind(
    session: Session,
    definition_key: str,
    receiver: str,
    *,
    element_id: str | None = None,
    since: datetime,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """
    Let another person do all user tasks of a process, or of one step of it, for a time.

    What is open moves at the next sweep, what is new as soon as it is told.

    Raises:
        Invalid: The process, the receiver, the time or the reason makes no sense.

    """
    _must_make_sense(actor, receiver, since, until, reason)
    known = select(DefinitionVersion.id).where(
        DefinitionVersion.kind == "process", DefinitionVersion.key == definition_key
    )
    if session.scalars(known).first() is None:
        raise DelegationRefused(
            Sentence("There is no process “%(definition_key)s”.", definition_key=definition_key)
        )
    _must_not_come_back(session, definition_key, element_id, receiver, actor)
    delegation = Delegation(
        giver=actor.username,
        receiver=receiver,
        definition_key=definition_key,
        element_id=element_id,
        reason=reason.strip()[:400],
        since=since,
        until=until,
    )
    return _add(session, delegation, actor, now)


def get(session: Session, delegation_id: int, *, actor: Actor) -> Delegation:
    """
    Return a delegation of the actor that has not ended.

    Raises:
        UnknownDelegation: There is none.

    """
    found = session.get(Delegation, delegation_id)
    if found is None or found.ended_at is not None or found.giver != actor.username:
        raise UnknownDelegation
    return found


def end(session: Session, delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """End a delegation; what was handed over by it is given back by `stand_ins`."""
    delegation.ended_at, delegation.ended_by = now, actor.username
    session.flush()
    audit.record(session, "delegation.end", "delegation", delegation.id, actor=actor, now=now)


def of_giver(session: Session, username: str) -> Sequence[Delegation]:
    """Return what somebody delegates at the moment or will."""
    query = select(Delegation).where(Delegation.giver == username, Delegation.ended_at.is_(None))
    return session.scalars(query.order_by(Delegation.id)).all()


def over(session: Session, now: datetime) -> Sequence[Delegation]:
    """Return the delegations whose time has passed, and that nobody has ended yet."""
    return _OVER.all(session, now=now)


def _must_make_sense(
    actor: Actor, receiver: str, since: datetime, until: datetime, reason: str
) -> None:
    """Refuse a delegation to oneself, without a reason, or for a time that is none."""
    if receiver == actor.username:
        raise DelegationRefused(Sentence("It is yours already. Choose somebody else."))
    if not reason.strip():
        raise DelegationRefused(Sentence("Enter the reason."))
    if not since < until <= since + LONGEST:
        raise DelegationRefused(Sentence("Say until when: a day to come, within about a year."))


def _must_not_come_back(
    session: Session, definition_key: str, element_id: str | None, receiver: str, actor: Actor
) -> None:
    """Refuse a delegation to somebody who delegates the same to the actor."""
    same_step = (
        or_(Delegation.element_id.is_(None), Delegation.element_id == element_id)
        if element_id
        else true()
    )
    back = select(Delegation.id).where(
        Delegation.giver == receiver,
        Delegation.receiver == actor.username,
        Delegation.definition_key == definition_key,
        same_step,
        Delegation.ended_at.is_(None),
    )
    if session.scalars(back).first() is not None:
        raise DelegationRefused(
            Sentence(
                "%(receiver)s delegates the same to you. Choose somebody else.", receiver=receiver
            )
        )


def _add(session: Session, delegation: Delegation, actor: Actor, now: datetime) -> Delegation:
    """Store a delegation to somebody who can sign in, and leave a trace."""
    if not stand_ins.can_sign_in(session, delegation.receiver):
        raise CannotSignIn(delegation.receiver)
    session.add(delegation)
    session.flush()
    audit.record(
        session,
        "delegation.begin",
        "delegation",
        delegation.id,
        actor=actor,
        now=now,
        receiver=delegation.receiver,
        user_task=delegation.user_task_id,
        process=delegation.definition_key,
    )
    return delegation


def _end_others(session: Session, user_task_id: int, actor: Actor, now: datetime) -> None:
    """End former delegations of the same user task: it came back before their time."""
    query = select(Delegation).where(
        Delegation.user_task_id == user_task_id,
        Delegation.giver == actor.username,
        Delegation.ended_at.is_(None),
    )
    for delegation in session.scalars(query).all():
        end(session, delegation, actor=actor, now=now)
