"""From what a designer sends while playing to one step of a scenario."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp import play_words, typed_values
from webapp.forms.submission import PAGE_FIELDS
from webapp.play_view import Position
from webapp.texts import gettext as _
from workflows.engine.transition import UserTaskWait
from workflows.errors import Invalid

AS_FIELD, VALUES_FIELD = "_as", "_values"
OWN_FIELDS = PAGE_FIELDS | {AS_FIELD, VALUES_FIELD}
LONGEST_NAME = 120
_UNITS = {"working_days": "P{}BD", "days": "P{}D", "hours": "PT{}H"}
_MOST = 9_999

Sent = MultiDict[str, str]


class NotSensible(Invalid):
    """What was sent is no step; the sentence says how to mend it."""


def read(doing: str, position: Position, wanted: str, sent: Sent) -> dict[str, Any]:
    """
    Return the step that somebody asked for.

    Raises:
        Invalid: It is none; the sentence says why.

    """
    if doing not in _READERS:
        raise NotSensible(_("Choose what happens next on the page."))
    return _READERS[doing](position, wanted, sent)


def entered(position: Position, user_task: UserTaskWait | None, sent: Sent) -> dict[str, Any]:
    """Return what was entered into the form that waits, typed; names of people stay as typed."""
    document = position.form_of(user_task)
    if document is None:
        return typed_values.read(sent.get(VALUES_FIELD, ""))
    return document.from_text(sent, ignore=OWN_FIELDS)


def somebody(user_task: UserTaskWait | None, position: Position) -> str:
    """Return who does a step where nobody else is named."""
    if user_task is None:
        return position.case.actor
    return user_task.assignee or next(iter(user_task.candidate_groups), position.case.actor)


def _start(position: Position, _wanted: str, sent: Sent) -> dict[str, Any]:
    """Begin the case."""
    return {"start": entered(position, None, sent), **_who(position, None, sent)}


def _complete(position: Position, wanted: str, sent: Sent) -> dict[str, Any]:
    """Complete a user task."""
    user_task = position.user_task(wanted)
    if user_task is None or str(user_task.token_id) != wanted:
        raise NotSensible(_("This task is no longer open."))
    who = _who(position, user_task, sent)
    beside = position.case.user_tasks_at(user_task.element_id)
    usual = next((each for each in beside if each.assignee == who["as"]), beside[0])
    which = {} if usual is user_task else {"which": beside.index(user_task) + 1}
    data = entered(position, user_task, sent)
    return {"complete": user_task.element_id, **who, **which, **({"data": data} if data else {})}


def _hear(position: Position, wanted: str, sent: Sent) -> dict[str, Any]:
    """Let a message or signal come."""
    found = next((each for each in position.messages if str(each.at) == wanted), None)
    if found is None:
        raise NotSensible(_("Nothing waits for this any more."))
    payload = typed_values.read(sent.get(VALUES_FIELD, ""))
    given: dict[str, Any] = {"payload": payload} if payload else {}
    if found.is_signal:
        return {"signal": found.name, **given}
    return {"message": found.name, "correlation": found.correlation, **given}


def _answer(position: Position, _wanted: str, sent: Sent) -> dict[str, Any]:
    """Let the service that was called give something back, or fail."""
    call = position.case.call
    if call is None:
        raise NotSensible(_("No service waits for an answer."))
    always = {"always": True} if sent.get("always") else {}
    if sent.get("outcome") == "error":
        code = sent.get("code", "").strip()
        if not code:
            raise NotSensible(_("Enter the code of the error."))
        return {"answer": call.service, "error": code[:LONGEST_NAME], **always}
    result = typed_values.read(sent.get(VALUES_FIELD, ""))
    return {"answer": call.service, "result": result, **always}


def _clock(_position: Position, _wanted: str, sent: Sent) -> dict[str, Any]:
    """Let time pass."""
    amount, unit = sent.get("amount", "").strip(), sent.get("unit", "")
    is_number = amount.isascii() and amount.isdigit() and 0 < int(amount[:9]) <= _MOST
    if not is_number or unit not in _UNITS:
        raise NotSensible(_("Enter a whole number from 1 to %(most)d.", most=_MOST))
    return {"advance": _UNITS[unit].format(int(amount))}


def _due(position: Position, _wanted: str, _sent: Sent) -> dict[str, Any]:
    """Move the clock to what is due next."""
    if position.until_next is None:
        raise NotSensible(_("No timer is armed."))
    return {"advance": play_words.iso(position.until_next)}


def _who(position: Position, user_task: UserTaskWait | None, sent: Sent) -> Mapping[str, str]:
    """Return who does a step."""
    named = sent.get(AS_FIELD, "").strip()[:LONGEST_NAME]
    return {"as": named or somebody(user_task, position)}


_READERS: Mapping[str, Callable[[Position, str, Sent], dict[str, Any]]] = {
    "start": _start,
    "complete": _complete,
    "hear": _hear,
    "answer": _answer,
    "clock": _clock,
    "due": _due,
}
