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
class Used:
    """
    How much working time a user task has used, in days.

    Attributes:
        allowed: Its service level; nothing where it is not due at any time.
        time: The working time of whoever has it.
        lost: What questions cost that are over.

    """

    elapsed: float
    allowed: float | None
    time: working_time.WorkingTime
    lost: float = 0.0


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
    found = used(session, [one for one in user_tasks if one.due_at is not None], calendar, now)
    if not found:
        return {}
    model = model_of(session, DECISION)
    return {number: _tier(model, one, now) for number, one in found.items()}


def used(
    session: Session, user_tasks: Sequence[UserTask], calendar: WorkingCalendar, now: datetime
) -> dict[int, Used]:
    """
    Return how much of its time each user task has used, in two statements.

    Days on which its assignee is away do not count, nor the time of open questions.
    """
    timed = list(user_tasks)
    if not timed:
        return {}
    first = working_time.today(calendar, min(one.created_at for one in timed))
    last = working_time.today(calendar, max(one.due_at or now for one in timed))
    last = max(last, working_time.today(calendar, now))
    off = absences.days_off(session, [one.assignee for one in timed], first, last)
    lost = _lost(session, [one.id for one in timed])
    return {
        one.id: _used(
            one,
            working_time.of(calendar, off.get(one.assignee or "", _NO_DAYS)),
            lost.get(one.id, _Lost()),
            now,
        )
        for one in timed
    }


def _used(user_task: UserTask, time: working_time.WorkingTime, lost: _Lost, now: datetime) -> Used:
    """Return how much of its time one user task has used."""
    until = user_task.paused_at or now
    elapsed = time.days(user_task.created_at, until) - lost.over / _A_DAY
    allowed = None
    if user_task.due_at is not None:
        whole = time.days(user_task.created_at, user_task.due_at)
        allowed = round(max(whole - lost.granted / _A_DAY, 0.0), 6)
    return Used(round(max(elapsed, 0.0), 6), allowed, time, lost.over / _A_DAY)


def _tier(model: DecisionModel, found: Used, now: datetime) -> Tier:
    """Ask the decision for the tier of one user task."""
    inputs: dict[str, Any] = {
        "elapsed_working_days": found.elapsed,
        "sla_working_days": found.allowed or 0.0,
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


def model_of(session: Session, decision: str) -> DecisionModel:
    """Return a decision in force, or the one that comes with the product."""
    found = definitions.in_force(session, "decision", decision)
    if found is not None:
        file = found.file
        return compiled.decision_model(found.content_hash, file.content, file.name)
    name = f"{decision}.dmn"
    content = decisions.packaged()[name]
    return compiled.decision_model(f"packaged {name}", content, name)
