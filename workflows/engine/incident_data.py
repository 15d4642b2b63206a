"""The data that a step which failed works with, and how people in charge correct them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine import commands, incidents_beside, journal, json_data, places, transitions
from workflows.engine.compiled import CompiledBundle
from workflows.engine.occasion import Occasion
from workflows.engine.tables import UserTask
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    EditData,
    TokenNotWaiting,
)
from workflows.engine.transitions import LockedCase
from workflows.errors import Conflict, Invalid

# Where each kind of command keeps what it writes into the case.
_CARRIES: Mapping[type, str] = {
    CompleteUserTask: "data",
    DeliverMessage: "payload",
    CompleteService: "result",
}


@dataclass(frozen=True)
class Material:
    """
    What a step that failed works with.

    Attributes:
        seen: Process data, as its element sees them.
        brought: What came with the step itself, such as the fields of a form; it
            is written into the case when the step succeeds.

    """

    seen: Mapping[str, Any]
    brought: Mapping[str, Any]

    @property
    def values(self) -> Mapping[str, Any]:
        """Return everything by name; what the step brought outweighs what was there."""
        return {**self.seen, **self.brought}


def of_incident(incident: Any, state: bytes | None, bundle: CompiledBundle) -> Material | None:
    """Return what a retry would work with; nothing where no element reads data any more."""
    if incident.token_id is None or incident.command.get("kind") in incidents_beside.KINDS:
        return None
    seen = places.seen_by(state, incident.token_id, bundle.executable)
    if seen is None:
        return None
    return Material(seen, brought_by(commands.from_json(incident.command)))


def brought_by(command: Command) -> Mapping[str, Any]:
    """Return the named values that a command carries."""
    place = _CARRIES.get(type(command))
    return dict(getattr(command, place)) if place else {}


def corrected(
    session: Session,
    case: LockedCase,
    incident: Any,
    data: Mapping[str, Any],
    *,
    occasion: Occasion,
    reason: str,
) -> Command:
    """
    Replace values where the element that failed reads them; return the command to give again.

    What came with the step itself is corrected there, and its form judges it as it
    judged the first. The audit tells which names were changed, never to which value.

    Raises:
        Invalid: No element reads data, or they cannot be kept.
        FormRefused: The form of the user task does not accept what would be entered.
        Conflict: The case has gone on.

    """
    if incident.token_id is None or incident.command.get("kind") in incidents_beside.KINDS:
        raise Invalid("This incident has no element that reads data; nothing was changed.")
    changed = json_data.checked(data)
    command = commands.from_json(incident.command)
    brought = brought_by(command)
    around = {name: value for name, value in changed.items() if name not in brought}
    if around:
        try:
            transitions.move(session, case, EditData(incident.token_id, around), occasion)
        except TokenNotWaiting as gone:
            raise Conflict("The case has gone on; there is nothing left to do again.") from gone
    if len(around) < len(changed):
        within = {name: value for name, value in changed.items() if name in brought}
        command = _carrying(session, case, command, {**brought, **within})
    journal.audit(
        session,
        occasion.actor.username,
        "incident.edit",
        "incident",
        incident.id,
        at=occasion.now,
        data={"reason": reason, "names": sorted(changed)},
    )
    return command


def _carrying(
    session: Session, case: LockedCase, command: Command, values: Mapping[str, Any]
) -> Command:
    """Return a command with other values; those of a user task must fit its form."""
    if isinstance(command, CompleteUserTask):
        filled = {name: value for name, value in values.items() if value is not None}
        values = _accepted(session, case, command.token_id, filled)
    return replace(command, **{_CARRIES[type(command)]: values})  # type: ignore[arg-type]


def _accepted(
    session: Session, case: LockedCase, token_id: int, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what the form of an open user task makes of values."""
    key = session.scalar(
        select(UserTask.form_key).where(
            UserTask.instance_id == case.id,
            UserTask.token_id == token_id,
            UserTask.state == "open",
        )
    )
    if key is None:
        return values
    executable = case.bundle.executable
    seen = places.seen_by(case.values["state"], token_id, executable) or case.values["data"]
    return case.bundle.forms[key].validate(values, seen)
