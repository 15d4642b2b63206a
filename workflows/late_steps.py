"""User tasks that are late in the cases about some people, without the names of who judges."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.case_access import scope_instances
from workflows.case_facts import SUBJECT_TEXT
from workflows.case_list import IS_WITH_JUDGE
from workflows.engine.tables import Duty, Instance, UserTask


@dataclass(frozen=True)
class LateStep:
    """
    An open user task whose time is over.

    Attributes:
        assignee: Who has it; nobody where a group is asked, and where somebody judges.
        is_with_judge: Somebody has it whose name is not told here, not even to heads.
        is_own: The reader could do it.

    """

    instance_id: int
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    due_at: datetime
    is_with_judge: bool = False
    is_own: bool = False


def of_subjects(
    session: Session, actor: Actor, usernames: Select[Any], *, now: datetime
) -> Mapping[str, Sequence[LateStep]]:
    """
    Return what is late by whom the case is about, the latest first, in one statement.

    Only cases count of which the actor may know.
    """
    query: Select[*tuple[Any, ...]] = (
        select(
            Duty.username,
            UserTask.instance_id,
            UserTask.name,
            UserTask.assignee,
            UserTask.candidate_groups,
            UserTask.due_at,
            IS_WITH_JUDGE.label("is_with_judge"),
        )
        .join(Instance, Instance.id == UserTask.instance_id)
        .join(Duty, Duty.instance_id == Instance.id)
        .where(Duty.duty == SUBJECT_TEXT, Duty.username.in_(usernames))
        .where(UserTask.state == "open", UserTask.due_at < now)
        .order_by(UserTask.due_at, UserTask.id)
    )
    found: defaultdict[str, list[LateStep]] = defaultdict(list)
    for row in session.execute(scope_instances(query, actor, now=now)):
        found[row.username].append(_step(row, actor))
    return found


def _step(row: Row[Any], actor: Actor) -> LateStep:
    """Return a step as its reader may see it: who judges stays unnamed."""
    is_mine = row.assignee == actor.username
    is_secret = row.is_with_judge and not is_mine
    groups = tuple(row.candidate_groups)
    is_offered = row.assignee is None and not actor.groups.isdisjoint(groups)
    return LateStep(
        instance_id=row.instance_id,
        name=row.name,
        assignee=None if is_secret else row.assignee,
        candidate_groups=() if is_secret or row.assignee else groups,
        due_at=row.due_at,
        is_with_judge=is_secret,
        is_own=is_mine or is_offered,
    )
