"""The API's calls about cases: start one, look at it, intervene."""

from webapp import unit
from webapp.access_log import note_reading
from webapp.api import visibility
from webapp.api.operation import Call, Nothing, Operation, get, post
from webapp.api.shapes import (
    EventPage,
    InstanceAnswer,
    MoveInput,
    PageQuery,
    ReasonInput,
    RetryInput,
    StartInput,
)
from workflows import case_moves, definition_list
from workflows.engine import case_view, incidents, instances
from workflows.engine.occasion import Occasion
from workflows.paging import from_cursor, to_cursor
from workflows.permissions import Action


def start(call: Call[StartInput]) -> InstanceAnswer:
    """Start a case of a published process."""
    definition_list.startable(call.session, call.input.definition, call.actor)
    instance = instances.start(
        call.session,
        call.input.definition,
        call.input.data,
        actor=call.actor,
        now=call.now,
        calendar=unit.calendar(),
        business_key=call.input.business_key,
    )
    return visibility.show(call, instance)


def find(call: Call[Nothing]) -> InstanceAnswer:
    """Show a case: status, data and what is open in it."""
    return visibility.read(call, instances.get(call.session, call.number))


def history(call: Call[PageQuery]) -> EventPage:
    """List what happened in a case, in order."""
    facts = visibility.require(call, Action.SEE_CASE)
    note_reading(facts, call.actor)
    after = from_cursor(call.input.cursor, int)[0] if call.input.cursor else 0
    limit = call.input.limit
    events = case_view.history(call.session, call.number, after=after, limit=limit + 1)
    shown, has_more = events[:limit], len(events) > limit
    items = visibility.show_events(shown, facts, call)
    return EventPage(items=items, next=to_cursor(shown[-1].seq) if has_more else None)


def cancel(call: Call[ReasonInput]) -> InstanceAnswer:
    """End a case before its time."""
    visibility.require(call, Action.CANCEL_CASE)
    instance = instances.cancel(
        call.session, call.number, reason=call.input.reason, actor=call.actor, now=call.now
    )
    return visibility.show(call, instance)


def retry(call: Call[RetryInput]) -> InstanceAnswer:
    """Do again what failed in a case, with other data where they were wrong."""
    visibility.require(call, Action.RESOLVE_INCIDENT)
    instance = incidents.retry_all(
        call.session,
        call.number,
        reason=call.input.reason,
        actor=call.actor,
        now=call.now,
        calendar=unit.calendar(),
        data=call.input.data,
    )
    return visibility.show(call, instance)


def move(call: Call[MoveInput]) -> InstanceAnswer:
    """Let a case go on at another element, or ask a second person to approve that."""
    visibility.require(call, Action.UNBLOCK)
    wanted, occasion = call.input, Occasion(call.actor, call.now, unit.calendar())
    grounds = case_moves.look(call.session, call.number, actor=call.actor, now=call.now)
    stops = case_moves.stops_at(grounds, wanted.from_element)
    command = case_moves.command_for(grounds, stops, wanted.to_element, wanted.reason)
    case_moves.ask(
        call.session,
        call.number,
        command,
        four_eyes=unit.settings().four_eyes,
        occasion=occasion,
    )
    return visibility.show(call, instances.get(call.session, call.number))


OPERATIONS: tuple[Operation, ...] = (
    post(
        "/instances",
        start,
        action="instance.start",
        summary="Start a case of a published process.",
        takes=StartInput,
        answers=InstanceAnswer,
        status=201,
        refuses=(403, 404, 409),
    ),
    get(
        "/instances/{id}",
        find,
        action="instance.read",
        summary="Show a case: status, data and what is open in it.",
        takes=Nothing,
        answers=InstanceAnswer,
        refuses=(404,),
    ),
    get(
        "/instances/{id}/history",
        history,
        action="instance.history",
        summary="List what happened in a case, in order.",
        takes=PageQuery,
        answers=EventPage,
        refuses=(404,),
    ),
    post(
        "/instances/{id}/cancel",
        cancel,
        action="instance.cancel",
        summary="End a case before its time, with a reason.",
        takes=ReasonInput,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
    post(
        "/instances/{id}/retry",
        retry,
        action="instance.retry",
        summary="Do again what failed in a case, with a reason and with other data if need be.",
        takes=RetryInput,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
    post(
        "/instances/{id}/move",
        move,
        action="instance.move",
        summary="Let a case go on at another element, or ask a second person for that.",
        takes=MoveInput,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
)
