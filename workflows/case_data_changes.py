"""Changing the data of a running case takes two: one person asks, and another one approves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import audit, case_requests, second_persons
from workflows.actors import Actor
from workflows.desk_tables import DataRequest
from workflows.engine import compiled, data_changes, json_data, transitions
from workflows.engine.data_changes import CannotChange, DataGone, Store
from workflows.engine.failures import CaseChanged
from workflows.engine.foreseen import Foreseen
from workflows.engine.instances import ReasonMissing
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.engine.transition import EditData, WorkingCalendar

CHANGED = "changed"
LONGEST_REASON = 400
# The engine answers for who started a case; ids lead to records that are not process data.
_OF_THE_ENGINE = "started_by"
_LEADS_TO_RECORDS = ("_id", "_ids")


@dataclass(frozen=True)
class DataChange:
    """
    Values to be written where a scope of a case keeps its data, and why.

    Attributes:
        version: That of the case when its data were looked at; nothing where the values
            that are replaced were compared in another way.

    """

    scope: int
    values: Mapping[str, Any]
    reason: str = ""
    version: int | None = None


def is_fixed(name: str) -> bool:
    """Say whether a value cannot be changed by hand."""
    return name == _OF_THE_ENGINE or name.endswith(_LEADS_TO_RECORDS)


def look(session: Session, case_id: int, *, actor: Actor, now: datetime) -> tuple[Store, ...]:
    """
    Return every place of a case that keeps data.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor may not change data.

    """
    case_requests.must_be_allowed(session, DataRequest, case_id, actor=actor, now=now)
    instance, bundle = compiled.of_case(session, case_id)
    return data_changes.stores(instance.state, bundle.executable)


def foresee(session: Session, case_id: int, change: DataChange, occasion: Occasion) -> Foreseen:
    """
    Return what a change would bring at once; nothing is changed.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor may not change data.
        DataGone: Nothing waits there any more.
        CannotChange: The case cannot take the change.

    """
    case_requests.must_be_allowed(
        session, DataRequest, case_id, actor=occasion.actor, now=occasion.now
    )
    _must_be_free(change.values)
    instance, bundle = compiled.of_case(session, case_id)
    store = data_changes.store_of(instance.state, bundle.executable, change.scope)
    command = EditData(store.token, dict(change.values))
    return data_changes.foresee(command, instance.state, bundle.executable, occasion)


def ask(
    session: Session, case_id: int, change: DataChange, *, four_eyes: bool, occasion: Occasion
) -> DataRequest | None:
    """
    Ask for a change; without a second person it is made at once, and nothing is returned.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor may not change data.
        Conflict: Somebody has asked already, or the case has gone on since it was looked at.
        CannotChange: The case cannot take the change.
        ReasonMissing: The reason is empty.

    """
    actor, now = occasion.actor, occasion.now
    case = case_requests.must_be_allowed(session, DataRequest, case_id, actor=actor, now=now)
    locked = transitions.lock(session, case_id)
    if change.version not in (None, locked.values["version"]):
        raise CaseChanged(case_id)
    if not change.reason.strip():
        raise ReasonMissing
    change = replace(change, values=json_data.checked(change.values))
    foresee(session, case_id, change, occasion)
    if not four_eyes:
        _make(session, case_id, change, occasion, asked_by=actor.username)
        return None
    case_requests.must_be_first(session, DataRequest, case_id)
    store = _store(session, case_id, change.scope)
    request = _request(case_id, change, store, occasion)
    session.add(request)
    session.flush()
    _note(session, "case.data_asked", request, actor, now)
    second_persons.tell_of_case(
        session, second_persons.DATA, request.id, case, store.name, actor=actor, now=now
    )
    return request


def approve(
    session: Session, case_id: int, *, actor: Actor, now: datetime, calendar: WorkingCalendar
) -> Instance:
    """
    Approve the change that somebody else asked for: it is made.

    Raises:
        NotFound: There is no such case or request, or the actor may not know of it.
        NotAllowed: The actor may not change data, or asked for it.
        DataGone: The values are not what they were; decline it.
        CannotChange: The case cannot take the change.

    """
    request = case_requests.to_decide(session, DataRequest, case_id, actor=actor, now=now)
    case_requests.must_be_another(request, actor)
    if not still_stands(request, _store(session, case_id, request.scope)):
        raise DataGone
    change = DataChange(request.scope, dict(request.after), request.why)
    _close(session, request, CHANGED, actor=actor, now=now)
    occasion = Occasion(actor, now, calendar)
    return _make(session, case_id, change, occasion, asked_by=request.asked_by)


def decline(session: Session, case_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Decline a change that was asked for, or take the own request back.

    Raises:
        NotFound: There is no such case or request, or the actor may not know of it.
        NotAllowed: The actor may not change data.

    """
    request = case_requests.to_decide(session, DataRequest, case_id, actor=actor, now=now)
    _note(session, "case.data_declined", request, actor, now)
    _close(session, request, case_requests.DECLINED, actor=actor, now=now)


def still_stands(request: DataRequest, store: Store | None) -> bool:
    """Say whether what a request would replace is still what it was when it was asked for."""
    return store is not None and _replaced(store, request.after) == request.before


def _request(case_id: int, change: DataChange, store: Store, occasion: Occasion) -> DataRequest:
    """Return a request with the values that it would replace."""
    return DataRequest(
        instance_id=case_id,
        scope=change.scope,
        before=_replaced(store, change.values),
        after=change.values,
        why=change.reason.strip()[:LONGEST_REASON],
        asked_by=occasion.actor.username,
        asked_at=occasion.now,
    )


def _replaced(store: Store, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what other values would replace."""
    return {name: store.values[name] for name in after if name in store.values}


def _make(
    session: Session, case_id: int, change: DataChange, occasion: Occasion, *, asked_by: str
) -> Instance:
    """Change the data of a case, and write down who asked for it."""
    changed = data_changes.change(session, case_id, change.scope, change.values, occasion)
    audit.record(
        session,
        "case.data_changed",
        "instance",
        case_id,
        actor=occasion.actor,
        now=occasion.now,
        names=sorted(change.values),
        reason=change.reason,
        asked_by=asked_by,
    )
    return changed


def _note(session: Session, action: str, request: DataRequest, actor: Actor, now: datetime) -> None:
    """Write down what was asked for, by the names of the values only."""
    audit.record(
        session,
        action,
        "instance",
        request.instance_id,
        actor=actor,
        now=now,
        names=sorted(request.after),
        reason=request.why,
        asked_by=request.asked_by,
    )


def _close(
    session: Session, request: DataRequest, outcome: str, *, actor: Actor, now: datetime
) -> None:
    """Write down how a request was decided, and keep its values no longer."""
    request.before, request.after = {}, {}
    case_requests.close(session, request, outcome, actor=actor, now=now)


def _store(session: Session, case_id: int, scope: int) -> Store:
    """Return a place of a case that keeps data."""
    instance, bundle = compiled.of_case(session, case_id)
    return data_changes.store_of(instance.state, bundle.executable, scope)


def _must_be_free(values: Mapping[str, Any]) -> None:
    """
    Pass where nobody tries to change what is not changed by hand.

    Raises:
        CannotChange: One of the names stands for a record, or for the engine's own.

    """
    for name in values:
        if is_fixed(name):
            raise CannotChange(
                Sentence(
                    "“%(name)s” leads to a record or is kept by the engine; it stays as it is.",
                    name=name,
                )
            )
