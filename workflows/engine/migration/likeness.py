"""Whether an element of one version is the same in another, and what differs where it is."""

from collections.abc import Callable
from typing import Any

from workflows.engine.loops import MultiInstance, StandardLoop
from workflows.engine.migration.verdicts import Hindrance, Remark
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    CallActivity,
    Node,
    Timing,
    UserTask,
    Words,
)

Rename = Callable[[str], str]


def hindrance(old: Node, new: Node, rename: Rename) -> Hindrance | None:
    """Return why what stands at an element cannot go on at another one, if anything."""
    if type(old) is not type(new) or wait_kind(old) != wait_kind(new):
        return Hindrance.OTHER_KIND
    if _around(old, rename) != new.parent:
        return Hindrance.OTHER_PLACE
    if isinstance(old, BoundaryEvent) and isinstance(new, BoundaryEvent):
        return None if rename(old.attached_to) == new.attached_to else Hindrance.OTHER_PLACE
    if isinstance(old, Activity) and isinstance(new, Activity) and _loop(old) != _loop(new):
        return Hindrance.OTHER_LOOP
    if isinstance(old, CallActivity) and isinstance(new, CallActivity):
        return None if old.called == new.called else Hindrance.OTHER_CALL
    return None


def _around(node: Node, rename: Rename) -> str | None:
    """Return the sub-process around an element as the new version names it."""
    return None if node.parent is None else rename(node.parent)


def _loop(node: Activity) -> tuple[str, bool]:
    """Return how an activity is repeated."""
    if isinstance(node.loop, MultiInstance):
        return "many", node.loop.is_sequential
    return ("rounds" if isinstance(node.loop, StandardLoop) else "once"), False


def wait_kind(node: Node) -> str:
    """Return for what kind of thing an element waits, if for any."""
    for kind in ("timing", "message", "signal", "condition", "fault"):
        if getattr(node, kind, None) is not None:
            return kind
    return ""


def differs_in_time(old: Any, new: Any) -> bool:
    """Say whether two timers are due at other times."""
    return _time(old.timing) != _time(new.timing)


def _time(timing: Timing | None) -> tuple[str, str] | None:
    """Return what a timing says, as it is written."""
    return None if timing is None else (timing.kind, timing.text)


def differs_in_wait(old: Any, new: Any) -> bool:
    """Say whether two elements wait for another message, signal or condition."""
    return _awaited(old) != _awaited(new)


def _awaited(node: Any) -> tuple[str | None, ...]:
    """Return what an element waits for, as it is written."""
    message = getattr(node, "message", None)
    key = message.correlation if message is not None else None
    condition = getattr(node, "condition", None)
    return (
        message.name if message is not None else None,
        key.text if key is not None else None,
        getattr(node, "signal", None),
        condition.text if condition is not None else None,
    )


def remarks_of_user_task(old: UserTask, new: UserTask) -> list[Remark]:
    """Return what of an open user task stays though the new version says something else."""
    found = []
    if _time(old.due_in) != _time(new.due_in) or _time(old.sla_in) != _time(new.sla_in):
        found.append(Remark.KEEPS_DUE)
    if _words(old.assignee) != _words(new.assignee) or (
        _words(old.candidate_groups) != _words(new.candidate_groups)
    ):
        found.append(Remark.KEEPS_HOLDER)
    if old.form != new.form:
        found.append(Remark.OTHER_FORM)
    return found


def _words(words: Words | None) -> tuple[Any, ...] | None:
    """Return whom something is assigned to, as it is written."""
    if words is None:
        return None
    return words.words, words.expression.text if words.expression is not None else None
