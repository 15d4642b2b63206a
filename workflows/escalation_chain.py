"""
The chain along which a user task escalates that nobody does: who hears next, and when.

The decision `escalation_chain` names the steps by process and pool; each is taken once, see
`escalation_steps`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.dmn import DecisionModel
from workflows import service_level
from workflows.desk_tables import Escalation
from workflows.engine.tables import Instance, UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.service_level import Used

DECISION = "escalation_chain"
STAGES = ("first", "second", "third", "fourth", "fifth")
NOBODY = "nobody"


@dataclass(frozen=True)
class Step:
    """
    One step of a chain.

    Attributes:
        to: A word for somebody (`substitute`, `superior`, `second_superior`, `head`,
            `head_superior`), or the name of a group.
        after: Per cent of the service level, or working days since the task was opened.

    """

    number: int
    to: str
    after: float
    in_days: bool
    gives: bool

    def is_reached(self, used: Used) -> bool:
        """Say whether so much time is over."""
        if self.in_days:
            return used.elapsed >= self.after
        if used.allowed is None:
            return False
        return used.elapsed > 0 and 100 * used.elapsed >= self.after * used.allowed

    def moment(self, user_task: UserTask, used: Used) -> datetime | None:
        """Return when it is taken; nothing where that is not known."""
        if user_task.paused_at is not None or (used.allowed is None and not self.in_days):
            return None
        days = self.after if self.in_days else self.after / 100 * (used.allowed or 0.0)
        return used.time.add(user_task.created_at, timedelta(days=days + used.lost))


@dataclass(frozen=True)
class Standing:
    """How far a user task has escalated: the last step taken, and the next with its moment."""

    last: Escalation | None
    following: Step | None
    at: datetime | None


def due(
    session: Session, rows: Sequence[UserTask], calendar: WorkingCalendar, now: datetime
) -> list[tuple[int, int]]:
    """Return the steps that are to be taken now, as pairs of user task and number."""
    found = service_level.used(session, rows, calendar, now)
    found_chains, taken = chains(session, rows, now), _taken(session, found)
    return [
        (one.id, step.number)
        for one in rows
        for step in found_chains[one.id]
        if (one.id, step.number) not in taken and step.is_reached(found[one.id])
    ]


def standings(
    session: Session, rows: Sequence[UserTask], calendar: WorkingCalendar, now: datetime
) -> Mapping[int, Standing]:
    """Return how far user tasks have escalated, in a fixed number of statements."""
    if not rows:
        return {}
    found = service_level.used(session, rows, calendar, now)
    found_chains, taken = chains(session, rows, now), _taken(session, found)
    standing = {}
    for one in rows:
        mine = [each for (number, _), each in taken.items() if number == one.id]
        last = max(mine, key=lambda each: (each.at, each.step), default=None)
        following = _following(found_chains[one.id], {each.step for each in mine})
        at = following.moment(one, found[one.id]) if following else None
        standing[one.id] = Standing(last, following, at)
    return standing


def following(session: Session, user_task: UserTask, now: datetime) -> Step | None:
    """Return the step of a user task that comes next; nothing where its chain is over."""
    taken = {number for _, number in _taken(session, [user_task.id])}
    return _following(chains(session, [user_task], now)[user_task.id], taken)


def _following(chain: Sequence[Step], taken: set[int]) -> Step | None:
    """Return the first step that was not taken, behind those that were."""
    last = max(taken, default=0)
    return next((one for one in chain if one.number > last), None)


def _taken(session: Session, ids: Any) -> Mapping[tuple[int, int], Escalation]:
    """Return the steps that were taken, by user task and number."""
    query = select(Escalation).where(Escalation.user_task_id.in_(list(ids)))
    return {(one.user_task_id, one.step): one for one in session.scalars(query)}


def chains(
    session: Session, rows: Sequence[UserTask], now: datetime
) -> Mapping[int, tuple[Step, ...]]:
    """Return the chain of each user task, in two statements."""
    if not rows:
        return {}
    model = service_level.model_of(session, DECISION)
    numbers = {one.instance_id for one in rows}
    query = select(Instance.id, Instance.data["pool"].as_string()).where(Instance.id.in_(numbers))
    pools = {number: pool or "" for number, pool in session.execute(query)}
    known: dict[tuple[str, str], tuple[Step, ...]] = {}
    found = {}
    for one in rows:
        key = (one.definition_key, pools[one.instance_id])
        if key not in known:
            known[key] = _chain(model, *key, now)
        found[one.id] = known[key]
    return found


def _chain(model: DecisionModel, process: str, pool: str, now: datetime) -> tuple[Step, ...]:
    """Ask the decision for the steps of one process and pool, until it names nobody."""
    steps = []
    for number, stage in enumerate(STAGES, start=1):
        inputs = {"stage": stage, "process": process, "pool": pool}
        answer: Any = model.evaluate(DECISION, inputs, now=now).output
        if not isinstance(answer, Mapping) or answer["to"] in (None, "", NOBODY):
            break
        steps.append(
            Step(
                number,
                str(answer["to"]),
                float(answer["after"] or 0),
                answer["unit"] == "days",
                bool(answer["gives"]),
            )
        )
    return tuple(steps)
