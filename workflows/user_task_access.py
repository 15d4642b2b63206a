"""Who may touch a user task, and whom a refusal may name: the same for pages and calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from workflows import case_facts, permissions
from workflows.actors import Actor
from workflows.case_access import View, case_access, only_watches
from workflows.engine import user_tasks
from workflows.engine.failures import RefusalByName, UserTaskNotFound
from workflows.engine.tables import UserTask
from workflows.errors import NotFound
from workflows.permissions import Action, UserTaskFacts


@contextmanager
def touching(
    session: Session, user_task_id: int, *, actor: Actor, now: datetime
) -> Iterator[UserTask]:
    """
    Open what an actor does to a user task: first whether he may know of it, then the engine.

    Raises:
        UserTaskNotFound: There is none, or the actor may not know of it.
        NotAllowed: The actor may know of it, but it is not his to do.

    """
    user_task = user_tasks.get(session, user_task_id)
    _require(session, user_task, actor=actor, now=now)
    try:
        yield user_task
    except RefusalByName as refusal:
        facts = case_facts.load(session, user_task.instance_id, now=now)
        if case_access(actor, facts).hides(refusal.by):
            raise refusal.unnamed() from None
        raise


def _require(session: Session, user_task: UserTask, *, actor: Actor, now: datetime) -> None:
    """
    Let pass whoever holds a user task, is offered it, or sees the whole case.

    The engine refuses the latter by name; everybody else learns from no answer
    whether there is such a user task, or who has done it.
    """
    is_mine = user_task.assignee == actor.username
    if is_mine and not only_watches(actor):
        return
    case = case_facts.load(session, user_task.instance_id, now=now)
    groups = frozenset(user_task.candidate_groups)
    facts = UserTaskFacts(case, user_task.assignee, groups)
    if not only_watches(actor):
        if case_access(actor, case).view is View.WHOLE:
            return
        if actor.username not in case.subjects and not actor.groups.isdisjoint(groups):
            return  # it stands in the actor's own inbox, or did before somebody was faster
    try:
        permissions.check(actor, Action.WORK_ON, facts)
    except NotFound:
        raise UserTaskNotFound(user_task.id) from None
