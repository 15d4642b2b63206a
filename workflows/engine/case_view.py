"""What there is to see of a case: where it is, who waits for whom, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine.failures import CaseNotFound
from workflows.engine.tables import HistoryEvent, Incident, Instance, Subscription, Timer, UserTask

MOST_EVENTS = 1_000


@dataclass(frozen=True)
class Wait:
    """
    One thing that a case waits for.

    Attributes:
        kind: `user_task`, `timer`, `message`, `signal`, `condition` or `incident`.
        who: Usernames or groups that must act; empty for what no person does.

    """

    kind: str
    element_id: str | None
    name: str
    who: tuple[str, ...]
    since: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class InstanceView:
    """A case with all that is open in it."""

    instance: Instance
    user_tasks: Sequence[UserTask]
    incidents: Sequence[Incident]
    waits: Sequence[Wait]
    completed_elements: frozenset[str]

    @property
    def status(self) -> str:
        """Return the status of the case."""
        return self.instance.status

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the process data of the outermost scope."""
        return self.instance.data

    @property
    def active_elements(self) -> frozenset[str]:
        """Return the ids of the elements of the outermost process at which the case is."""
        return frozenset(self.instance.active_elements)


def view(session: Session, instance_id: int) -> InstanceView:
    """
    Return a case with all that is open in it, in a fixed number of statements.

    Raises:
        CaseNotFound: There is no such case.

    """
    instance = session.get(Instance, instance_id, populate_existing=True)
    if instance is None:
        raise CaseNotFound(instance_id)
    user_tasks = session.scalars(
        select(UserTask)
        .where(UserTask.instance_id == instance_id, UserTask.state == "open")
        .order_by(UserTask.inbox_at, UserTask.id)
        .execution_options(populate_existing=True)
    ).all()
    incidents = session.scalars(
        select(Incident)
        .where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    ).all()
    return InstanceView(
        instance=instance,
        user_tasks=user_tasks,
        incidents=incidents,
        waits=[*_waits_for_people(user_tasks, incidents), *_waits_for_events(session, instance_id)],
        completed_elements=_completed_elements(session, instance_id),
    )


def history(
    session: Session, instance_id: int, after: int = 0, limit: int = 100
) -> list[HistoryEvent]:
    """Return what happened in a case in order, behind the event of this number."""
    return list(
        session.scalars(
            select(HistoryEvent)
            .where(HistoryEvent.instance_id == instance_id, HistoryEvent.seq > after)
            .order_by(HistoryEvent.seq)
            .limit(max(1, min(limit, MOST_EVENTS)))
        )
    )


def _completed_elements(session: Session, instance_id: int) -> frozenset[str]:
    """Return the ids of the elements that the case has completed at least once."""
    completed = session.scalars(
        select(HistoryEvent.element_id)
        .where(
            HistoryEvent.instance_id == instance_id,
            HistoryEvent.type == "activity_completed",
            HistoryEvent.element_id.is_not(None),
        )
        .distinct()
    )
    return frozenset(element for element in completed if element)


def _waits_for_people(user_tasks: Sequence[UserTask], incidents: Sequence[Incident]) -> list[Wait]:
    """Return what people must do: first mend what failed, then complete user tasks."""
    waits = [
        Wait("incident", incident.element_id, incident.message, (), incident.opened_at, None)
        for incident in incidents
    ]
    waits += [
        Wait(
            "user_task",
            one.element_id,
            one.name,
            (one.assignee,) if one.assignee else tuple(one.candidate_groups),
            one.created_at,
            one.due_at,
        )
        for one in user_tasks
    ]
    return waits


def _waits_for_events(session: Session, instance_id: int) -> list[Wait]:
    """Return the messages, signals, conditions and moments that a case waits for."""
    waits = [
        Wait(row.kind, row.element_id, row.message_name, (), row.created_at, None)
        for row in session.execute(
            select(
                Subscription.kind,
                Subscription.element_id,
                Subscription.message_name,
                Subscription.created_at,
            )
            .where(Subscription.instance_id == instance_id)
            .order_by(Subscription.id)
        )
    ]
    waits += [
        Wait("timer", row.element_id, row.element_id, (), None, row.due_at)
        for row in session.execute(
            select(Timer.element_id, Timer.due_at)
            .where(Timer.instance_id == instance_id)
            .order_by(Timer.due_at, Timer.id)
        )
    ]
    return waits
