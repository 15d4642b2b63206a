"""Whether a node names what it needs: message, error, decision, service, called process, time."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import attribute, children, local, text_of

_TIMES = ("timeDate", "timeDuration", "timeCycle")
_DEFINED = {
    "errorEventDefinition": ("errorRef", "error", "errorCode"),
    "escalationEventDefinition": ("escalationRef", "escalation", "escalationCode"),
}
_NEEDED = {
    "businessRuleTask": ("decision", "understudy:decision, the id of a decision"),
    "serviceTask": ("service", "understudy:service, the name of a service of the installation"),
}
_YES_OR_NO = frozenset({"true", "false"})


def survey_references(node: Element, compiler: Compiler) -> None:
    """Find what a node needs and does not name."""
    name = local(node)
    if name in ("sendTask", "receiveTask"):
        _survey_message(node, node, compiler)
    for inner in node.iterchildren():
        kind = local(inner)
        if kind == "messageEventDefinition":
            _survey_message(node, inner, compiler)
        elif kind == "timerEventDefinition":
            _survey_timer(node, inner, compiler)
        elif kind in _DEFINED:
            _survey_fault(node, inner, compiler)
    if name in _NEEDED and not attribute(node, _NEEDED[name][0]):
        compiler.find(
            f"{_NEEDED[name][0]}-missing",
            node,
            f"'{id_of(node)}' does not say which {_NEEDED[name][0]} it calls.",
            f"Set {_NEEDED[name][1]}.",
        )
    if name == "businessRuleTask":
        _survey_trace(node, compiler)
    if name == "callActivity" and not (node.get("calledElement") or attribute(node, "called")):
        compiler.find(
            "process-missing",
            node,
            f"'{id_of(node)}' does not say which process it calls.",
            "Set calledElement, the id of a process.",
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
    if found is None or not (found.get("name") or "").strip():
        compiler.find(
            "message-unknown",
            node,
            f"'{id_of(node)}' names no message, or one without a name.",
            "Set messageRef to the id of a bpmn:message that has a name.",
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
    elif local(times[0]) == "timeCycle" and local(node) not in (
        "boundaryEvent",
        "startEvent",
    ):
        compiler.find(
            "timer-cycle",
            node,
            f"The timer '{id_of(node)}' repeats, but a token passes it only once.",
            "Use a timeDuration, or a boundary event that does not interrupt.",
        )


def _definition(node: Element, kind: str, wanted: str) -> Element | None:
    """Return the definition that a reference means."""
    root = node.getroottree().getroot()
    return next((found for found in children(root, kind) if found.get("id") == wanted), None)
