"""How much of its time a user task has used: the tiers of the decision `sla_tier`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from rules import decisions
from rules.dmn import DecisionModel
from workflows import absences, working_time
from workflows.engine import compiled, definitions
from workflows.engine.tables import UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.question_tables import Question
from workflows.vocabulary import Tier

DECISION = "sla_tier"
_A_DAY = 86_400
_NO_DAYS: frozenset[date] = frozenset()


@dataclass(frozen=True)
class _Lost:
    """Working seconds that questions cost: granted altogether, and of those that are over."""

    granted: int = 0
    over: int = 0


def tiers(
    session: Session, user_tasks: Sequence[UserTask], calendar: WorkingCalendar, now: datetime
) -> dict[int, Tier]:
    """
    Return the tier of each user task that is due at some time, in three statements.

    Its time is that of its assignee: days on which he is away do not count, and
    neither does the time for which he waits for an answer.
    """
    timed = [one for one in user_tasks if one.due_at is not None]
    if not timed:
        return {}
    first = working_time.today(calendar, min(one.created_at for one in timed))
    last = working_time.today(calendar, max(one.due_at or now for one in timed))
    last = max(last, working_time.today(calendar, now))
    off = absences.days_off(session, [one.assignee for one in timed], first, last)
    lost = _lost(session, [one.id for one in timed])
    model = _model(session)
    return {
        one.id: _tier(
            model,
            one,
            working_time.of(calendar, off.get(one.assignee or "", _NO_DAYS)),
            lost.get(one.id, _Lost()),
            now,
        )
        for one in timed
    }


def _tier(
    model: DecisionModel,
    user_task: UserTask,
    time: working_time.WorkingTime,
    lost: _Lost,
    now: datetime,
) -> Tier:
    """Ask the decision for the tier of one user task."""
    until = user_task.paused_at or now
    elapsed = time.days(user_task.created_at, until) - lost.over / _A_DAY
    allowed = time.days(user_task.created_at, user_task.due_at or now) - lost.granted / _A_DAY
    inputs: dict[str, Any] = {
        "elapsed_working_days": round(max(elapsed, 0.0), 6),
        "sla_working_days": round(max(allowed, 0.0), 6),
    }
    return Tier(str(model.evaluate(DECISION, inputs, now=now).output))


def _lost(session: Session, ids: Sequence[int]) -> Mapping[int, _Lost]:
    """Return what questions cost each of some user tasks."""
    is_over = case((Question.runs_on_at.is_(None), Question.lost_seconds), else_=0)
    query = (
        select(
            Question.user_task_id,
            func.sum(Question.lost_seconds).label("granted"),
            func.sum(is_over).label("over"),
        )
        .where(Question.user_task_id.in_(ids))
        .group_by(Question.user_task_id)
    )
    return {
        row.user_task_id: _Lost(int(row.granted), int(row.over)) for row in session.execute(query)
    }


def _model(session: Session) -> DecisionModel:
    """Return the decision in force, or the one that comes with the product."""
    found = definitions.in_force(session, "decision", DECISION)
    if found is not None:
        file = found.file
        return compiled.decision_model(found.content_hash, file.content, file.name)
    name = f"{DECISION}.dmn"
    content = decisions.packaged()[name]
    return compiled.decision_model(f"packaged {name}", content, name)
