"""Who does the user tasks of others: handed over while it lasts, given back when it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import accounts, case_facts, people
from workflows.actors import SYSTEM, Actor
from workflows.case_facts import JUDGING_DUTIES, JUDGING_FORMS, CaseFacts
from workflows.engine import passing_on, transitions, user_tasks
from workflows.engine.tables import UserTask
from workflows.errors import Invalid, UnderstudyError
from workflows.people import UnknownPerson
from workflows.stand_in_tables import StandIn
from workflows.vocabulary import Role

_ASIDE = frozenset({Role.ADMINISTRATOR, Role.DESIGNER, Role.AUDITOR})
_NO_TIES = frozenset({"none", "same_team_12m", "mentor_24m", "direct_superior"})


class ConcernsThem(Invalid):
    """Nobody works on a case about themselves."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("The case is about %(name)s; give the user task to somebody else.", name=name)
        )


class CannotSignIn(Invalid):
    """A user task in the hands of somebody without an account is never done."""

    def __init__(self, username: str) -> None:
        super().__init__(
            Sentence("%(username)s has no account and could not do it.", username=username)
        )


class SeesNoCases(Invalid):
    """Whoever keeps accounts, models or books has no part in cases about people."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("The office of %(name)s has no part in cases; name somebody else.", name=name)
        )


class RelatedToThem(Invalid):
    """Nobody works on a case about his family."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(
                "%(name)s is related to whom the case is about; give the user task to somebody"
                " else.",
                name=name,
            )
        )


@dataclass(frozen=True)
class Handover:
    """That a user task is to go from one person to another, and by what."""

    user_task_id: int
    giver: str
    receiver: str
    reason: str
    absence_id: int | None = None
    delegation_id: int | None = None


def is_personal(user_task: UserTask, case: CaseFacts) -> bool:
    """
    Say whether only its assignee can do a user task: the subject's own, or a judgement.

    Whoever judges was chosen and has declared his conflicts of interest; nobody else has.
    """
    is_judging = user_task.duty in JUDGING_DUTIES or user_task.form_key in JUDGING_FORMS
    return is_judging or user_task.assignee in case.subjects


def must_suit(session: Session, case: CaseFacts, username: str, *, now: datetime) -> str:
    """
    Return the name of somebody who may take on a user task of a case.

    Raises:
        CannotSignIn: There is no such account, or it was stopped.
        SeesNoCases: It is one of an administrator, designer or auditor only.
        ConcernsThem: The case is about this person.
        RelatedToThem: The case is about a relative.

    """
    try:
        actor = accounts.actor_of(session, username)
    except accounts.UnknownAccount as unknown:
        raise CannotSignIn(username) from unknown
    name = actor.name
    if actor.roles and actor.groups <= _ASIDE:
        raise SeesNoCases(name)
    if username in case.subjects:
        raise ConcernsThem(name)
    for subject in sorted(case.subjects):
        try:
            tie = people.relation(session, username, subject, now=now)
        except UnknownPerson:
            continue  # An account without a personnel file has no ties on file.
        if tie not in _NO_TIES:
            raise RelatedToThem(name)
    return name


def hand_over(
    session: Session, handover: Handover, *, actor: Actor = SYSTEM, now: datetime
) -> UserTask | None:
    """
    Let somebody do a user task for another, unless only that other may.

    Raises:
        NotFound: There is no such user task.
        Conflict: It is done, or a duty in the case excludes one of them.
        Invalid: The receiver has no account, or the case is about him or his family.

    """
    # What the case says of people must not change between the check and the handover.
    transitions.lock_by_user_task(session, handover.user_task_id)
    user_task = user_tasks.get(session, handover.user_task_id)
    case = case_facts.load(session, user_task.instance_id, now=now)
    receives_again = handover.receiver in user_task.on_behalf_of
    if receives_again or is_personal(user_task, case):
        return None
    must_suit(session, case, handover.receiver, now=now)
    passed = passing_on.pass_on(
        session,
        user_task.id,
        giver=handover.giver,
        receiver=handover.receiver,
        actor=actor,
        now=now,
        reason=handover.reason,
    )
    _note(session, handover, now)
    return passed


def try_out(session: Session, handover: Handover | None, *, now: datetime) -> bool:
    """Hand a user task over where that is allowed; say whether it was."""
    if handover is None:
        return False
    try:
        return hand_over(session, handover, now=now) is not None
    except UnderstudyError:
        return False  # It stays where it is; being late is told like any other lateness.


def give_back(
    session: Session, stand_in_id: int, *, actor: Actor = SYSTEM, now: datetime
) -> UserTask | None:
    """Give one user task back to whom it belongs, unless it is done or work on it has begun."""
    stand_in = session.get_one(StandIn, stand_in_id)
    if stand_in.ended_at is not None:
        return None
    stand_in.ended_at = now
    session.flush()
    return passing_on.take_back(
        session,
        stand_in.user_task_id,
        giver=stand_in.giver,
        actor=actor,
        now=now,
        reason="The time for which it was handed over has ended.",
    )


def of_absence(session: Session, absence_id: int) -> Sequence[int]:
    """Return the numbers of what is done for somebody because of one absence."""
    query = select(StandIn.id).where(StandIn.absence_id == absence_id, StandIn.ended_at.is_(None))
    return session.scalars(query).all()


def of_delegation(session: Session, delegation_id: int) -> Sequence[int]:
    """Return the numbers of what is done for somebody because of one delegation."""
    query = select(StandIn.id).where(
        StandIn.delegation_id == delegation_id, StandIn.ended_at.is_(None)
    )
    return session.scalars(query).all()


def can_sign_in(session: Session, username: str) -> bool:
    """Say whether somebody has an account that works."""
    try:
        accounts.actor_of(session, username)
    except accounts.UnknownAccount:
        return False
    return True


def _note(session: Session, handover: Handover, now: datetime) -> None:
    """Keep by what a user task was handed over; it ends what its giver gave away before."""
    session.execute(
        update(StandIn)
        .where(
            StandIn.user_task_id == handover.user_task_id,
            StandIn.giver == handover.giver,
            StandIn.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    session.add(
        StandIn(
            user_task_id=handover.user_task_id,
            giver=handover.giver,
            receiver=handover.receiver,
            absence_id=handover.absence_id,
            delegation_id=handover.delegation_id,
            given_at=now,
        )
    )
    session.flush()
