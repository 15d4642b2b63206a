"""Why a case stands still and what to do next, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp import wording
from webapp.languages import day, moment
from webapp.texts import gettext as _
from webapp.texts import ngettext
from workflows.deeds import Deed
from workflows.engine.stall_reasons import Cause, Reason
from workflows.vocabulary import AgeBand

Names = Mapping[str, str]

REASONS: Mapping[str, LazyString] = {
    Reason.INCIDENT: _l("A step failed"),
    Reason.JOIN: _l("A join cannot go on"),
    Reason.LOOP: _l("Goes round in circles"),
    Reason.LEFT: _l("Its owner left"),
    Reason.EMPTY_GROUP: _l("A group has nobody"),
    Reason.AWAY: _l("Everybody is away"),
    Reason.OVERDUE: _l("Far overdue"),
    Reason.SLOW: _l("Much longer than usual"),
    Reason.LATE_TIMER: _l("A timer did not fire"),
    Reason.NO_SENDER: _l("Nobody sends the message"),
    Reason.MESSAGE: _l("A message does not come"),
    Reason.IDLE: _l("Nothing happens"),
}
TONES: Mapping[str, str] = {
    Reason.INCIDENT: "red",
    Reason.JOIN: "red",
    Reason.LOOP: "amber",
    Reason.LEFT: "red",
    Reason.EMPTY_GROUP: "red",
    Reason.AWAY: "amber",
    Reason.OVERDUE: "amber",
    Reason.SLOW: "amber",
    Reason.LATE_TIMER: "amber",
    Reason.NO_SENDER: "blue",
    Reason.MESSAGE: "blue",
    Reason.IDLE: "grey",
}
BANDS: Mapping[str, LazyString] = {
    AgeBand.FRESH: _l("0 to 5 working days"),
    AgeBand.WEEK: _l("6 to 10 working days"),
    AgeBand.MONTH: _l("11 to 20 working days"),
    AgeBand.OLD: _l("more than 20 working days"),
}
BAND_TONES: Mapping[str, str] = {
    AgeBand.FRESH: "blue",
    AgeBand.WEEK: "amber",
    AgeBand.MONTH: "amber",
    AgeBand.OLD: "red",
}
DEEDS: Mapping[str, LazyString] = {
    Deed.NUDGE: _l("Remind"),
    Deed.ESCALATE: _l("Escalate"),
    Deed.REASSIGN: _l("Reassign"),
    Deed.SUBSTITUTE: _l("Hand to a substitute"),
    Deed.RETRY: _l("Try again"),
    Deed.SKIP: _l("Ask to skip the step"),
    Deed.APPROVE: _l("Approve the skip"),
    Deed.SEND: _l("Send the message"),
    Deed.CANCEL: _l("Cancel the case"),
    Deed.MOVE: _l("Move the case"),
    Deed.CORRECT: _l("Correct the data"),
}
DEED_ICONS: Mapping[str, str] = {
    Deed.NUDGE: "bell",
    Deed.ESCALATE: "arrow-up-circle",
    Deed.REASSIGN: "user-share",
    Deed.SUBSTITUTE: "users",
    Deed.RETRY: "refresh",
    Deed.SKIP: "player-skip-forward",
    Deed.APPROVE: "check",
    Deed.SEND: "send",
    Deed.CANCEL: "circle-x",
    Deed.MOVE: "player-track-next",
    Deed.CORRECT: "edit",
}


def vocabulary() -> dict[str, Mapping[str, object]]:
    """Return the words that templates use, by the name they have there."""
    return {
        "STALL_REASONS": REASONS,
        "STALL_TONES": TONES,
        "AGE_BANDS": BANDS,
        "BAND_TONES": BAND_TONES,
        "DEEDS": DEEDS,
        "DEED_ICONS": DEED_ICONS,
    }


def working_days(number: float) -> str:
    """Write a number of working days."""
    return ngettext("%(num)d working day", "%(num)d working days", round(number))


def listed(texts: Iterable[str]) -> str:
    """Write texts behind each other, each in quotation marks."""
    return ", ".join(f"“{text}”" for text in texts)


def who(cause: Cause, names: Names) -> list[str]:
    """Return whom a case waits for, by name."""
    return [names.get(name) or wording.group(name) for name in cause.waits_for]


def sentence(cause: Cause, names: Names) -> str:
    """Say why a case stands still."""
    facts = _facts(cause, names)
    sentences: Mapping[Reason, str] = {
        Reason.INCIDENT: _("“%(step)s” failed: %(message)s", **facts),
        Reason.JOIN: _join(facts),
        Reason.LOOP: _(
            "“%(step)s” was done %(number)s times within a month and is open again.", **facts
        ),
        Reason.LEFT: _("“%(step)s” is with %(who)s, who is not active any more.", **facts),
        Reason.EMPTY_GROUP: _("“%(step)s” is offered to %(who)s, but nobody is there.", **facts),
        Reason.AWAY: _(
            "“%(step)s” waits for %(who)s: away until %(until)s, and nobody stands in.", **facts
        ),
        Reason.OVERDUE: _overdue(facts),
        Reason.SLOW: _("“%(step)s” usually takes %(usual)s; this time much longer.", **facts),
        Reason.LATE_TIMER: _("A timer was due on %(due_at)s and has not fired.", **facts),
        Reason.NO_SENDER: _("“%(step)s” waits for “%(message)s”, which no process sends.", **facts),
        Reason.MESSAGE: _("“%(step)s” waits for “%(message)s”, which does not come.", **facts),
        Reason.IDLE: _idle(facts),
    }
    return sentences[cause.reason]


def next_step(cause: Cause, names: Names) -> str:
    """Say what is safe to do next."""
    facts = _facts(cause, names)
    if cause.reason in {Reason.OVERDUE, Reason.SLOW}:
        return _("Remind %(who)s, or give the task to somebody else.", **facts)
    if cause.reason is Reason.IDLE and cause.user_task_id is not None:
        return _("Remind %(who)s, and ask what is missing.", **facts)
    return str(_STEPS[cause.reason])


def done(deed: Deed, people: Iterable[str]) -> str:
    """Say what has happened."""
    named = ", ".join(people)
    sentences: Mapping[Deed, str] = {
        Deed.NUDGE: _("Reminded: %(who)s.", who=named),
        Deed.ESCALATE: _("Escalated to %(who)s.", who=named),
        Deed.REASSIGN: _("The task is now with %(who)s.", who=named),
        Deed.SUBSTITUTE: _("%(who)s stands in until the absence is over.", who=named),
        Deed.RETRY: _("It worked this time. The case goes on."),
        Deed.SKIP: _("You have asked to skip the step. Somebody else must approve."),
        Deed.APPROVE: _("The step is skipped. The case goes on without it."),
        Deed.SEND: _("The message is sent. The case goes on."),
        Deed.CANCEL: _("The case is cancelled. Its open tasks are withdrawn."),
    }
    return sentences[deed]


def preview(deed: Deed, cause: Cause, names: Names) -> list[str]:
    """Say what is going to happen, to whom, and what they are told."""
    facts = _facts(cause, names)
    sentences: Mapping[Deed, list[str]] = {
        Deed.NUDGE: [
            _("%(who)s: a notice and a mail, “Please go on with: %(step)s”.", **facts),
            _("Nobody is reminded of the same task twice on a working day."),
        ],
        Deed.REASSIGN: [
            _("Whom you choose gets “%(step)s” with a notice and a mail.", **facts),
            _("Whoever has it now loses it and is told nothing. You can undo this."),
        ],
        Deed.SUBSTITUTE: [
            _("Whom you choose gets “%(step)s”, a notice and a mail.", **facts),
            _("When %(who)s is back, the task goes back unless work on it has begun.", **facts),
        ],
        Deed.RETRY: [_("The step is done again. If it fails again, nothing is changed.")],
        Deed.SKIP: [
            _("HR and the pool managers are told. Nothing happens until one of them approves."),
            _("Then the case goes on as if the step were done, without a result."),
        ],
        Deed.APPROVE: [_("The case goes on as if the step were done, without a result.")],
        Deed.SEND: [_("This case gets “%(message)s” without data and goes on.", **facts)],
        **_elsewhere(),
        Deed.CANCEL: [_("The case ends. Open tasks are withdrawn; this cannot be undone.")],
    }
    return sentences[deed]


def _elsewhere() -> dict[Deed, list[str]]:
    """Say what happens on pages of their own."""
    return {
        Deed.MOVE: [
            _("You choose where the case goes on, and see what would follow first."),
            _("A join that could never go on any more is refused."),
        ],
        Deed.CORRECT: [
            _("You see the values that the step works with, and every change before it is made."),
            _("It stays only if the step succeeds then."),
        ],
    }


_STEPS: Mapping[Reason, LazyString] = {
    Reason.INCIDENT: _l("Try again; if it fails again, ask to skip the step."),
    Reason.JOIN: _l("Let the case go on behind the join, and tell the designers."),
    Reason.LOOP: _l("Give the task to somebody who can decide."),
    Reason.LEFT: _l("Give the task to somebody who can do it."),
    Reason.EMPTY_GROUP: _l("Give the task to somebody who can do it."),
    Reason.AWAY: _l("Let somebody stand in until they are back."),
    Reason.LATE_TIMER: _l("Check that a worker is running."),
    Reason.NO_SENDER: _l("Send the message yourself, if what it tells has happened."),
    Reason.MESSAGE: _l("Ask whoever should send it, or send it for them."),
    Reason.IDLE: _l("Look at the case and what it waits for."),
}


def _facts(cause: Cause, names: Names) -> dict[str, Any]:
    """Return what the sentences name, as the reader writes it."""
    facts = dict(cause.facts)
    missing = ", ".join(f"“{name}”" for name in facts.get("missing", ()))
    return {
        "step": facts.get("step", ""),
        "message": facts.get("message", ""),
        "number": facts.get("number", ""),
        "who": _(" or ").join(who(cause, names)),
        "missing": missing,
        "until": day(facts.get("until")),
        "usual": working_days(facts.get("usual", 0)),
        "due_at": moment(facts.get("due_at")),
        "due_day": day(facts.get("due_at")),
        "since": day(cause.since),
    }


def _join(facts: Mapping[str, Any]) -> str:
    """Say which join waits in vain."""
    if facts["missing"]:
        return _("“%(step)s” waits for %(missing)s, from where nothing can come.", **facts)
    return _("“%(step)s” waits for a path from which nothing can come.", **facts)


def _idle(facts: Mapping[str, Any]) -> str:
    """Say since when nothing happens, and at which step."""
    if facts["step"]:
        return _("“%(step)s” is open, and nothing has happened since %(since)s.", **facts)
    return _("Nothing has happened since %(since)s.", **facts)


def _overdue(facts: Mapping[str, Any]) -> str:
    """Say that a user task has taken far too long."""
    if facts["due_day"]:
        return _("“%(step)s” was due on %(due_day)s and is far past its time.", **facts)
    return _("“%(step)s” is far past its time.", **facts)
