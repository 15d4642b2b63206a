"""Questions that are open, by whom they wait for and what they are about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from workflows.engine.prepared import Prepared
from workflows.engine.tables import UserTask
from workflows.question_tables import Question

_MOST_AT_ONCE = 500
_TO_RUN_ON = Prepared(
    select(Question.id)
    .where(Question.ended_at.is_(None), Question.runs_on_at <= bindparam("now"))
    .order_by(Question.runs_on_at)
    .limit(bindparam("limit", type_=Integer())),
    of_entities=True,
)


def waiting_for(session: Session, username: str, *, limit: int = 20) -> Sequence[Question]:
    """Return the open questions to a person, the oldest first, in one statement."""
    query = (
        select(Question)
        .join(UserTask, UserTask.id == Question.user_task_id)
        .where(Question.asked_of == username, Question.ended_at.is_(None), UserTask.state == "open")
    )
    return session.scalars(query.order_by(Question.id).limit(limit)).all()


def of_user_task(session: Session, user_task_id: int) -> Question | None:
    """Return the open question about a user task."""
    query = select(Question).where(
        Question.user_task_id == user_task_id, Question.ended_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def history(session: Session, user_task_id: int) -> Sequence[Question]:
    """Return every question about a user task, in order."""
    query = select(Question).where(Question.user_task_id == user_task_id)
    return session.scalars(query.order_by(Question.id)).all()


def of_case(session: Session, instance_id: int) -> Sequence[Question]:
    """Return the open questions about the user tasks of a case."""
    query = select(Question).where(Question.instance_id == instance_id, Question.ended_at.is_(None))
    return session.scalars(query.order_by(Question.id)).all()


def to_run_on(session: Session, now: datetime) -> Sequence[int]:
    """Return the numbers of the questions that were not answered in time."""
    return [number for (number,) in _TO_RUN_ON.rows(session, now=now, limit=_MOST_AT_ONCE)]
