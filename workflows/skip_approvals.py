"""Skipping a step that failed takes two: one person asks, and another one approves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import audit, case_facts, naming, permissions, second_persons
from workflows.actors import Actor
from workflows.case_requests import OwnRequest
from workflows.database import table_of
from workflows.engine import compiled, incidents, stall_places, transitions
from workflows.engine.failures import IncidentNotFound, IncidentResolved
from workflows.engine.instances import ReasonMissing
from workflows.engine.tables import Incident, Instance
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict
from workflows.permissions import Action

_ASKED = "skip_asked"  # beside the command of the incident; a retry passes it over


class NobodyAsked(Conflict):
    """There is no request to approve."""

    def __init__(self) -> None:
        super().__init__(Sentence("Nobody has asked to skip this step."))


class AskedAlready(Conflict):
    """One request at a time is enough."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("%(name)s has asked for it already; somebody else must approve.", name=name)
        )


@dataclass(frozen=True)
class SkipRequest:
    """That somebody asks to skip the step of an incident."""

    incident_id: int
    by: str
    reason: str


def ask(
    session: Session, case_id: int, incident_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """
    Ask to let a case go on without the step that failed; those who may approve are told.

    Raises:
        NotFound: The case has no such incident, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: It is resolved, or somebody has asked already.
        ReasonMissing: The reason is empty.

    """
    incident = _open_in(session, case_id, incident_id, actor, now)
    if not reason.strip():
        raise ReasonMissing
    if known := request_for(incident):
        raise AskedAlready(naming.names_of(session, {known.by}).get(known.by, known.by))
    asked = {"by": actor.username, "reason": reason.strip()[:400]}
    session.execute(
        update(table_of(Incident))
        .where(Incident.id == incident_id)
        .values(command={**incident.command, _ASKED: asked})
    )
    session.refresh(incident)
    audit.record(
        session, "stalled.skip_asked", "incident", incident_id, actor=actor, now=now, **asked
    )
    case = case_facts.load(session, case_id, now=now)
    name = _step_of(session, incident)
    second_persons.tell_of_case(
        session, second_persons.SKIP, incident_id, case, name, actor=actor, now=now
    )


def approve(
    session: Session,
    case_id: int,
    incident_id: int,
    *,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Instance:
    """
    Approve what somebody else asked for: the case goes on without the step.

    Raises:
        NotFound: The case has no such incident, or the actor may not know of it.
        NotAllowed: The actor is not in charge, or asked for it.
        Conflict: It is resolved, or nobody asked.
        Invalid: The step cannot be skipped.
        TransitionFailed: The case cannot go on from there either.

    """
    incident = _open_in(session, case_id, incident_id, actor, now)
    asked = request_for(incident)
    if asked is None:
        raise NobodyAsked
    if asked.by == actor.username:
        raise OwnRequest
    facts = {"asked_by": asked.by, "reason": asked.reason}
    audit.record(
        session, "stalled.skip_approved", "incident", incident_id, actor=actor, now=now, **facts
    )
    return incidents.skip(
        session, incident_id, reason=asked.reason, actor=actor, now=now, calendar=calendar
    )


def requests(session: Session, incident_ids: Iterable[int]) -> Mapping[int, SkipRequest]:
    """Return what is asked for some incidents, by their numbers."""
    rows = session.scalars(select(Incident).where(Incident.id.in_(list(incident_ids))))
    found = (request_for(one) for one in rows)
    return {one.incident_id: one for one in found if one is not None}


def request_for(incident: Incident) -> SkipRequest | None:
    """Return what is asked for an incident."""
    asked = incident.command.get(_ASKED)
    return SkipRequest(incident.id, asked["by"], asked["reason"]) if asked else None


def _step_of(session: Session, incident: Incident) -> str:
    """Return what people call the step that failed."""
    executable = compiled.of_case(session, incident.instance_id)[1].executable
    return stall_places.name_of(executable, incident.element_id)


def _open_in(
    session: Session, case_id: int, incident_id: int, actor: Actor, now: datetime
) -> Incident:
    """Lock the case of an open incident that the actor is in charge of, and return it."""
    permissions.check(actor, Action.UNBLOCK, case_facts.load(session, case_id, now=now))
    transitions.lock(session, case_id)
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None or incident.instance_id != case_id:
        raise IncidentNotFound(incident_id)
    if incident.resolved_at is not None:
        raise IncidentResolved(incident_id, incident.resolved_by)
    return incident
