"""Where tokens begin: whether it is clear, and whether everything is there that it takes."""

from collections.abc import Sequence

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.event_sub_processes import is_event_sub_process
from workflows.engine.spiff.notation import attribute, child, children, local

_REFERENCES = {"messageEventDefinition": "messageRef", "signalEventDefinition": "signalRef"}
_NOBODY_FILLS_IN = ("signalEventDefinition", "timerEventDefinition")


def survey_starts(container: Element, compiler: Compiler, *, is_process: bool) -> None:
    """Find out whether it is clear where the tokens of a process or sub-process begin."""
    # An id that is given twice is found elsewhere.
    starts = list({start.get("id"): start for start in children(container, "startEvent")}.values())
    plain = [start for start in starts if not _kind(start)]
    name = id_of(container)
    if not starts:
        compiler.find("no-start-event", container, f"'{name}' has no start event.", "Add one.")
    elif len(plain) > 1:
        compiler.find(
            "several-start-events",
            plain[1],
            f"'{name}' has {len(plain)} plain start events; it is not clear where it begins.",
            "Keep one plain start event; others may begin by a message, signal or time.",
        )
    elif is_event_sub_process(container):
        return
    elif not is_process and len(starts) != len(plain):
        compiler.find(
            "event-not-supported",
            next(start for start in starts if _kind(start)),
            f"The sub-process '{name}' must begin with a plain start event.",
            "Remove what its start event waits for, or make it an event sub-process.",
        )
    _survey_twice(starts, compiler)
    for start in starts:
        _survey_form(start, compiler)


def _kind(start: Element) -> str:
    """Return the kind of event that a start waits for; empty for a plain one."""
    return next((local(one) for one in start if local(one).endswith("EventDefinition")), "")


def _survey_twice(starts: Sequence[Element], compiler: Compiler) -> None:
    """Find two starts for one message or signal: nobody could say which one it begins at."""
    seen: set[tuple[str, str]] = set()
    for start in starts:
        kind = _kind(start)
        definition = child(start, kind) if kind in _REFERENCES else None
        if definition is None:
            continue
        place = (kind, _name(start, definition.get(_REFERENCES[kind], "")))
        if place in seen:
            compiler.find(
                "several-start-events",
                start,
                f"'{id_of(start)}' begins by what begins another start event already.",
                "Keep one of them, and let a gateway behind it decide.",
            )
        seen.add(place)


def _name(start: Element, reference: str) -> str:
    """Return the name of what a reference means: two definitions may have the same."""
    root = start.getroottree().getroot()
    for definition in children(root, "message", "signal"):
        if definition.get("id") == reference:
            return (definition.get("name") or "").strip()
    return reference


def _survey_form(start: Element, compiler: Compiler) -> None:
    """Find a form that nobody would ever see, because nobody is there at the start."""
    if _kind(start) in _NOBODY_FILLS_IN and attribute(start, "form"):
        compiler.find(
            "start-form-unused",
            start,
            f"Nobody fills in the form of '{id_of(start)}': the case begins by itself.",
            "Remove the form, and ask in a user task behind it.",
        )
