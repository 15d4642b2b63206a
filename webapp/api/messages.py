"""The API's call that hands a message to whoever waits for it."""

from webapp import unit
from webapp.api import visibility
from webapp.api.operation import Call, Operation, post
from webapp.api.shapes import InstancePage, MessageInput
from workflows import permissions
from workflows.engine import messages
from workflows.permissions import Action


def send(call: Call[MessageInput]) -> InstancePage:
    """Correlate a message; it continues cases, or starts one."""
    permissions.check(call.actor, Action.SEND_MESSAGE)
    reached = messages.send(
        call.session,
        call.input.name,
        correlation=call.input.correlation,
        payload=call.input.payload,
        actor=call.actor,
        now=call.now,
        calendar=unit.calendar(),
    )
    return InstancePage(items=visibility.show_known(call, reached), next=None)


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
