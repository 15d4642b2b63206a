"""What the page shows of a case that is played: where it stands, and what may happen next."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp import play_words, typed_values
from webapp.case_diagram import Tab
from workflows import service_examples
from workflows.engine.forms import FormDocument
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import CallActivity
from workflows.engine.progress import traced
from workflows.engine.scenarios import Played, Scenario
from workflows.engine.transition import UserTaskWait
from workflows.sandbox import Sandbox


@dataclass(frozen=True)
class Line:
    """One step that was taken, in words."""

    number: int
    text: str
    by: str
    now: datetime
    passed: list[str]


@dataclass(frozen=True)
class Due:
    """A timer that is armed."""

    name: str
    due_at: datetime
    is_next: bool


@dataclass(frozen=True)
class Heard:
    """A message or signal that is waited for; `at` is its place among all of them."""

    at: int
    name: str
    element: str
    correlation: str
    is_signal: bool


@dataclass(frozen=True)
class Position:
    """Where a played case rests."""

    box: Sandbox
    played: Played

    @property
    def case(self) -> Scenario:
        """The case itself."""
        return self.played.scenario

    @property
    def executable(self) -> ExecutableProcess:
        """The process with all that it calls."""
        return self.box.bundle.executable

    @property
    def has_begun(self) -> bool:
        """Whether the first step was taken."""
        return self.case.outcome is not None

    @property
    def has_ended(self) -> bool:
        """Whether the case has ended."""
        return self.has_begun and self.case.has_ended

    @property
    def lines(self) -> list[Line]:
        """The steps that were taken, in words."""
        return [
            Line(
                number,
                play_words.told(each.entry, self.executable),
                each.entry.get("as", "") if "complete" in each.entry else "",
                each.now,
                play_words.passed(each.events, self.executable),
            )
            for number, each in enumerate(self.played.steps, start=1)
        ]

    @property
    def user_tasks(self) -> list[UserTaskWait]:
        """The open user tasks, unless a service must answer before."""
        if not self.has_begun or self.case.call:
            return []
        return list(self.case.rest.user_tasks.values())

    def user_task(self, wanted: str) -> UserTaskWait | None:
        """Return the open user task that somebody chose; else the first one."""
        found = {str(each.token_id): each for each in self.user_tasks}
        return found.get(wanted) or next(iter(found.values()), None)

    def form_of(self, user_task: UserTaskWait | None) -> FormDocument | None:
        """Return the form of a user task, or of the start."""
        if user_task is not None:
            return self.case.form_of(user_task)
        start_form = self.box.process.start_form
        return self.box.bundle.forms[start_form] if start_form and not self.has_begun else None

    @property
    def example(self) -> str:
        """What the service that waits gave back before, or usually does, as it is typed."""
        call = self.case.call
        if call is None:
            return ""
        given = [
            each.entry["result"]
            for each in self.played.steps
            if each.entry.get("answer") == call.service and "result" in each.entry
        ]
        return typed_values.as_lines(given[-1] if given else service_examples.of(call.service))

    @property
    def timers(self) -> list[Due]:
        """The timers by their moments."""
        waits = self.case.rest.timers.values() if self.has_begun else ()
        found = sorted(waits, key=lambda each: each.due_at)
        return [
            Due(self.name_of(each.element_id), each.due_at, is_next=number == 0)
            for number, each in enumerate(found)
        ]

    @property
    def until_next(self) -> timedelta | None:
        """How long it takes until the next timer is due."""
        due = min((each.due_at for each in self.timers), default=None)
        return max(due - self.case.now, timedelta(seconds=1)) if due else None

    @property
    def messages(self) -> list[Heard]:
        """The messages and signals that are waited for."""
        waits = self.case.rest.messages.values() if self.has_begun else ()
        return [
            Heard(
                number,
                each.message_name,
                self.name_of(each.element_id),
                each.correlation,
                each.is_signal,
            )
            for number, each in enumerate(waits)
        ]

    @property
    def conditions(self) -> list[str]:
        """The conditions that are waited for."""
        return [each.text for each in self.case.rest.conditions.values()] if self.has_begun else []

    def name_of(self, element_id: str) -> str:
        """Return the name of an element."""
        return play_words.name_of(self.executable, element_id)

    def tabs(self, shown: str) -> list[Tab]:
        """Return the processes that can be looked at: the outermost one and those called."""
        found = traced(self.case.events, self.box.process.key)
        return [
            Tab(
                key,
                self.executable.model(key).name or key,
                is_shown=key == shown,
                is_live=bool(self.played.progress(key).active),
                is_visited=key in found,
            )
            for key in self._keys()
        ]

    def shown(self, wanted: str) -> str:
        """Return the process that somebody wants to look at, if it is one of these."""
        return wanted if wanted in set(self._keys()) else self.box.process.key

    def marks(self, shown: str) -> str:
        """Return what the picture of a process marks."""
        progress = self.played.progress(shown)
        return json.dumps(
            {
                "done": sorted(progress.done),
                "active": sorted(progress.active),
                "counts": dict(progress.active),
                "taken": sorted(progress.flows),
            }
        )

    def _keys(self) -> Iterator[str]:
        """Yield the key of each process, callers first."""
        keys = [self.box.process.key]
        for key in keys:
            yield key
            for node in self.executable.model(key).nodes.values():
                if isinstance(node, CallActivity) and node.called not in keys:
                    keys.append(node.called)
