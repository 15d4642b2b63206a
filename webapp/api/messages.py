"""The API's call that hands a message to whoever waits for it."""

from webapp import unit
from webapp.api import visibility
from webapp.api.operation import Call, Operation, post
from webapp.api.shapes import InstancePage, MessageInput
from workflows import case_facts, leavers, people, permissions
from workflows.engine import messages
from workflows.engine.messages import NobodyWaits
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.permissions import Action


def send(call: Call[MessageInput]) -> InstancePage:
    """Correlate a message; it continues cases, or starts one."""
    permissions.check(call.actor, Action.SEND_MESSAGE)
    reached = _reached(call)
    for instance in reached:
        _require_a_say(call, instance)
    return InstancePage(items=visibility.show_known(call, reached), next=None)


def _reached(call: Call[MessageInput]) -> list[Instance]:
    """Send the message; HR that says so lets a person leave, whether a case waits for it or not."""
    is_leaving = call.input.name == leavers.MESSAGE and _names_a_person(call)
    try:
        reached = messages.send(
            call.session,
            call.input.name,
            correlation=call.input.correlation,
            payload=call.input.payload,
            actor=call.actor,
            now=call.now,
            calendar=unit.calendar(),
        )
    except NobodyWaits:
        if not is_leaving:
            raise
        reached = []
    if is_leaving:
        occasion = Occasion(call.actor, call.now, unit.calendar())
        leavers.leave(call.session, call.input.correlation, occasion=occasion, is_announced=True)
    return reached


def _names_a_person(call: Call[MessageInput]) -> bool:
    """Say whether the actor may say of somebody that he has left, and who is one of us."""
    may = permissions.allows(call.actor, Action.SETTLE_LEAVERS)
    return may and bool(people.names_of(call.session, [call.input.correlation]))


def _require_a_say(call: Call[MessageInput], instance: Instance) -> None:
    """
    Pass when the actor has a say in a case that the message reached.

    A message can end a case about a person, so seeing the case is not enough:
    its starter, its subject and the people in charge may send one. Who lets a
    message start a case is its starter only when it is about nobody else.

    Raises:
        NobodyWaits: The actor has none; it looks as if no case had waited.

    """
    facts = case_facts.load(call.session, instance.id, now=call.now)
    actor = call.actor
    is_new = instance.started_at == call.now and instance.started_by == actor.username
    has_a_say = (
        actor.username in facts.subjects
        or (actor.username == facts.started_by and not is_new)
        or permissions.allows(actor, Action.CANCEL_CASE, facts)
        or (not facts.subjects and permissions.allows(actor, Action.SEE_CASE, facts))
    )
    if not has_a_say:
        raise NobodyWaits(call.input.name, call.input.correlation)


OPERATIONS: tuple[Operation, ...] = (
    post(
        "/messages",
        send,
        action="message.send",
        summary="Hand a message to the cases that wait for it, or start the process it starts.",
        takes=MessageInput,
        answers=InstancePage,
        refuses=(403, 404, 409),
    ),
)
