"""The data that a step which failed works with, and how people in charge correct them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.engine import commands, incidents_beside, journal, json_data, places, transitions
from workflows.engine.compiled import CompiledBundle
from workflows.engine.forms import FormDocument
from workflows.engine.occasion import Occasion
from workflows.engine.tables import UserTask
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    EditData,
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
        form: The form in which somebody entered what was brought, where there is one.

    """

    seen: Mapping[str, Any]
    brought: Mapping[str, Any]
    form: FormDocument | None = None

    @property
    def values(self) -> Mapping[str, Any]:
        """Return everything by name; what the step brought outweighs what was there."""
        return {**self.seen, **self.brought}

    def split(self, changes: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """
        Return the process data to change, and all that the step is to bring then.

        Raises:
            FormRefused: The form does not accept what would be entered.

        """
        around = {name: value for name, value in changes.items() if name not in self.brought}
        within = {name: value for name, value in changes.items() if name in self.brought}
        if not within:
            return around, self.brought
        brought = {**self.brought, **within}
        if self.form is None:
            return around, brought
        filled = {name: value for name, value in brought.items() if value is not None}
        return around, self.form.validate(filled, {**self.seen, **around})


def of_incident(
    session: Session, incident: Any, state: bytes | None, bundle: CompiledBundle
) -> Material | None:
    """Return what a retry would work with; nothing where no element reads data any more."""
    if not reads_data(incident):
        return None
    seen = places.seen_by(state, incident.token_id, bundle.executable)
    if seen is None:
        return None
    command = commands.from_json(incident.command)
    form = _form(session, incident, command, bundle, state)
    return Material(seen, _brought_by(command), form)


def reads_data(incident: Any) -> bool:
    """Say whether an incident is about an element, and not about what stands beside it."""
    is_beside = incident.command.get("kind") in incidents_beside.KINDS
    return incident.token_id is not None and not is_beside


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
    if not reads_data(incident):
        raise Invalid(
            Sentence("This incident has no element that reads data; nothing was changed.")
        )
    changes = json_data.checked(data)
    material = of_incident(session, incident, case.values["state"], case.bundle)
    if material is None:
        raise Conflict(Sentence("The case has gone on; there is nothing left to do again."))
    around, brought = material.split(changes)
    if around:
        transitions.move(session, case, EditData(incident.token_id, around), occasion)
    journal.audit(
        session,
        occasion.actor.username,
        "incident.edit",
        "incident",
        incident.id,
        at=occasion.now,
        data={"reason": reason, "names": sorted(changes)},
    )
    return _bringing(commands.from_json(incident.command), brought)


def _brought_by(command: Command) -> Mapping[str, Any]:
    """Return the named values that a command carries."""
    place = _CARRIES.get(type(command))
    return dict(getattr(command, place)) if place else {}


def _bringing(command: Command, values: Mapping[str, Any]) -> Command:
    """Return the command with other values, where it carries any."""
    place = _CARRIES.get(type(command))
    return replace(command, **{place: values}) if place else command  # type: ignore[arg-type]


def _form(
    session: Session, incident: Any, command: Command, bundle: CompiledBundle, state: bytes | None
) -> FormDocument | None:
    """Return the form of the open user task whose completion failed."""
    if not isinstance(command, CompleteUserTask):
        return None
    key = session.scalar(
        select(UserTask.form_key).where(
            UserTask.instance_id == incident.instance_id,
            UserTask.token_id == command.token_id,
            UserTask.state == "open",
        )
    )
    if key is None:
        return None
    return places.form_of(bundle, state, command.token_id, key)
