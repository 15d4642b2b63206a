"""Give an open user task of a case to somebody else, for whoever is in charge of the case."""

from datetime import datetime

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import case_facts, permissions, stand_ins
from workflows.actors import Actor
from workflows.case_access import case_access
from workflows.case_facts import CaseFacts
from workflows.engine import user_tasks
from workflows.engine.failures import UserTaskNotFound
from workflows.engine.tables import UserTask
from workflows.errors import NotAllowed
from workflows.permissions import Action


class NotToHandOver(NotAllowed):
    """What the subject must do, or what a protected person does, stays where it is."""

    def __init__(self, name: str) -> None:
        super().__init__(Sentence("You may not give “%(name)s” to somebody else.", name=name))


def may_hand_over(actor: Actor, case: CaseFacts, user_task: UserTask) -> bool:
    """Say whether the actor may give a user task of a case to somebody else."""
    if not permissions.allows(actor, Action.REASSIGN, case):
        return False
    # Consent and the like are the subject's own; judges are not to be exchanged by whoever
    # may not even know them.
    holder = user_task.assignee
    return holder not in case.subjects and not case_access(actor, case).hides(holder)


def hand_over(
    session: Session,
    case_id: int,
    user_task_id: int,
    *,
    to: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> UserTask:
    """
    Give a user task of a case to the person with this username.

    Raises:
        NotFound: The case has no such user task, or the actor may not know of it.
        NotAllowed: The actor is not in charge, or the user task stays where it is.
        Conflict: It is done, or the person holds a duty that excludes it.
        Invalid: The case is about the person or a relative, or the account or the reason
            is missing.

    """
    case = case_facts.load(session, case_id, now=now)
    permissions.check(actor, Action.REASSIGN, case)
    user_task = user_tasks.get(session, user_task_id)
    if user_task.instance_id != case_id:
        raise UserTaskNotFound(user_task_id)
    if not may_hand_over(actor, case, user_task):
        raise NotToHandOver(user_task.name)
    stand_ins.must_suit(session, case, to, now=now)
    return user_tasks.reassign(
        session, user_task_id, assignee=to, actor=actor, now=now, reason=reason
    )
