"""The API's call that moves the clock of a demonstration or a test."""

from webapp import unit
from webapp.api.operation import Operation, Request, Transaction, post
from webapp.api.shapes import AdvanceInput, ClockAnswer
from workflows import sessions
from workflows.engine import clock_control


def advance(request: Request[AdvanceInput]) -> ClockAnswer:
    """Move the clock forward; answer when everything that became due was done."""
    clock, calendar = unit.clock(), unit.calendar()
    span = clock_control.span(clock, request.input.advance, calendar)
    with unit.unit_of_work() as session:
        sessions.carry_forward(session, by=span, now=clock.now())
    fired = clock_control.advance(unit.database(), clock, span, calendar)
    return ClockAnswer(now=clock.now(), fired=fired)


OPERATIONS: tuple[Operation, ...] = (
    post(
        "/clock",
        advance,
        action="clock.advance",
        summary="Move the movable clock; answers when everything that became due was done.",
        takes=AdvanceInput,
        answers=ClockAnswer,
        refuses=(403, 409),
        transaction=Transaction.OWN,
    ),
)
