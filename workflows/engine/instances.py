"""Cases: start them, cancel them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term, sentence_of
from workflows.actors import SYSTEM, Actor
from workflows.database import table_of
from workflows.engine import (
    compiled,
    entities,
    journal,
    json_data,
    stepping,
    transitions,
    waits,
    writes,
)
from workflows.engine.case_view import history, view
from workflows.engine.compiled import CompiledBundle
from workflows.engine.failures import CaseNotFound, StartRefused, TransitionFailed
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import StartEvent
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.stepping import Subject
from workflows.engine.tables import Bundle, DefinitionVersion, Incident, Instance
from workflows.engine.transition import Event, Outcome, Start, WorkingCalendar
from workflows.engine.transitions import LockedCase
from workflows.engine.user_task_rows import CaseFacts
from workflows.engine.waits import LiveRows
from workflows.errors import Conflict, Invalid, NotAllowed, NotFound, UnderstudyError

__all__ = ["ProcessNotFound", "cancel", "get", "history", "start", "view"]

_LONGEST_NAME = 200
_instance = table_of(Instance)
_IN_FORCE = Prepared(
    select(Bundle.id, Bundle.bundle_hash, DefinitionVersion.version)
    .join(DefinitionVersion, DefinitionVersion.id == Bundle.definition_version_id)
    .where(Bundle.process_key == bindparam("key"), Bundle.is_active)
)


class ProcessNotFound(NotFound):
    """No process in force has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no process “{key}”.")


class ReasonMissing(Invalid):
    """Interventions need a reason that later readers understand."""

    def __init__(self) -> None:
        super().__init__(Sentence("Enter the reason."))


def get(session: Session, instance_id: int) -> Instance:
    """
    Return a case as it is now.

    Raises:
        CaseNotFound: There is no such case.

    """
    instance = session.get(Instance, instance_id, populate_existing=True)
    if instance is None:
        raise CaseNotFound(instance_id)
    return instance


def start(
    session: Session,
    definition_key: str,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
    business_key: str | None = None,
    name: str | None = None,
    message_name: str | None = None,
    start_event: str | None = None,
) -> Instance:
    """
    Start a case of the version of a process that is in force.

    It begins at the plain start event, at the one of a message, or at the one
    whose id is given: that of a signal or timer.

    Raises:
        ProcessNotFound: No process in force has this key.
        FormRefused: The start form does not accept the data.
        DataRefused: The data are no JSON object, or too large, or the business
            key or the name holds what cannot be stored.
        StartRefused: The process cannot start with these data.

    """
    occasion = Occasion(actor, now, calendar)
    found = _in_force(session, definition_key)
    bundle = compiled.load(session, found.id, found.bundle_hash)
    process = bundle.executable.process
    is_plain = message_name is None and start_event is None
    if is_plain:
        _may_start(process, actor)
    start_id = process.start if is_plain else process.message_starts.get(message_name or "")
    command = Start(_accepted(bundle, data, start_id), message_name, start_event)
    values = {
        **_new(found, occasion),
        "definition_key": definition_key,
        "business_key": _business_key(business_key),
        "name": json_data.storable(name or "", "The name of the case")[:_LONGEST_NAME],
    }
    numbers = writes.insert_numbered(session, _instance, [values], "version")
    (values["id"],) = numbers.values()
    return _first_step(session, LockedCase(values, bundle), command, occasion)


def cancel(
    session: Session, instance_id: int, *, reason: str, actor: Actor, now: datetime
) -> Instance:
    """
    End a case before its time; its user tasks are withdrawn, its data stay.

    Raises:
        CaseNotFound: There is no such case.
        CaseEnded: It has ended already.
        ReasonMissing: The reason is empty.

    """
    if not reason.strip():
        raise ReasonMissing
    case = transitions.lock(session, instance_id)
    case.must_be_open()
    _withdraw(session, case, actor, now)
    last_seq = journal.append(
        session,
        case.id,
        _given_up(case, reason),
        after=case.values["last_seq"],
        at=now,
        actor=actor.username,
    )
    changed = {
        "status": "cancelled",
        "state": None,
        "active_elements": [],
        "version": case.values["version"] + 1,
        "last_seq": last_seq,
        "changed_at": now,
        "ended_at": now,
    }
    session.execute(update(_instance).where(_instance.c.id == case.id).values(**changed))
    journal.audit(
        session, actor.username, "case.cancel", "instance", case.id, at=now, data={"reason": reason}
    )
    return entities.present(session, Instance, {**case.values, **changed})


def _in_force(session: Session, key: str) -> Any:
    """Return the bundle that new cases of a process start with."""
    found = _IN_FORCE.found(session, key=key)
    if found is None:
        raise ProcessNotFound(key)
    return found


def _new(found: Any, occasion: Occasion) -> dict[str, Any]:
    """Return what is the same in the rows of all cases that begin with a bundle."""
    return {
        "definition_version": found.version,
        "bundle_id": found.id,
        "status": "running",
        "state": None,
        "data": {},
        "active_elements": [],
        "version": 0,
        "last_seq": 0,
        "started_by": occasion.actor.username,
        "started_at": occasion.now,
        "changed_at": occasion.now,
    }


def _first_step(session: Session, case: LockedCase, command: Start, occasion: Occasion) -> Instance:
    """Take the first step of a case that exists in this transaction only."""
    subject = Subject(case.id, case.values["business_key"], case.values["started_by"])
    try:
        progress = stepping.advance(
            session, case.bundle.executable, None, command, subject=subject, occasion=occasion
        )
        return transitions.save(
            session, case, command, progress, live=LiveRows(), occasion=occasion
        )
    except TransitionFailed as failure:
        if isinstance(failure.__cause__, NotAllowed | Conflict):
            # A service refused in its own words, and what to do about it is in its class.
            raise failure.__cause__ from failure
        raise StartRefused(
            Sentence("The case could not start: %(why)s", why=_why(failure))
        ) from failure


def _why(failure: TransitionFailed) -> str | Term:
    """Return why a case could not start: in the words of a service that refused, if one did."""
    if isinstance(failure.__cause__, UnderstudyError):
        return sentence_of(failure.__cause__)
    return Term("incident", failure.trouble.kind, failure.trouble.message)


def _may_start(process: ProcessModel, actor: Actor) -> None:
    """Check the groups that the model lets start it by hand."""
    groups = process.starter_groups
    if groups and actor.username != SYSTEM.username and actor.groups.isdisjoint(groups):
        raise NotAllowed(
            Sentence(
                "Only %(groups)s may start “%(process)s”.",
                groups=[Term("group", each) for each in groups],
                process=process.name or process.key,
            )
        )


def _accepted(
    bundle: CompiledBundle, data: Mapping[str, Any], start_id: str | None
) -> dict[str, Any]:
    """Return the data that a start accepts: the fields of its form, else any JSON object."""
    node = bundle.executable.process.nodes.get(start_id or "")
    form_key = node.form if isinstance(node, StartEvent) else None
    if form_key is None:
        return json_data.checked(data)
    return bundle.forms[form_key].validate(data)


def _business_key(text: str | None) -> str | None:
    """Return the business key, refusing one that does not fit."""
    if text is not None and len(text) > _LONGEST_NAME:
        raise Invalid(
            Sentence(
                "The business key is longer than %(longest_name)s characters.",
                longest_name=_LONGEST_NAME,
            )
        )
    return json_data.storable(text, "The business key") if text else None


def _given_up(case: LockedCase, reason: str) -> list[Event]:
    """Return what the history of a cancelled case tells: what was open, and why it ended."""
    open_places = case.values["active_elements"]
    return [
        *(Event("activity_cancelled", place) for place in open_places),
        Event("instance_cancelled", data={"reason": reason.strip()}),
    ]


def _withdraw(session: Session, case: LockedCase, actor: Actor, now: datetime) -> None:
    """Withdraw all that a cancelled case waits for, and close its incidents."""
    live = waits.read(session, case.id, actor.username)
    nothing = Outcome(None, case.values["data"], "cancelled", {}, {}, {}, (), (), ())
    waits.follow(session, CaseFacts(case.id, "", "", "", now), live, nothing)
    session.execute(
        update(table_of(Incident))
        .where(Incident.instance_id == case.id, Incident.resolved_at.is_(None))
        .values(resolved_at=now, resolved_by=actor.username, resolution="cancelled")
    )
