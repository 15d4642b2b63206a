"""Where a case stands, in a sentence or two that everybody understands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from webapp import wording
from webapp.languages import day
from webapp.texts import gettext as _
from webapp.texts import ngettext
from workflows.case_access import View
from workflows.case_reading import CaseReading
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import CallActivity, CatchEvent, EndEvent
from workflows.engine.progress import Progress, Trace
from workflows.engine.tables import UserTask

MOST_SENTENCES = 3


@dataclass(frozen=True)
class Standing:
    """Where a case stands: `tone` and `picture` say the same to the eye."""

    sentences: tuple[str, ...]
    tone: str
    picture: str
    due_at: datetime | None


def standing(
    reading: CaseReading,
    process: ProcessModel,
    progress: Progress,
    traces: Mapping[str, Trace],
    *,
    names: Mapping[str, str],
    reader: str,
    now: datetime,
) -> Standing:
    """Say where a case stands, with names only where the reader may know them."""
    due_at = min((each.due_at for each in reading.user_tasks if each.due_at), default=None)
    if reading.is_over:
        return _ended(reading, process, progress)
    if reading.incidents:
        steps = ", ".join(
            sorted({f"“{_step(process, each.element_id)}”" for each in reading.incidents})
        )
        stopped = (_("A problem stopped the case at %(steps)s. Somebody must act.", steps=steps),)
        return Standing(stopped, "red", "alert-triangle", due_at)
    if reading.access.view is View.STATUS:
        sentences = _for_the_subject(reading, process, progress, reader)
    else:
        sentences = _for_those_involved(reading, traces, names)
    late = due_at is not None and due_at < now
    if not sentences:
        sentences = _silent_waits(reading, process)
    tone, picture = ("red", "alarm") if late else ("blue", "hourglass")
    return Standing(tuple(sentences), tone, picture, due_at)


def _ended(reading: CaseReading, process: ProcessModel, progress: Progress) -> Standing:
    """Say how and when the case ended."""
    ended = day(reading.instance.ended_at)
    ends = (process.nodes.get(each) for each in sorted(progress.done))
    outcome = ", ".join(
        each.name for each in ends if isinstance(each, EndEvent) and each.name and not each.parent
    )
    if reading.instance.status == "cancelled":
        return Standing((_("Cancelled on %(day)s.", day=ended),), "grey", "circle-x", None)
    if outcome:
        sentence = _("Completed on %(day)s: %(outcome)s.", day=ended, outcome=outcome)
    else:
        sentence = _("Completed on %(day)s.", day=ended)
    return Standing((sentence,), "green", "flag", None)


def _for_the_subject(
    reading: CaseReading, process: ProcessModel, progress: Progress, reader: str
) -> Sequence[str]:
    """Name the stage and the reader's own work, nobody else."""
    own = [each for each in reading.user_tasks if each.assignee == reader]
    sentences = [_waits_for_you(each) for each in own]
    stages = [
        process.nodes[node].name
        for node in progress.active
        if isinstance(process.nodes.get(node), CallActivity) and process.nodes[node].name
    ]
    sentences += [_("The stage “%(stage)s” is under way.", stage=stage) for stage in stages]
    if not sentences and reading.user_tasks:
        sentences.append(_("Others are at work on it. You will get a notice when it moves."))
    return sentences[:MOST_SENTENCES]


def _for_those_involved(
    reading: CaseReading, traces: Mapping[str, Trace], names: Mapping[str, str]
) -> Sequence[str]:
    """Name every step that waits, with who has it and until when."""
    in_order = sorted(reading.user_tasks, key=lambda each: (each.name, each.due_at is None))
    groups = [list(each) for _name, each in groupby(in_order, key=lambda each: each.element_id)]
    groups.sort(key=_first_due)
    sentences = [
        _one_wait(each[0], names) if len(each) == 1 else _many_waits(each, traces, names)
        for each in groups[:MOST_SENTENCES]
    ]
    rest = len(groups) - MOST_SENTENCES
    if rest > 0:
        sentences.append(
            ngettext("And for %(num)d other step.", "And for %(num)d other steps.", rest)
        )
    return sentences


def _first_due(user_tasks: Sequence[UserTask]) -> tuple[bool, float]:
    """Order steps by their earliest due moment; those without one come last."""
    moments = [each.due_at.timestamp() for each in user_tasks if each.due_at]
    return (not moments, min(moments, default=0.0))


def _one_wait(user_task: UserTask, names: Mapping[str, str]) -> str:
    """Say who must do one user task."""
    facts = {
        "who": who(user_task, names),
        "step": user_task.name,
        "day": _until(user_task),
    }
    if user_task.due_at is None:
        return _("Waits for %(who)s: “%(step)s”.", **facts)
    return _("Waits for %(who)s: “%(step)s”, until %(day)s.", **facts)


def _waits_for_you(user_task: UserTask) -> str:
    """Say that it is the reader's turn."""
    if user_task.due_at is None:
        return _("Waits for you: “%(step)s”.", step=user_task.name)
    until = _until(user_task)
    return _("Waits for you: “%(step)s”, until %(day)s.", step=user_task.name, day=until)


def _until(user_task: UserTask) -> str:
    """Write when a step is due, for the end of a sentence; its full stop comes after it."""
    return day(user_task.due_at, "EEE, d MMM").removesuffix(".")


def _many_waits(
    user_tasks: Sequence[UserTask], traces: Mapping[str, Trace], names: Mapping[str, str]
) -> str:
    """Say how many of several people still have to do the same step, and who is next."""
    element_id = user_tasks[0].element_id
    done = max((trace.completed[element_id] for trace in traces.values()), default=0)
    first = min(user_tasks, key=lambda each: (each.due_at is None, each.due_at or each.created_at))
    facts = {
        "left": len(user_tasks),
        "all": len(user_tasks) + done,
        "step": first.name,
        "who": who(first, names),
        "day": _until(first),
    }
    if first.due_at is None:
        return _("Waits for %(left)d of %(all)d people: “%(step)s”.", **facts)
    return _(
        "Waits for %(left)d of %(all)d people: “%(step)s”; %(who)s has until %(day)s.", **facts
    )


class Assigned(Protocol):
    """Anything that somebody has, or that groups may take."""

    @property
    def assignee(self) -> str | None:
        """Username of who has it."""
        ...

    @property
    def candidate_groups(self) -> Sequence[str]:
        """Groups that may take it."""
        ...


def who(user_task: Assigned, names: Mapping[str, str]) -> str:
    """Return who has a user task, or who may take it."""
    if user_task.assignee is None and getattr(user_task, "is_with_judge", False):
        return _("Reviewer")
    if user_task.assignee:
        return names.get(user_task.assignee, user_task.assignee)
    return _(" or ").join(wording.group(group) for group in user_task.candidate_groups)


def _silent_waits(reading: CaseReading, process: ProcessModel) -> Sequence[str]:
    """Say for which moment or message the case waits when no person is asked."""
    sentences = []
    timers = sorted(reading.timers, key=lambda each: each.due_at)
    if timers:
        sentences.append(
            _(
                "Nobody has to act. It goes on by itself, at the latest on %(day)s.",
                day=day(timers[0].due_at),
            )
        )
    coming = [each for each in reading.messages if each.kind != "condition"]
    for each in coming[:1]:
        node = process.nodes.get(each.element_id)
        name = node.name if isinstance(node, CatchEvent) and node.name else each.message_name
        sentences.append(_("Waits for news from elsewhere: “%(message)s”.", message=name))
    return sentences or [_("The case is on its way.")]


def _step(process: ProcessModel, element_id: str | None) -> str:
    """Return what a step is called, as far as the outermost process knows it."""
    node = process.nodes.get(element_id or "")
    return node.name if node is not None and node.name else element_id or ""
