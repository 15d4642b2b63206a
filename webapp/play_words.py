"""What was played, in words: one sentence for each step of a scenario."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from webapp.sentences import said
from webapp.texts import gettext, ngettext
from webapp.texts import gettext as _
from workflows.engine import durations
from workflows.engine.durations import OutOfBounds
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import Node
from workflows.engine.scenario_case import ScenarioFailed
from workflows.engine.transition import Event
from workflows.play_refusals import StepNotTaken

_DAY = 86_400
_HOUR = 3_600
_PASSED = frozenset(
    {
        "activity_completed",
        "activity_cancelled",
        "timer_fired",
        "message_received",
        "signal_received",
        "condition_met",
        "gateway_taken",
        "decision_made",
    }
)
_MOST_NAMES = 12


# What scenarios say of themselves; written again here, so that it is translated.
SENTENCES = (
    _l("no user task waits at %(element)s, but at %(waiting)s"),
    _l("nothing waits for the message “%(name)s” of “%(key)s”"),
    _l("nothing waits for the signal “%(name)s”"),
    _l("the service “%(name)s” is not called here"),
    _l("the service “%(name)s” waits for an answer first"),
    _l("more than %(most)s things happen in this step"),
    _l("“%(name)s” is no part of a step"),
    _l("waits at %(found)s, not at %(wanted)s"),
    _l("“%(name)s” is %(found)s, not %(wanted)s"),
    _l("the case has begun already"),
    _l("the first step must start the case"),
    _l("the services are called without end"),
    _l("the case has ended"),
    _l("the case goes on"),
    _l("ends at %(found)s, not at %(wanted)s"),
)


def why(refused: Exception, executable: ExecutableProcess) -> str:
    """Say why a step did not go as written, with the names of the elements."""
    if isinstance(refused, StepNotTaken) and isinstance(refused.__cause__, ScenarioFailed):
        refused = refused.__cause__
    if not isinstance(refused, ScenarioFailed):
        return said(refused)
    told = {
        name: _named(fact, executable) if isinstance(fact, list) else fact
        for name, fact in refused.facts.items()
    }
    return gettext(refused.sentence, **told)


def problem(done: int, refused: Exception, executable: ExecutableProcess) -> str:
    """Say which step did not go as written, and why."""
    return _("Step %(number)d: %(why)s", number=done + 1, why=why(refused, executable))


def node_of(executable: ExecutableProcess, element_id: str) -> Node | None:
    """Return an element of a process or of those it calls, the outermost first."""
    for model in executable.models:
        if element_id in model.nodes:
            return model.nodes[element_id]
    return None


def name_of(executable: ExecutableProcess, element_id: str) -> str:
    """Return the name of an element, or its id where it has none."""
    node = node_of(executable, element_id)
    return (node.name if node else "") or element_id


def told(entry: Mapping[str, Any], executable: ExecutableProcess) -> str:
    """Say in a sentence what a step of a scenario does."""
    if "start" in entry:
        return _("The case begins")
    if "complete" in entry:
        return _("“%(name)s” is done", name=name_of(executable, entry["complete"]))
    if "advance" in entry:
        return _("The clock goes on by %(time)s", time=duration(entry["advance"]))
    return _answer(entry) if "answer" in entry else _heard(entry)


def passed(events: Iterable[Event], executable: ExecutableProcess) -> list[str]:
    """Return the names of the elements that were passed, each once, in their order."""
    nodes = (
        node_of(executable, each.element_id)
        for each in events
        if each.type in _PASSED and each.element_id
    )
    names = list(dict.fromkeys(node.name for node in nodes if node and node.name))
    return [*names[:_MOST_NAMES], "…"] if len(names) > _MOST_NAMES else names


def duration(text: str) -> str:
    """Return a length of time in words."""
    try:
        interval = durations.read_interval(text)
    except OutOfBounds:
        return text
    if interval.working_days:
        return ngettext("%(num)d working day", "%(num)d working days", interval.working_days)
    if interval.months:
        return text
    days, rest = divmod(interval.seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = -(-rest // 60)
    parts = [ngettext("%(num)d day", "%(num)d days", days)] if days else []
    parts += [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    parts += [ngettext("%(num)d minute", "%(num)d minutes", minutes)] if minutes else []
    return " ".join(parts)


def iso(span: timedelta) -> str:
    """Return a span of time as a scenario keeps it, in whole seconds upwards."""
    seconds = max(1, -int(-span.total_seconds() // 1))
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def _named(ids: list[str], executable: ExecutableProcess) -> str:
    """Return the names of elements in one line."""
    names = (name_of(executable, each) for each in ids)
    return ", ".join(f"“{name}”" for name in names) or _("nothing")


def _answer(entry: Mapping[str, Any]) -> str:
    """Say what a service gave back."""
    service = entry["answer"]
    if "error" in entry:
        return _("The service “%(name)s” fails with %(code)s", name=service, code=entry["error"])
    if not entry.get("result"):
        return _("The service “%(name)s” gives nothing back", name=service)
    names = ", ".join(entry["result"])
    return _("The service “%(name)s” gives back %(names)s", name=service, names=names)


def _heard(entry: Mapping[str, Any]) -> str:
    """Say what comes from elsewhere."""
    if "message" in entry:
        return _("The message “%(name)s” comes", name=entry["message"])
    if "signal" in entry:
        return _("The signal “%(name)s” is heard", name=entry["signal"])
    return _("Nothing is done")
