"""The way past an element that failed: what led to it is done, and only it is left out."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.engine import commands, places, transitions
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import BoundaryEvent, Node
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import paths
from workflows.engine.runtime.activities import SKIPPABLE
from workflows.engine.tables import Subscription, Timer, UserTask
from workflows.engine.transition import Command, SkipToken
from workflows.engine.transitions import LockedCase
from workflows.errors import Invalid


class CannotBeSkipped(Invalid):
    """The element decides where the case goes on; there is nothing to leave out."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(
                "“%(name)s” decides where the case goes on, so it cannot be skipped. Try again"
                " with other data, or cancel the case.",
                name=name,
            )
        )


class Unclear(Invalid):
    """Several processes of the case have an element with the id of the one that failed."""

    def __init__(self, element_id: str) -> None:
        super().__init__(
            Sentence(
                "Several processes of this case have a step “%(element_id)s”, so it is not"
                " clear which one to skip. Try again, then skip it.",
                element_id=element_id,
            )
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
        raise Invalid(
            Sentence("This incident has no element that could be skipped; cancel the case.")
        )
    transitions.follow_latest(session, case)  # The element may lie in a version just published.
    node, place, is_waiting = _find(session, case, incident)
    if node is None or is_waiting:
        return SkipToken(incident.token_id), occasion
    if not isinstance(node, SKIPPABLE):
        raise CannotBeSkipped(node.name or node.id)
    who = str(incident.command.get("actor", occasion.actor.username))
    skips = frozenset((*incident.command.get("skips", ()), place))
    return commands.from_json(incident.command), replace(
        occasion, actor=Actor(who, who), skips=skips
    )


def _find(session: Session, case: LockedCase, incident: Any) -> tuple[Node | None, str, bool]:
    """Return the node that failed, its place, and whether the token of the incident waits there."""
    executable, failed_at = case.bundle.executable, incident.command.get("place")
    if failed_at is None:
        return _find_by_id(session, case, incident)
    node, place = paths.node_at(executable, failed_at)
    waits_at = places.waits_at(case.values["state"], incident.token_id, executable)
    return node, place, waits_at in (place, failed_at)


def _find_by_id(session: Session, case: LockedCase, incident: Any) -> tuple[Node | None, str, bool]:
    """
    Return the same where only the id of the element is known.

    Raises:
        Unclear: Several processes of the case use the id.

    """
    nodes = _nodes(case.bundle.executable, incident.element_id)
    if not nodes:
        return None, "", False
    if _waits_at(session, case.id, incident.token_id) in (nodes[0].id, incident.element_id):
        return nodes[0], nodes[0].id, True
    if len(nodes) > 1:
        raise Unclear(incident.element_id)
    return nodes[0], nodes[0].id, False


def _nodes(executable: ExecutableProcess, element_id: str | None) -> list[Node]:
    """Return the nodes with an id in all processes of a case; of a border its host."""
    found = [(model, model.nodes.get(element_id or "")) for model in executable.models]
    return [
        model.nodes[node.attached_to] if isinstance(node, BoundaryEvent) else node
        for model, node in found
        if node is not None
    ]


def _waits_at(session: Session, instance_id: int, token_id: int) -> str | None:
    """Return the element at which a token waits."""
    tables = (UserTask, Timer, Subscription)
    places = (
        select(table.element_id).where(table.instance_id == instance_id, table.token_id == token_id)
        for table in tables
    )
    return session.scalar(union_all(*places).limit(1))
