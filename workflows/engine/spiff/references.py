"""Whether a node names what it needs: message, error, decision, service, called process, time."""

from collections.abc import Callable

from lxml.etree import _Element as Element

from workflows.engine import cron
from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import (
    CAMUNDA,
    UNDERSTUDY,
    attribute,
    children,
    extensions,
    local,
    text_of,
)

_TIMES = ("timeDate", "timeDuration", "timeCycle")
_DEFINED = {
    "errorEventDefinition": ("errorRef", "error", "errorCode"),
    "escalationEventDefinition": ("escalationRef", "escalation", "escalationCode"),
}
_NEEDED = {
    "businessRuleTask": ("decision", "understudy:decision, the id of a decision"),
    "serviceTask": ("service", "understudy:service, the name of a service of the installation"),
}
_LONGEST_NAME = 120
_BINDINGS = ("calledElementBinding", "decisionRefBinding", "formRefBinding")
_OUR_BINDINGS = frozenset({"start", "latest"})
_BINDINGS_OF_CALLS = frozenset({"deployment", "latest"})
_BINDINGS_OF_OTHERS = frozenset({"deployment"})
_YES_OR_NO = frozenset({"true", "false"})


def survey_references(node: Element, compiler: Compiler) -> None:
    """Find what a node needs and does not name."""
    name = local(node)
    if name in ("sendTask", "receiveTask"):
        _survey_message(node, node, compiler)
    for inner in node.iterchildren():
        survey = _SURVEYS.get(local(inner))
        if survey is not None:
            survey(node, inner, compiler)
    if name in _NEEDED and not attribute(node, _NEEDED[name][0]):
        compiler.find(
            f"{_NEEDED[name][0]}-missing",
            node,
            f"'{id_of(node)}' does not say which {_NEEDED[name][0]} it calls.",
            f"Set {_NEEDED[name][1]}.",
        )
    _survey_binding(node, compiler)
    if name == "businessRuleTask":
        _survey_trace(node, compiler)
    if name == "callActivity" and not (node.get("calledElement") or attribute(node, "called")):
        compiler.find(
            "process-missing",
            node,
            f"'{id_of(node)}' does not say which process it calls.",
            "Set calledElement, the id of a process.",
        )


def _survey_binding(node: Element, compiler: Compiler) -> None:
    """Find the wish for a version that a case here would not use."""
    is_call = local(node) == "callActivity"
    known = _BINDINGS_OF_CALLS if is_call else _BINDINGS_OF_OTHERS
    wishes = [node.get(f"{{{CAMUNDA}}}{name}") for name in _BINDINGS]
    wishes += [found.get("bindingType") for found in extensions(node)]
    refused = [wish for wish in wishes if wish and wish not in known]
    ours = node.get(f"{{{UNDERSTUDY}}}binding")
    if is_call and ours is not None and ours not in _OUR_BINDINGS:
        refused.append(ours)
    for wish in refused:
        compiler.find(
            "version-binding",
            node,
            f"'{id_of(node)}' asks for another version, by '{wish}'; here a case keeps what"
            " was in force when it started, in all that it asks, and in what it calls unless"
            " the call asks for the latest version.",
            'Write understudy:binding="start" or "latest".'
            if is_call
            else "Remove the binding; a case that starts later uses what is in force then.",
        )


def _survey_trace(node: Element, compiler: Compiler) -> None:
    """Find a wish for a trace that would be silently ignored."""
    if (attribute(node, "trace") or "true") not in _YES_OR_NO:
        compiler.find(
            "trace-unknown",
            node,
            f"'{id_of(node)}' asks for a trace with another word than true or false.",
            'Set understudy:trace="true", or remove it.',
        )


def _survey_message(node: Element, holder: Element, compiler: Compiler) -> None:
    """Find out whether a message exists and has a name."""
    wanted = holder.get("messageRef", "")
    found = _definition(node, "message", wanted)
    name = "" if found is None else (found.get("name") or "").strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        compiler.find(
            "message-unknown",
            node,
            f"'{id_of(node)}' names no message, or one without a name of a usable length.",
            "Set messageRef to the id of a bpmn:message that has a name.",
        )


def _survey_signal(node: Element, holder: Element, compiler: Compiler) -> None:
    """Find out whether a signal exists and has a name."""
    found = _definition(node, "signal", holder.get("signalRef", ""))
    name = "" if found is None else (found.get("name") or "").strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        compiler.find(
            "signal-unknown",
            node,
            f"'{id_of(node)}' names no signal, or one without a name of a usable length.",
            "Set signalRef to the id of a bpmn:signal that has a name.",
        )


def _survey_condition(node: Element, holder: Element, compiler: Compiler) -> None:
    """Find out whether a conditional event says what it waits for."""
    if not any(text_of(condition) for condition in children(holder, "condition")):
        compiler.find(
            "condition-missing",
            node,
            f"The conditional event '{id_of(node)}' has no condition.",
            "Write a condition.",
        )


def _survey_fault(node: Element, holder: Element, compiler: Compiler) -> None:
    """Find out whether an error or escalation exists; a catcher may name none."""
    reference, kind, code = _DEFINED[local(holder)]
    wanted = holder.get(reference, "")
    found = _definition(node, kind, wanted)
    catches_all = local(node) in ("boundaryEvent", "startEvent") and not wanted
    if catches_all or (found is not None and found.get(code)):
        return
    compiler.find(
        f"{kind}-unknown",
        node,
        f"'{id_of(node)}' names no {kind}, or one without a code.",
        f"Set {reference} to the id of a bpmn:{kind} that has an {code}.",
    )


def _survey_timer(node: Element, holder: Element, compiler: Compiler) -> None:
    """Find out whether a timer says when; a cycle only makes sense at a border."""
    times = [item for item in children(holder, *_TIMES) if text_of(item)]
    if len(times) != 1:
        compiler.find(
            "timer-missing",
            node,
            f"The timer '{id_of(node)}' does not say when, or says it {len(times)} times.",
            "Give one timeDuration, timeDate or timeCycle.",
        )
    elif local(times[0]) == "timeCycle" and not _may_repeat(node, times[0]):
        compiler.find(
            "timer-cycle",
            node,
            f"The timer '{id_of(node)}' repeats, but a token passes it only once.",
            "Use a timeDuration or a cron pattern, or a boundary event that does not interrupt.",
        )


def _may_repeat(node: Element, cycle: Element) -> bool:
    """Say whether a cycle makes sense: a catch event can at most wait for the next time."""
    if local(node) in ("boundaryEvent", "startEvent"):
        return True
    return cron.looks_like(text_of(cycle))


def _definition(node: Element, kind: str, wanted: str) -> Element | None:
    """Return the definition that a reference means."""
    root = node.getroottree().getroot()
    return next((found for found in children(root, kind) if found.get("id") == wanted), None)


_SURVEYS: dict[str, Callable[[Element, Element, Compiler], None]] = {
    "messageEventDefinition": _survey_message,
    "signalEventDefinition": _survey_signal,
    "conditionalEventDefinition": _survey_condition,
    "timerEventDefinition": _survey_timer,
    **dict.fromkeys(_DEFINED, _survey_fault),
}
