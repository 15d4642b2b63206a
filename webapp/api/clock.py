"""The API's call that moves the clock of a demonstration or a test."""

from webapp import unit
from webapp.api.operation import Operation, Request, Transaction, post
from webapp.api.shapes import AdvanceInput, ClockAnswer
from workflows.engine import clock_control


def advance(request: Request[AdvanceInput]) -> ClockAnswer:
    """Move the clock forward; answer when everything that became due was done."""
    clock = unit.clock()
    fired = clock_control.advance(unit.database(), clock, request.input.advance, unit.calendar())
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
