"""The way past an element that failed: what led to it is done, and only it is left out."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.engine import commands, transitions
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import BoundaryEvent, Node
from workflows.engine.occasion import Occasion
from workflows.engine.runtime.activities import SKIPPABLE
from workflows.engine.tables import Subscription, Timer, UserTask
from workflows.engine.transition import Command, SkipToken
from workflows.engine.transitions import LockedCase
from workflows.errors import Invalid


class CannotBeSkipped(Invalid):
    """The element decides where the case goes on; there is nothing to leave out."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” decides where the case goes on, so it cannot be skipped. Try again with"
            " other data, or cancel the case."
        )


def way_past(
    session: Session, case: LockedCase, incident: Any, occasion: Occasion
) -> tuple[Command, Occasion]:
    """
    Return what must be done so that the case goes on without the element that failed.

    Where the element itself waits, it is withdrawn. Where it lies behind, the
    command that failed is given again, by whoever gave it.

    Raises:
        Invalid: There is no element that could be skipped.

    """
    if incident.token_id is None:
        raise Invalid("This incident has no element that could be skipped; cancel the case.")
    transitions.follow_latest(session, case)  # The element may lie in a version just published.
    node = _node(case.bundle.executable, incident.element_id)
    place = _waits_at(session, case.id, incident.token_id)
    if node is None or place in (node.id, incident.element_id):
        return SkipToken(incident.token_id), occasion
    if not isinstance(node, SKIPPABLE):
        raise CannotBeSkipped(node.name or node.id)
    who = str(incident.command.get("actor", occasion.actor.username))
    skips = frozenset((*incident.command.get("skips", ()), node.id))
    return commands.from_json(incident.command), replace(
        occasion, actor=Actor(who, who), skips=skips
    )


def _node(executable: ExecutableProcess, element_id: str | None) -> Node | None:
    """Return the node that failed, in the process or in one that it calls; of a border its host."""
    for model in executable.models:
        node = model.nodes.get(element_id or "")
        if node is not None:
            return model.nodes[node.attached_to] if isinstance(node, BoundaryEvent) else node
    return None


def _waits_at(session: Session, instance_id: int, token_id: int) -> str | None:
    """Return the element at which a token waits."""
    tables = (UserTask, Timer, Subscription)
    places = (
        select(table.element_id).where(table.instance_id == instance_id, table.token_id == token_id)
        for table in tables
    )
    return session.scalar(union_all(*places).limit(1))
