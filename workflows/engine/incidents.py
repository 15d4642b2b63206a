"""Incidents: what stopped a case, and the ways on: retry, with other data or not, skip, cancel."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import (
    commands,
    incident_data,
    incidents_beside,
    instances,
    outbox,
    skipping,
    transitions,
)
from workflows.engine.failures import (
    CaseNotFound,
    IncidentNotFound,
    IncidentResolved,
    TransitionFailed,
)
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Incident, Instance, Timer, UserTask
from workflows.engine.transition import (
    Command,
    CompleteUserTask,
    TokenNotWaiting,
    WorkingCalendar,
)
from workflows.engine.transitions import LockedCase
from workflows.errors import Conflict
from workflows.paging import Page, bounded, from_cursor, one_page


def open_list(session: Session, *, limit: int = 50, cursor: str | None = None) -> Page[Incident]:
    """
    Return one page of the open incidents, the oldest first.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = select(Incident).where(Incident.resolved_at.is_(None))
    if cursor is not None:
        query = query.where(Incident.id > from_cursor(cursor, int)[0])
    found = session.scalars(query.order_by(Incident.id).limit(limit + 1)).all()
    return one_page(found, limit, lambda last: (last.id,))


def of_case(session: Session, instance_id: int, incident_id: int) -> Incident:
    """
    Return an incident of a case.

    Raises:
        IncidentNotFound: The case has none with this number.

    """
    found = session.get(Incident, incident_id)
    if found is None or found.instance_id != instance_id:
        raise IncidentNotFound(incident_id)
    return found


def retry(
    session: Session,
    incident_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
    data: Mapping[str, Any] | None = None,
) -> Instance:
    """
    Do again what failed; when it fails again the incident stays open.

    The command keeps whoever gave it: a completed user task stays theirs.
    `data` replaces what the step works with: process data, and what it brought
    itself, such as the fields of a form. It is kept only if the retry succeeds.

    Raises:
        IncidentNotFound: There is none.
        IncidentResolved: Somebody was faster.
        TransitionFailed: It failed again.
        Invalid: Data were given, but the incident has no element that reads any.
        FormRefused: The form of the user task does not accept the data.

    """
    case, incident = _lock(session, incident_id, reason)
    with _keeping_the_command(incident):
        return _retry(
            session, case, incident, Occasion(actor, now, calendar), reason=reason, data=data or {}
        )


def _retry(
    session: Session,
    case: LockedCase,
    incident: Any,
    occasion: Occasion,
    *,
    reason: str,
    data: Mapping[str, Any],
) -> Instance:
    """Do again what failed in a locked case."""
    actor, now = occasion.actor, occasion.now
    command = None
    if data:
        command = incident_data.corrected(
            session, case, incident, data, occasion=occasion, reason=reason
        )
    if incident.command.get("kind") in incidents_beside.KINDS:
        incidents_beside.retry(session, case, incident, occasion)
        return incidents_beside.close(
            session, case, incident, actor, now=now, how="retried", why=reason
        )
    who = str(incident.command.get("actor", actor.username))
    command = command or commands.from_json(incident.command)
    session.execute(
        update(table_of(Timer))
        .where(Timer.instance_id == case.id, Timer.token_id == incident.token_id)
        .values(attempts=0, retry_at=None)
    )
    theirs = replace(occasion, actor=Actor(who, who))
    return _resolve(session, case, incident, command, theirs, how="retried", by=actor, why=reason)


@contextmanager
def _keeping_the_command(incident: Any) -> Iterator[None]:
    """Let a step that fails again leave the incident with the command as it was first given."""
    try:
        yield
    except TransitionFailed as failure:
        place = {"place": failure.trouble.command.get("place")}  # it may be another one now
        failure.trouble = replace(failure.trouble, command={**incident.command, **place})
        raise


def skip(
    session: Session,
    incident_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Instance:
    """
    Let the case go on as if the element that failed were done, without a result.

    What led to it is done as it was meant: a completed user task stays theirs.

    Raises:
        IncidentNotFound: There is none.
        IncidentResolved: Somebody was faster.
        Invalid: There is no element to skip, or it decides where the case goes on.
        TransitionFailed: The case cannot go on from there either.

    """
    case, incident = _lock(session, incident_id, reason)
    if incident.command.get("kind") == outbox.DELIVER_LETTER:
        outbox.drop(session, str(incident.command["letter"]), now=now)
        return incidents_beside.close(
            session, case, incident, actor, now=now, how="skipped", why=reason
        )
    command, occasion = skipping.way_past(session, case, incident, Occasion(actor, now, calendar))
    return _resolve(session, case, incident, command, occasion, how="skipped", by=actor, why=reason)


def cancel(
    session: Session, incident_id: int, *, reason: str, actor: Actor, now: datetime
) -> Instance:
    """
    End the case that the incident stopped.

    Raises:
        IncidentNotFound: There is none.
        IncidentResolved: Somebody was faster.

    """
    case, _ = _lock(session, incident_id, reason)
    return instances.cancel(session, case.id, reason=reason, actor=actor, now=now)


def retry_all(
    session: Session,
    instance_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
    data: Mapping[str, Any] | None = None,
) -> Instance:
    """
    Retry every open incident of a case, the first one with other data where there are any.

    Raises:
        CaseNotFound: There is no such case.
        Conflict: It has no open incident.
        TransitionFailed: Something failed again; nothing was changed.

    """
    if session.get(Instance, instance_id) is None:
        raise CaseNotFound(instance_id)
    found = session.scalars(
        select(Incident.id)
        .where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    ).all()
    if not found:
        raise Conflict(
            Sentence(
                "Case %(number)s has no open incident; there is nothing to retry.",
                number=str(instance_id),
            )
        )
    for incident_id in found:
        if _is_open(session, incident_id):
            retry(
                session,
                incident_id,
                reason=reason,
                actor=actor,
                now=now,
                calendar=calendar,
                data=data if incident_id == found[0] else None,
            )
    return instances.get(session, instance_id)


def _is_open(session: Session, incident_id: int) -> bool:
    """Say whether an incident is open: the retry of another one may have resolved it."""
    resolved_at = select(Incident.resolved_at).where(Incident.id == incident_id)
    return session.scalar(resolved_at) is None


def _lock(session: Session, incident_id: int, reason: str) -> tuple[LockedCase, Any]:
    """Lock the case of an incident and return both, refusing one that is resolved."""
    if not reason.strip():
        raise instances.ReasonMissing
    instance_id = session.scalar(select(Incident.instance_id).where(Incident.id == incident_id))
    if instance_id is None:
        raise IncidentNotFound(incident_id)
    case = transitions.lock(session, instance_id)
    incident = session.execute(
        select(*table_of(Incident).c).where(Incident.id == incident_id)
    ).one()
    if incident.resolved_at is not None:
        raise IncidentResolved(incident_id, incident.resolved_by)
    return case, incident


def _duties(
    session: Session, case: LockedCase, command: Command, occasion: Occasion
) -> tuple[tuple[str, str], ...]:
    """Return the duty that completing a user task gives to whoever completed it."""
    if not isinstance(command, CompleteUserTask):
        return ()
    duty = session.scalar(
        select(UserTask.duty).where(
            UserTask.instance_id == case.id, UserTask.token_id == command.token_id
        )
    )
    return ((duty, occasion.actor.username),) if duty else ()


def _resolve(
    session: Session,
    case: LockedCase,
    incident: Any,
    command: Command,
    occasion: Occasion,
    *,
    how: str,
    by: Actor,
    why: str,
) -> Instance:
    """Mark the incident, then let the case go on; a failure undoes both."""
    incidents_beside.mark(session, case, incident, occasion.now, how=how, by=by, why=why)
    try:
        return transitions.move(
            session, case, command, occasion, duties=_duties(session, case, command, occasion)
        )
    except TokenNotWaiting as gone:
        raise Conflict(
            Sentence("The case has gone on; there is nothing left to do again.")
        ) from gone
