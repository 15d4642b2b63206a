"""What can be done about a stalled case, by its cause: the next safe thing first."""

from enum import StrEnum

from workflows.engine.stall_reasons import Cause, Reason


class Deed(StrEnum):
    """What sets a case moving."""

    NUDGE = "nudge"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    SUBSTITUTE = "substitute"
    RETRY = "retry"
    SKIP = "skip"
    APPROVE = "approve"
    SEND = "send"
    CANCEL = "cancel"
    MOVE = "move"
    CORRECT = "correct"


_ABOUT_USER_TASKS = frozenset({Deed.NUDGE, Deed.ESCALATE, Deed.REASSIGN})
# After these others have the next word: the case leaves the list for a while.
LEAVE_THE_LIST = frozenset({Deed.NUDGE, Deed.ESCALATE, Deed.REASSIGN, Deed.SUBSTITUTE})

_DEEDS: dict[Reason, tuple[Deed, ...]] = {
    Reason.INCIDENT: (Deed.RETRY, Deed.CORRECT, Deed.SKIP, Deed.MOVE, Deed.CANCEL),
    Reason.JOIN: (Deed.MOVE, Deed.CANCEL),
    Reason.LOOP: (Deed.REASSIGN, Deed.NUDGE, Deed.ESCALATE, Deed.MOVE, Deed.CANCEL),
    Reason.LEFT: (Deed.REASSIGN, Deed.ESCALATE, Deed.CANCEL),
    Reason.EMPTY_GROUP: (Deed.REASSIGN, Deed.ESCALATE, Deed.CANCEL),
    Reason.AWAY: (Deed.SUBSTITUTE, Deed.REASSIGN, Deed.ESCALATE, Deed.CANCEL),
    Reason.OVERDUE: (Deed.NUDGE, Deed.ESCALATE, Deed.REASSIGN, Deed.CANCEL),
    Reason.SLOW: (Deed.NUDGE, Deed.ESCALATE, Deed.REASSIGN, Deed.CANCEL),
    Reason.LATE_TIMER: (Deed.MOVE, Deed.CANCEL),
    Reason.NO_SENDER: (Deed.SEND, Deed.MOVE, Deed.CANCEL),
    Reason.MESSAGE: (Deed.SEND, Deed.MOVE, Deed.CANCEL),
    Reason.IDLE: (Deed.NUDGE, Deed.ESCALATE, Deed.REASSIGN, Deed.MOVE, Deed.CANCEL),
}


def deeds(cause: Cause) -> tuple[Deed, ...]:
    """Return what can be done about a cause, the next safe thing first."""
    found = _DEEDS[cause.reason]
    if cause.reason is Reason.INCIDENT and not cause.facts.get("has_step"):
        found = tuple(one for one in found if one is not Deed.CORRECT)
    if cause.user_task_id is None:
        found = tuple(one for one in found if one not in _ABOUT_USER_TASKS)
    if cause.reason is Reason.AWAY and cause.facts.get("is_group"):
        found = tuple(one for one in found if one is not Deed.SUBSTITUTE)
    return found
