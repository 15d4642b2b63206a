"""Drafts: what a person typed into the form of a user task and has not submitted yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import insert_or, table_of
from workflows.engine import json_data, user_tasks
from workflows.engine.failures import AlreadyCompleted, NoLongerOpen
from workflows.engine.tables import Draft


def save_draft(
    session: Session,
    user_task_id: int,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Keep what a person has typed so far; only fields of the form are kept, unchecked.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.
        NoLongerOpen: The case went on without it.
        DataRefused: The data are too large, or no JSON.

    """
    user_task = user_tasks.get(session, user_task_id)
    if user_task.state == "completed":
        raise AlreadyCompleted(user_task.name, by=user_task.completed_by, at=user_task.completed_at)
    if user_task.state != "open":
        raise NoLongerOpen(user_task.name, at=user_task.completed_at)
    form = user_tasks.form(session, user_task)
    names = form.fields if form else {}
    kept = json_data.checked(
        {name: data[name] for name in names if name in data}, what=Sentence("The draft")
    )
    values = {"data": kept, "saved_at": now}
    session.execute(
        insert_or(session, table_of(Draft))
        .values(user_task_id=user_task_id, username=actor.username, **values)
        .on_conflict_do_update(index_elements=["user_task_id", "username"], set_=values)
    )


def draft(session: Session, user_task_id: int, *, actor: Actor) -> dict[str, Any]:
    """Return what a person has typed so far into the form of a user task."""
    kept = session.scalar(
        select(Draft.data).where(
            Draft.user_task_id == user_task_id, Draft.username == actor.username
        )
    )
    return dict(kept or {})
