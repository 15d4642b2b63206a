"""The story of a case in plain words: one sentence for each thing that happened."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from webapp.forms.facts import named_fact
from webapp.texts import gettext as _
from webapp.texts import ngettext
from workflows.actors import SYSTEM
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import BoundaryEvent, CallActivity, Node, UserTask
from workflows.engine.tables import HistoryEvent

Telling = Callable[[HistoryEvent], tuple[str, str]]
PICTURES: Mapping[str, tuple[str, str]] = {
    "instance_started": ("player-play", "blue"),
    "activity_started": ("circle-dot", "grey"),
    "activity_completed": ("check", "green"),
    "activity_cancelled": ("ban", "grey"),
    "timer_fired": ("alarm", "amber"),
    "message_received": ("mail-opened", "blue"),
    "signal_received": ("mail-opened", "blue"),
    "condition_met": ("circle-check", "blue"),
    "escalation_uncaught": ("alert-triangle", "amber"),
    "gateway_taken": ("git-fork", "grey"),
    "user_task_rescheduled": ("clock", "amber"),
    "decision_made": ("table", "violet"),
    "incident_opened": ("alert-triangle", "red"),
    "incident_resolved": ("lifebuoy", "green"),
    "instance_migrated": ("git-branch", "violet"),
    "instance_moved": ("player-track-next", "violet"),
    "instance_completed": ("flag", "green"),
    "instance_cancelled": ("circle-x", "grey"),
}


@dataclass(frozen=True)
class StoryLine:
    """One line of the story."""

    seq: int
    at: datetime
    sentence: str
    note: str
    actor: str | None
    picture: str
    tone: str


@dataclass(frozen=True)
class Teller:
    """
    Tells the events of one case.

    Attributes:
        names: What to call people, by username.
        shows_actors: Whether the reader may know who did what.
        reader: Username of the reader, who always knows what they did.

    """

    executable: ExecutableProcess
    names: Mapping[str, str]
    reader: str
    shows_actors: bool = True

    def tell(self, event: HistoryEvent) -> StoryLine:
        """Return an event as one line."""
        picture, tone = PICTURES.get(event.type, ("point", "grey"))
        sentence, note = self._words(event)
        return StoryLine(
            seq=event.seq,
            at=event.at,
            sentence=sentence,
            note=note,
            actor=self._actor(event),
            picture=picture,
            tone=tone,
        )

    def _words(self, event: HistoryEvent) -> tuple[str, str]:
        """Return the sentence of an event and what explains it."""
        tell = {**self._about_steps(), **self._about_events(), **self._about_the_case()}
        known = tell.get(event.type)
        return known(event) if known else (event.type, "")

    def _about_steps(self) -> dict[str, Telling]:
        """Return how to tell what happened at one step."""
        return {
            "activity_started": self._began,
            "activity_completed": self._ended,
            "activity_cancelled": lambda each: (
                _("“%(step)s” was withdrawn", step=self._name(each)),
                "",
            ),
            "gateway_taken": self._way_taken,
            "decision_made": self._decided,
            "incident_opened": lambda each: (
                _("A problem stopped “%(step)s”", step=self._name(each)),
                str(each.data.get("message", "")),
            ),
            "incident_resolved": self._resolved,
            "user_task_rescheduled": self._rescheduled,
        }

    def _about_events(self) -> dict[str, Telling]:
        """Return how to tell what was heard, and what was not."""
        return {
            "timer_fired": self._time_passed,
            "message_received": self._message,
            "signal_received": lambda each: (
                _("The signal at “%(step)s” was heard", step=self._name(each)),
                "",
            ),
            "condition_met": lambda each: (
                _("The condition “%(step)s” came true", step=self._name(each)),
                "",
            ),
            "escalation_uncaught": lambda each: (
                _("“%(step)s” escalated, and nothing was listening", step=self._name(each)),
                str(each.data.get("code") or ""),
            ),
        }

    def _about_the_case(self) -> dict[str, Telling]:
        """Return how to tell how a case began and ended."""
        return {
            "instance_started": lambda _event: (_("The case was started"), ""),
            "instance_migrated": self._migrated,
            "instance_moved": lambda each: (
                _("The case was moved to “%(step)s”", step=self._name(each)),
                str(each.data.get("reason", "")),
            ),
            "instance_completed": lambda _event: (_("The case came to its end"), ""),
            "instance_cancelled": lambda each: (
                _("The case was cancelled"),
                str(each.data.get("reason", "")),
            ),
        }

    def _migrated(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell to which version a case has migrated, and why."""
        before, after = event.data["before"], event.data["after"]
        if before == after:
            told = _("The case goes on with newer forms, tables and called processes")
        else:
            told = _(
                "The case goes on in version %(after)d instead of version %(before)d",
                before=before,
                after=after,
            )
        return told, str(event.data.get("reason", ""))

    def _began(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell that a step began."""
        name = self._name(event)
        if isinstance(self._node(event), UserTask):
            return _("“%(step)s” is waiting for a person", step=name), ""
        return _("“%(step)s” began", step=name), ""

    def _ended(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell that a step was done."""
        node, name = self._node(event), self._name(event)
        if isinstance(node, UserTask):
            return _("“%(step)s” was done", step=name), ""
        if isinstance(node, CallActivity):
            return _("“%(step)s” is finished", step=name), ""
        return _("“%(step)s” was done automatically", step=name), ""

    def _time_passed(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell that a timer fired, beside which step."""
        node = self._node(event)
        if isinstance(node, BoundaryEvent):
            process = self.executable.model(self._process_key(event))
            host = process.nodes.get(node.attached_to)
            return (
                _("Time passed at “%(step)s”", step=host.name if host else node.attached_to),
                _spelled_out(node.name),
            )
        return _("The wait “%(step)s” is over", step=self._name(event)), ""

    def _message(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell that a message arrived."""
        message = event.data.get("message") or self._name(event)
        return _("The message “%(message)s” arrived", message=message), ""

    def _resolved(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell how somebody dealt with a problem, and why."""
        reason = str(event.data.get("reason") or "")
        if event.data.get("resolution") == "retried":
            return _("The problem was dealt with by trying again"), reason
        if event.data.get("resolution") == "skipped":
            return _("The step with the problem was skipped"), reason
        return _("The problem was dealt with"), reason

    def _rescheduled(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell why the time of a user task stands still, or runs again."""
        name = self._name(event)
        told = {
            "asked": _("“%(step)s” waits for an answer; its time stands still", step=name),
            "answered": _("The question about “%(step)s” was answered", step=name),
            "unanswered": _("Nobody answered the question about “%(step)s” in time", step=name),
        }
        ended = _("The question about “%(step)s” was taken back", step=name)
        return told.get(str(event.data.get("cause")), ended), ""

    def _way_taken(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell which way a gateway chose."""
        process = self.executable.model(self._process_key(event))
        flows = [
            process.flows[flow] for flow in event.data.get("flows", ()) if flow in process.flows
        ]
        ways = [flow.name or self._target(process.nodes.get(flow.target)) for flow in flows]
        return _("“%(question)s”: %(way)s", question=self._name(event), way=", ".join(ways)), ""

    def _decided(self, event: HistoryEvent) -> tuple[str, str]:
        """Tell what a decision table said."""
        output = named_fact(event.data.get("decision", ""), event.data.get("output"), self.names)
        return _("“%(step)s” was decided by the table", step=self._name(event)), output

    def _actor(self, event: HistoryEvent) -> str | None:
        """Return who did it, as far as the reader may know."""
        if event.actor is None or event.actor == SYSTEM.username:
            return None
        is_own = event.actor == self.reader
        if not (self.shows_actors or is_own):
            return None
        return self.names.get(event.actor, event.actor)

    def _node(self, event: HistoryEvent) -> Node | None:
        """Return the element that an event is about."""
        key = self._process_key(event)
        known = key == self.executable.process.key or key in self.executable.called
        return self.executable.model(key).nodes.get(event.element_id or "") if known else None

    def _process_key(self, event: HistoryEvent) -> str:
        """Return the process in which an event happened."""
        return str(event.data.get("process", self.executable.process.key))

    def _name(self, event: HistoryEvent) -> str:
        """Return what the element of an event is called."""
        node = self._node(event)
        return event.name or (node.name if node else "") or event.element_id or ""

    def _target(self, node: Node | None) -> str:
        """Return where a way leads."""
        return "" if node is None else node.name or _("onwards")


def milestones(executable: ExecutableProcess) -> frozenset[str]:
    """Return the elements whose end readers want to know: what people do, and whole stages."""
    return frozenset(
        node.id
        for model in executable.models
        for node in model.nodes.values()
        if isinstance(node, UserTask | CallActivity)
    )


def _spelled_out(label: str) -> str:
    """Write the short label of a timer in full: `3 wd` means three working days."""
    short = re.fullmatch(r"(\d{1,4}) ?(wd|cd)", label)
    if short is None:
        return label
    if short[2] == "wd":
        return ngettext("%(num)d working day", "%(num)d working days", int(short[1]))
    return ngettext("%(num)d day", "%(num)d days", int(short[1]))
