"""Reading one case: everything that a page shows of it, as far as the reader may see it."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from workflows import case_facts, naming, permissions
from workflows.actors import Actor
from workflows.case_access import CaseAccess, View, case_access
from workflows.case_facts import CaseFacts
from workflows.engine import instances
from workflows.engine.tables import (
    DecisionRecord,
    DefinitionVersion,
    HistoryEvent,
    Incident,
    Instance,
    Subscription,
    Timer,
    UserTask,
)
from workflows.paging import Page, newest_first
from workflows.permissions import Action

# What the subject of a case reads of its story: how far it is, never who judges.
STATUS_EVENTS: tuple[str, ...] = ("instance_started", "activity_completed", "instance_completed")
MAIN_EVENTS: tuple[str, ...] = (
    "instance_started",
    "activity_completed",
    "activity_cancelled",
    "user_task_rescheduled",
    "instance_migrated",
    "instance_moved",
    "timer_fired",
    "message_received",
    "signal_received",
    "condition_met",
    "decision_made",
    "incident_opened",
    "incident_resolved",
    "instance_completed",
    "instance_cancelled",
)
EVERY_EVENT: tuple[str, ...] = (*MAIN_EVENTS, "activity_started", "gateway_taken")


@dataclass(frozen=True)
class MadeDecision:
    """A decision of a case, with the step that asked for it."""

    record: DecisionRecord
    step: str
    is_about_one_person: bool  # made once for each of several people, such as conflicts


@dataclass(frozen=True)
class CaseReading:
    """One case at one moment, and how much of it this reader sees."""

    instance: Instance
    process_name: str
    facts: CaseFacts
    access: CaseAccess
    user_tasks: list[UserTask]
    timers: list[Timer]
    messages: list[Subscription]
    incidents: list[Incident]
    decisions: list[MadeDecision]

    @property
    def is_over(self) -> bool:
        """Say whether the case has ended."""
        return self.instance.ended_at is not None

    @property
    def data(self) -> dict[str, Any]:
        """Return the process data, empty for whoever may not read them."""
        return dict(self.instance.data) if self.access.sees_data else {}


def read(session: Session, actor: Actor, instance_id: int, *, now: datetime) -> CaseReading:
    """
    Return a case as an actor may see it, in a fixed number of statements.

    Raises:
        NotFound: There is none, or the actor may not know of it.

    """
    facts = case_facts.load(session, instance_id, now=now)
    permissions.check(actor, Action.SEE_CASE, facts)
    access = case_access(actor, facts)
    instance = instances.get(session, instance_id)
    open_tasks = select(UserTask).where(UserTask.instance_id == instance_id)
    return CaseReading(
        instance=instance,
        process_name=_process_name(session, instance),
        facts=facts,
        access=access,
        user_tasks=_all(
            session,
            open_tasks.where(UserTask.state == "open").order_by(
                UserTask.due_at.is_(None), UserTask.due_at, UserTask.id
            ),
        ),
        timers=_all(session, select(Timer).where(Timer.instance_id == instance_id)),
        messages=_all(session, select(Subscription).where(Subscription.instance_id == instance_id)),
        incidents=_all(
            session,
            select(Incident).where(
                Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
            ),
        ),
        decisions=_decisions(session, instance_id, access) if access.sees_data else [],
    )


def timeline(
    session: Session,
    reading: CaseReading,
    *,
    milestones: Collection[str],
    everything: bool = False,
    limit: int = 30,
    cursor: str | None = None,
) -> Page[HistoryEvent]:
    """
    Return what happened in a case, newest first, in one statement.

    `milestones` are the elements whose end is worth a line when the reader
    did not ask for everything: what people do, and whole stages.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    query = select(HistoryEvent).where(HistoryEvent.instance_id == reading.instance.id)
    query = _worth_a_line(query, reading, milestones, everything=everything)
    return newest_first(session, query, HistoryEvent.seq, limit=limit, cursor=cursor)


def worked_on(session: Session, reading: CaseReading) -> frozenset[str]:
    """Return the elements of all user tasks that a case ever had."""
    wanted = select(UserTask.element_id).where(UserTask.instance_id == reading.instance.id)
    return frozenset(session.scalars(wanted.distinct()))


def _worth_a_line(
    query: Select[HistoryEvent],
    reading: CaseReading,
    milestones: Collection[str],
    *,
    everything: bool,
) -> Select[HistoryEvent]:
    """Leave of the events what this reader may see and wants to see."""
    event = HistoryEvent
    types = EVERY_EVENT if everything else MAIN_EVENTS
    if reading.access.view is View.STATUS:
        # The stages are those of the outermost process; its events name no other.
        query = query.where(event.data["process"].as_string().is_(None))
        everything, types = False, STATUS_EVENTS
    query = query.where(event.type.in_(types))
    if everything:
        return query.where(or_(event.type != "gateway_taken", event.name.is_not(None)))
    is_end = event.type.in_(("activity_completed", "activity_cancelled"))
    return query.where(or_(~is_end, event.element_id.in_(milestones)))


def names_for(
    session: Session, reading: CaseReading, usernames: Iterable[str | None], *, pseudonym: str
) -> dict[str, str]:
    """
    Return what to call people on the pages of a case, by username.

    Whoever must stay unnamed gets `pseudonym` and a number that stays the
    same for this case and tells nothing about the person.
    """
    hidden = reading.access.hidden
    asked = {username for username in usernames if username}
    names = naming.names_of(session, asked - hidden)
    ordered = sorted(hidden, key=lambda username: _blurred(reading.instance.id, username))
    names |= {name: f"{pseudonym} {number}" for number, name in enumerate(ordered, start=1)}
    return names


def _blurred(instance_id: int, username: str) -> bytes:
    """Return an order of people that follows from nothing that readers know."""
    return hashlib.blake2b(f"{instance_id}\0{username}".encode(), digest_size=8).digest()


def _process_name(session: Session, instance: Instance) -> str:
    """Return the name of the process that a case runs."""
    name = session.scalar(
        select(DefinitionVersion.name).where(
            DefinitionVersion.kind == "process",
            DefinitionVersion.key == instance.definition_key,
            DefinitionVersion.version == instance.definition_version,
        )
    )
    return name or instance.definition_key


def _decisions(session: Session, instance_id: int, access: CaseAccess) -> list[MadeDecision]:
    """Return the decisions of a case, newest first; those about one judge only to few."""
    rows = session.execute(
        select(DecisionRecord, HistoryEvent.name, HistoryEvent.data)
        .join(
            HistoryEvent,
            (HistoryEvent.instance_id == DecisionRecord.instance_id)
            & (HistoryEvent.seq == DecisionRecord.seq),
            isouter=True,
        )
        .where(DecisionRecord.instance_id == instance_id)
        .order_by(DecisionRecord.id.desc())
    )
    made = [
        MadeDecision(record, name or record.decision_key, "instance" in (data or {}))
        for record, name, data in rows
    ]
    return [each for each in made if access.sees_reviewers or not each.is_about_one_person]


def _all(session: Session, query: Select[Any]) -> list[Any]:
    """Return every row of a query."""
    found: Sequence[Any] = session.scalars(query).all()
    return list(found)
