"""The desk for leavers: nothing that waits stays with somebody who is not there any more."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, bindparam, not_, or_, select, update
from sqlalchemy.orm import Session

from workflows import (
    absences,
    audit,
    case_facts,
    delegations,
    head_succession,
    people,
    questions,
    stand_ins,
)
from workflows import units as organisation
from workflows.account_tables import Account
from workflows.actors import SYSTEM
from workflows.case_facts import CaseFacts
from workflows.database import Database, run_after_commit
from workflows.engine import messages, passing_on, user_tasks
from workflows.engine.messages import NobodyWaits
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.tables import UserTask, UserTaskCandidate
from workflows.errors import UnderstudyError
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people import UnknownPerson
from workflows.people_tables import OrgUnit, Person
from workflows.presence import PRESENCE
from workflows.question_tables import Question
from workflows.stand_in_tables import Absence, Delegation, LeaverMove
from workflows.vocabulary import EmploymentStatus, MoveCause, Role
from workflows.working_time import today

logger = logging.getLogger(__name__)

MESSAGE = "person.left"  # what processes wait for; the correlation is the username
REASON = "Whoever held it has left."
MOST_AT_ONCE = 500
# Of a joined account and person: somebody cannot act any more.
_IS_GONE = or_(
    Account.username.is_(None),
    not_(Account.is_active),
    Person.employment_status == EmploymentStatus.LEFT,
)
_LIMIT = bindparam("limit", type_=Integer())
_HELD = Prepared(
    select(UserTask.id)
    .outerjoin(Account, Account.username == UserTask.assignee)
    .outerjoin(Person, Person.username == UserTask.assignee)
    .where(UserTask.state == "open", UserTask.assignee.is_not(None), _IS_GONE)
    .order_by(UserTask.instance_id)
    .limit(_LIMIT),
    of_entities=True,
)
_UNANSWERABLE = Prepared(
    select(Question.id)
    .outerjoin(Account, Account.username == Question.asked_of)
    .outerjoin(Person, Person.username == Question.asked_of)
    .where(Question.ended_at.is_(None), _IS_GONE)
    .order_by(Question.instance_id)
    .limit(_LIMIT),
    of_entities=True,
)


@dataclass(frozen=True)
class _Heir:
    """Somebody who may get a user task, and why this one."""

    username: str
    cause: MoveCause


def held(session: Session) -> Sequence[int]:
    """Return the open user tasks of people who left, or whose account does not work."""
    return [number for (number,) in _HELD.rows(session, limit=MOST_AT_ONCE)]


def unanswerable(session: Session) -> Sequence[int]:
    """Return the open questions to people who left."""
    return [number for (number,) in _UNANSWERABLE.rows(session, limit=MOST_AT_ONCE)]


def settle(session: Session, user_task_id: int, *, occasion: Occasion) -> LeaverMove | None:
    """
    Move one user task away from somebody who has left.

    It goes to whom it was done for, else to the substitute, the superiors, the
    groups of the user task that have members, or HR. What only the leaver could
    do, or judge, goes to no other person: a group decides who does it.
    """
    user_task = user_tasks.get(session, user_task_id)
    username = user_task.assignee
    if user_task.state != "open" or username is None:
        return None
    case = case_facts.load(session, user_task.instance_id, now=occasion.now)
    for heir in _heirs(session, user_task, case, username, occasion):
        if _passes(session, user_task, case, heir, occasion):
            return _note(session, user_task, username, heir.cause, occasion, receiver=heir.username)
    groups = list(user_task.candidate_groups)
    filled = [one for one in groups if one not in PRESENCE.empty(session, frozenset(groups))]
    cause = MoveCause.GROUPS if filled else MoveCause.HR
    offered = groups if filled else [Role.HR.value]
    passing_on.offer(
        session, user_task.id, offered, actor=occasion.actor, now=occasion.now, reason=REASON
    )
    return _note(session, user_task, username, cause, occasion, groups=offered)


def leave(
    session: Session, username: str, *, occasion: Occasion, is_announced: bool = False
) -> list[LeaverMove]:
    """
    Say that somebody has left: the account stops and all that is open moves, at once.

    Right after the commit the cases that wait for it hear the message, unless
    they have heard it already.

    Raises:
        UnknownPerson: No person has this username.

    """
    person = people.by_username(session, username)
    person.employment_status, person.post_id = EmploymentStatus.LEFT, None
    session.execute(update(Account).where(Account.username == username).values(is_active=False))
    session.execute(
        update(OrgUnit).where(OrgUnit.head_username == username).values(head_username=None)
    )
    session.flush()
    audit.record(
        session, "person.leave", "person", person.id, actor=occasion.actor, now=occasion.now
    )
    end_arrangements(session, username, occasion=occasion)
    head_succession.pass_on(session, username, occasion=occasion)
    query = select(UserTask.id).where(UserTask.state == "open", UserTask.assignee == username)
    moves = [
        settle(session, number, occasion=occasion)
        for number in session.scalars(query.order_by(UserTask.instance_id, UserTask.id)).all()
    ]
    asked = select(Question.id).where(Question.asked_of == username, Question.ended_at.is_(None))
    for number in session.scalars(asked.order_by(Question.instance_id)).all():
        questions.drop(session, number, occasion=occasion)
    if not is_announced:
        run_after_commit(session, lambda database: _announce(database, username, occasion))
    return [move for move in moves if move is not None]


def end_arrangements(session: Session, username: str, *, occasion: Occasion) -> None:
    """End what somebody who left delegates, and what is delegated to them."""
    query = select(Delegation).where(
        or_(Delegation.giver == username, Delegation.receiver == username),
        Delegation.ended_at.is_(None),
    )
    for delegation in session.scalars(query).all():
        delegations.end(session, delegation, actor=occasion.actor, now=occasion.now)


def moves(session: Session, *, limit: int = 50, cursor: str | None = None) -> Page[LeaverMove]:
    """
    Return what moved from leavers, the latest first.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = select(LeaverMove).order_by(LeaverMove.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(LeaverMove.id < from_cursor(cursor, int)[0])
    return one_page(session.scalars(query).all(), limit, lambda last: (last.id,))


def without_owner(session: Session, *, limit: int = 50) -> Sequence[UserTask]:
    """Return the open user tasks that nobody can do: a leaver's, or of groups without members."""
    offered = session.scalars(select(UserTaskCandidate.group_name).distinct()).all()
    empty = PRESENCE.empty(session, frozenset(offered))
    is_candidate = UserTaskCandidate.user_task_id == UserTask.id
    filled = select(UserTaskCandidate.user_task_id).where(
        is_candidate, UserTaskCandidate.group_name.not_in(empty)
    )
    nobody = (UserTask.assignee.is_(None), ~filled.exists())
    query = (
        select(UserTask)
        .outerjoin(Account, Account.username == UserTask.assignee)
        .outerjoin(Person, Person.username == UserTask.assignee)
        .where(UserTask.state == "open")
        .where(or_(nobody[0] & nobody[1], UserTask.assignee.is_not(None) & _IS_GONE))
    )
    return session.scalars(query.order_by(UserTask.id).limit(limit)).all()


def user_tasks_of(session: Session, numbers: Sequence[int]) -> Sequence[UserTask]:
    """Return the user tasks of these numbers, in one statement."""
    return session.scalars(select(UserTask).where(UserTask.id.in_(numbers))).all()


def _announce(database: Database, username: str, occasion: Occasion) -> None:
    """
    Tell the cases that wait for it that somebody has left; their trouble is not ours.

    Who noted the own leaving has no account any more that could tell them.
    """
    actor = SYSTEM if occasion.actor.username == username else occasion.actor
    try:
        with database.unit_of_work() as session:
            messages.send(
                session,
                MESSAGE,
                correlation=username,
                actor=actor,
                now=occasion.now,
                calendar=occasion.calendar,
            )
    except NobodyWaits:
        pass
    except UnderstudyError:
        logger.exception("a case could not go on without who left", extra={"person": username})


def _heirs(
    session: Session, user_task: UserTask, case: CaseFacts, username: str, occasion: Occasion
) -> list[_Heir]:
    """Return who may get a user task, the best first."""
    found = [_Heir(one, MoveCause.GIVER) for one in reversed(user_task.on_behalf_of)]
    if stand_ins.is_personal(user_task, case):
        return found
    query = select(Absence.substitute).where(
        Absence.username == username,
        Absence.substitute.is_not(None),
        or_(Absence.ended_at.is_(None), Absence.ended_at > occasion.now),
        Absence.last_day >= today(occasion.calendar, occasion.now),
    )
    substitutes = session.scalars(query.order_by(Absence.first_day, Absence.id)).all()
    found += [_Heir(one, MoveCause.SUBSTITUTE) for one in substitutes if one]
    try:
        chain = organisation.superiors(session, people.by_username(session, username))
    except UnknownPerson:
        chain = []
    return found + [_Heir(one, MoveCause.SUPERIOR) for one in chain]


def _passes(
    session: Session, user_task: UserTask, case: CaseFacts, heir: _Heir, occasion: Occasion
) -> bool:
    """Give a user task to somebody, if nothing in the case speaks against it."""
    actor, now = occasion.actor, occasion.now
    day = today(occasion.calendar, now)
    if absences.under_way(session, heir.username, day) is not None:
        return False
    try:
        stand_ins.must_suit(session, case, heir.username, now=now)
        user_tasks.reassign(
            session, user_task.id, assignee=heir.username, actor=actor, now=now, reason=REASON
        )
    except UnderstudyError:
        return False
    return True


def _note(
    session: Session,
    user_task: UserTask,
    username: str,
    cause: MoveCause,
    occasion: Occasion,
    *,
    receiver: str | None = None,
    groups: Sequence[str] = (),
) -> LeaverMove:
    """Keep where a user task went."""
    move = LeaverMove(
        username=username,
        user_task_id=user_task.id,
        receiver=receiver,
        candidate_groups=list(groups),
        cause=cause,
        moved_at=occasion.now,
    )
    session.add(move)
    session.flush()
    return move
