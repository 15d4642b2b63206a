"""Commands as plain data: an incident keeps the command that failed, so that it can be retried."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from workflows.engine.migrate_command import Migrate
from workflows.engine.move_command import Move
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    EditData,
    FailService,
    FireTimer,
    Reschedule,
    SkipToken,
    Start,
)

_KINDS: dict[str, type[Any]] = {
    "start": Start,
    "complete_user_task": CompleteUserTask,
    "fire_timer": FireTimer,
    "deliver_message": DeliverMessage,
    "complete_service": CompleteService,
    "fail_service": FailService,
    "skip": SkipToken,
    "edit_data": EditData,
    "reschedule": Reschedule,
    "migrate": Migrate,
    "move": Move,
}
_AROUND = ("kind", "actor", "skips", "place", "skip_asked")
_NAMES = {kind: name for name, kind in _KINDS.items()}


def name_of(command: Command) -> str:
    """Return the stable name of the kind of command."""
    return _NAMES[type(command)]


def token_of(command: Command) -> int | None:
    """Return the token that the command is for; one for the whole case has none."""
    return None if isinstance(command, Start | Migrate | Move) else command.token_id


def to_json(
    command: Command, actor: str, skips: Collection[str] = (), *, place: str | None = None
) -> dict[str, Any]:
    """Return the command, who gave it, what it should have passed by, and where it failed."""
    around: dict[str, Any] = {"skips": sorted(skips)} if skips else {}
    if place is not None:
        around["place"] = place
    return {"kind": name_of(command), "actor": actor, **around, **asdict(command)}


def from_json(stored: Mapping[str, Any]) -> Command:
    """Return the command that was stored."""
    facts = {name: value for name, value in stored.items() if name not in _AROUND}
    command: Command = _KINDS[stored["kind"]](**facts)
    return command


def from_row(row: Sequence[Any]) -> Command:
    """Return the command that stands in a row: its kind, then its fields in order."""
    kind, *values = row
    command: Command = _KINDS[kind](*values)
    return command
