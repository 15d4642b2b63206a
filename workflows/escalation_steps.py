"""
Taking a step of an escalation chain: telling people, or giving them the user task.

Each step is taken once, by the watch over user tasks or earlier by somebody in charge. The
user task changes hands only where the decision says so and whoever gets it may do it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import (
    absences,
    audit,
    case_facts,
    escalation_chain,
    escalations,
    groups,
    people,
    permissions,
    sla_notices,
    stand_ins,
    units,
)
from workflows.actors import SYSTEM, Actor
from workflows.case_facts import CaseFacts
from workflows.database import insert_or, table_of
from workflows.desk_tables import Escalation
from workflows.engine import compiled, holding, outbox, transitions, user_tasks
from workflows.engine.failures import UserTaskNotFound
from workflows.engine.instances import ReasonMissing
from workflows.engine.tables import UserTask
from workflows.errors import Conflict, UnderstudyError
from workflows.escalation_chain import Step
from workflows.groups import POOL_MANAGER
from workflows.people import UnknownPerson
from workflows.permissions import Action
from workflows.vocabulary import Role, Tier

BY_PROCESS = "process"  # the model of the process escalates by a timer of its own
EVENT = "escalated"

_escalation = table_of(Escalation)
# Whose superior, and how far above.
_HEADS: Mapping[str, tuple[str, int]] = {
    "superior": ("assignee", 0),
    "second_superior": ("assignee", 1),
    "head": ("subject", 0),
    "head_superior": ("subject", 1),
}


class ChainOver(Conflict):
    """Everybody along the chain knows."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("“%(name)s” was escalated to the end of its chain already.", name=name)
        )


def escalate(
    session: Session, case_id: int, user_task_id: int, *, reason: str, actor: Actor, now: datetime
) -> list[str]:
    """
    Take the next step of a user task's chain before its time; return who was told.

    Raises:
        NotFound: The case has no such user task, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: It is done, or its chain is over.
        ReasonMissing: The reason is empty.

    """
    permissions.check(actor, Action.UNBLOCK, case_facts.load(session, case_id, now=now))
    user_task = user_tasks.get(session, user_task_id)
    if user_task.instance_id != case_id:
        raise UserTaskNotFound(user_task_id)
    if not reason.strip():
        raise ReasonMissing
    transitions.lock_by_user_task(session, user_task_id)
    holding.open_row(session, user_task_id)
    step = escalation_chain.following(session, user_task, now)
    if step is None:
        raise ChainOver(user_task.name)
    return take(session, user_task_id, step.number, actor=actor, why=reason, now=now)


def take(
    session: Session,
    user_task_id: int,
    number: int,
    *,
    actor: Actor = SYSTEM,
    why: str = "",
    now: datetime,
) -> list[str]:
    """
    Take one step of the chain of a user task, unless that was done; return who was told.

    What the model of the process tells by a timer of its own is noted, and told by nobody else.
    """
    user_task = session.get_one(UserTask, user_task_id, populate_existing=True)
    chain = escalation_chain.chains(session, [user_task], now)[user_task_id]
    step = next((one for one in chain if one.number == number), None)
    if step is None or user_task.state != "open":
        return []
    case = case_facts.load(session, user_task.instance_id, now=now)
    by_process = actor == SYSTEM and number == 1 and _tells_itself(session, user_task)
    told = [] if by_process else _people(session, step.to, user_task, case, now)
    gives = step.gives and bool(told) and not stand_ins.is_personal(user_task, case)
    row = {
        "to": BY_PROCESS if by_process else step.to,
        "people": told,
        "gives": gives,
        "by": actor.username,
        "why": why.strip()[:400],
        "at": now,
    }
    if not _note(session, user_task, number, row):
        return []
    if gives:
        _give(session, user_task, step, told, case, actor=actor, now=now)
    _tell(session, user_task, number, told, gives=gives, now=now)
    facts = {"step": number, "to": row["to"], "people": told, "reason": row["why"]}
    audit.record(
        session, "user_task.escalate", "user_task", user_task_id, actor=actor, now=now, **facts
    )
    return told


def _note(session: Session, user_task: UserTask, number: int, row: Mapping[str, Any]) -> bool:
    """Write down that a step is taken; say whether it was not before."""
    key = {"user_task_id": user_task.id, "step": number, "instance_id": user_task.instance_id}
    statement = insert_or(session, _escalation).values(**key, **row).on_conflict_do_nothing()
    return session.execute(statement.returning(_escalation.c.step)).first() is not None


def _people(
    session: Session, to: str, user_task: UserTask, case: CaseFacts, now: datetime
) -> list[str]:
    """
    Return who hears of a step, without whom the case is about; HR where there is nobody.

    Who judges is confidential: of such user tasks only the pool managers hear.
    """
    if sla_notices.is_judging(user_task):
        found: Sequence[str | None] = groups.members_of(session, POOL_MANAGER)
    elif to == "substitute":
        found = [_substitute(session, user_task.assignee, now)]
    elif to in _HEADS:
        whose, rank = _HEADS[to]
        named = [user_task.assignee] if whose == "assignee" else sorted(case.subjects)
        found = [_above(session, username, rank) for username in named]
    else:
        found = groups.members_of(session, to)
    workers = set(sla_notices.workers_of(session, user_task))
    others = [name for name in dict.fromkeys(found) if name and name not in case.subjects]
    others = [name for name in others if name not in workers]
    return others or [
        name for name in groups.members_of(session, Role.HR) if name not in case.subjects
    ]


def _above(session: Session, username: str | None, rank: int) -> str | None:
    """Return a superior of a person; the last one where there are not so many."""
    if username is None:
        return None
    try:
        chain = units.superiors(session, people.by_username(session, username))
    except UnknownPerson:
        return None
    return chain[min(rank, len(chain) - 1)] if chain else None


def _substitute(session: Session, username: str | None, now: datetime) -> str | None:
    """Return who stands in for somebody today."""
    absence = username and absences.under_way(session, username, now.date())
    return absence.substitute if absence else None


def _tells_itself(session: Session, user_task: UserTask) -> bool:
    """Say whether the model of the process escalates by a timer of its own."""
    executable = compiled.of_case(session, user_task.instance_id)[1].executable
    return sla_notices.has_own_timer(executable, user_task.element_id, Tier.ESCALATE)


def _give(
    session: Session,
    user_task: UserTask,
    step: Step,
    told: Sequence[str],
    case: CaseFacts,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Offer a user task to a group, or give it to the first who may do it; else all keep it."""
    if step.to not in (*_HEADS, "substitute"):
        escalations.offer(session, user_task, step.to)
        return
    for username in told:
        try:
            stand_ins.must_suit(session, case, username, now=now)
            with session.begin_nested():
                user_tasks.reassign(
                    session,
                    user_task.id,
                    assignee=username,
                    actor=actor,
                    now=now,
                    reason="Escalated",
                )
        except UnderstudyError:
            continue
        return


def _tell(
    session: Session,
    user_task: UserTask,
    number: int,
    told: Sequence[str],
    *,
    gives: bool,
    now: datetime,
) -> None:
    """Post a notice, with its mail, to everybody of a step."""
    about = "user_task_id" if gives else "about_user_task_id"
    payload = {
        "event": EVENT,
        "instance_id": user_task.instance_id,
        "name": user_task.name,
        about: user_task.id,
    }
    for username in told:
        letter = f"{EVENT}:{user_task.id}:{number}:{sha256(username.encode()).hexdigest()[:16]}"
        outbox.notify(session, letter, username, payload, now=now)
