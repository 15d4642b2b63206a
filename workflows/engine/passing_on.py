"""User tasks that one person does for another: handed over, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import duties, entities, holding, journal, outbox, transitions
from workflows.engine.failures import NotForYou, one_of
from workflows.engine.tables import Draft, UserTask, UserTaskCandidate

HANDED_OVER = "user_task_handed_over"

_user_task = table_of(UserTask)
_candidate = table_of(UserTaskCandidate)


def pass_on(
    session: Session,
    user_task_id: int,
    *,
    giver: str,
    receiver: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> UserTask:
    """
    Let another person do a user task for the one who holds it.

    The receiver is bound by the duties of everybody for whom it is done, now
    and when it is completed.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.
        NotForYou: The giver does not hold it.
        DutyConflict: One of them holds a duty in the case that excludes this one.

    """
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    if row.assignee != giver:
        raise NotForYou(row.name, row.assignee or one_of(row.candidate_groups))
    behalf = [*row.on_behalf_of, giver]
    duties.must_keep_all(session, row, (receiver, *behalf))
    return _write(session, row, receiver, behalf, actor=actor, now=now, reason=reason)


def take_back(
    session: Session,
    user_task_id: int,
    *,
    giver: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> UserTask | None:
    """
    Give a user task back to one for whom it is done, unless work on it has begun.

    Nothing happens when it is closed, was given to somebody else since, or
    when the one who holds it has a draft of it.

    Raises:
        UserTaskNotFound: There is none.

    """
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.row(session, user_task_id)
    if row.state != "open" or giver not in row.on_behalf_of or _has_begun(session, row):
        return None
    behalf = row.on_behalf_of[: row.on_behalf_of.index(giver)]
    return _write(session, row, giver, behalf, actor=actor, now=now, reason=reason)


def offer(
    session: Session,
    user_task_id: int,
    groups: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> UserTask:
    """
    Take a user task from whoever holds it and offer it to groups, these from now on.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.

    """
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    changed: dict[str, Any] = {
        "assignee": None,
        "is_claimed": False,
        "on_behalf_of": [],
        "candidate_groups": list(groups),
    }
    session.execute(update(_user_task).where(_user_task.c.id == row.id).values(**changed))
    session.execute(delete(_candidate).where(_candidate.c.user_task_id == row.id))
    session.execute(
        insert(_candidate),
        [
            {"group_name": group, "user_task_id": row.id, "inbox_at": row.inbox_at}
            for group in groups
        ],
    )
    facts = {"from": row.assignee, "groups": list(groups), "reason": reason}
    journal.audit(
        session, actor.username, "user_task.offer", "user_task", row.id, at=now, data=facts
    )
    return entities.present(session, UserTask, {**vars(row), **changed})


def _has_begun(session: Session, row: Any) -> bool:
    """Say whether the one who holds a user task has typed something into its form."""
    return bool(
        session.scalar(
            select(exists().where(Draft.user_task_id == row.id, Draft.username == row.assignee))
        )
    )


def _write(
    session: Session,
    row: Any,
    username: str,
    behalf: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> UserTask:
    """Write who holds a user task and for whom, tell that person, and leave a trace."""
    changed = {"assignee": username, "is_claimed": False, "on_behalf_of": list(behalf)}
    session.execute(update(_user_task).where(_user_task.c.id == row.id).values(**changed))
    facts = {"from": row.assignee, "to": username, "for": list(behalf), "reason": reason}
    journal.audit(
        session, actor.username, "user_task.hand_over", "user_task", row.id, at=now, data=facts
    )
    outbox.notify(
        session,
        f"{row.instance_id}:{row.id}:{uuid4().hex}",
        username,
        {
            "event": HANDED_OVER,
            "user_task_id": row.id,
            "instance_id": row.instance_id,
            "name": row.name,
        },
        now=now,
    )
    return entities.present(session, UserTask, {**vars(row), **changed})
