"""
The nodes and flows of a process model, frozen and compiled, as the runtime reads them.

They know no XML and no SpiffWorkflow. Every expression in them is compiled; a
model that could not be compiled does not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rules.feel import Expression
from workflows.engine.durations import Cycle, Interval
from workflows.engine.loops import MultiInstance, StandardLoop

TimingKind = Literal["date", "duration", "cycle"]


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is `None` where the flow is always taken."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
    is_default: bool = False


@dataclass(frozen=True)
class Mapped:
    """An input or output mapping: a name and the expression that gives its value."""

    name: str
    expression: Expression


@dataclass(frozen=True)
class Words:
    """
    Who something is assigned to: plain words, or an expression.

    A plain word that is the name of a variable stands for its value.
    """

    words: tuple[str, ...] = ()
    expression: Expression | None = None


@dataclass(frozen=True)
class Timing:
    """When a timer is due: a literal that was read at publish, or an expression."""

    kind: TimingKind
    text: str
    literal: Interval | Cycle | datetime | None = None
    expression: Expression | None = None


@dataclass(frozen=True)
class Message:
    """A message that is sent or waited for."""

    name: str
    correlation: Expression | None = None


@dataclass(frozen=True)
class Fault:
    """An error or escalation; as a catcher, `code` is `None` when it catches every one."""

    kind: Literal["error", "escalation"]
    code: str | None


@dataclass(frozen=True)
class Compensation:
    """What an event undoes: one activity with all that it did, or everything around it."""

    activity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node. `parent` is the sub-process it lies in, `None` at the outermost level."""

    id: str
    name: str = ""
    documentation: str = ""
    parent: str | None = None
    lane: str | None = None
    line: int | None = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    result_variable: str | None = None


@dataclass(frozen=True, kw_only=True)
class StartEvent(Node):
    """
    Where a process or sub-process begins.

    `message`, `signal`, `timing`, `condition` and `fault` are what it waits for
    in an event sub-process; a message, signal or time can start a process, too.
    """

    form: str | None = None
    duty: str | None = None
    message: Message | None = None
    signal: str | None = None
    timing: Timing | None = None
    condition: Expression | None = None
    fault: Fault | None = None
    is_interrupting: bool = True

    @property
    def is_plain(self) -> bool:
        """Say whether nothing but a person or a call begins it."""
        waits_for = (self.message, self.signal, self.timing, self.condition, self.fault)
        return all(one is None for one in waits_for)


@dataclass(frozen=True, kw_only=True)
class ThrowEvent(Node):
    """
    An event, or a send task, that sends, escalates, compensates, or only passes.

    A link that is thrown has a flow of its own to where it is caught.
    """

    message: Message | None = None
    signal: str | None = None
    fault: Fault | None = None
    compensation: Compensation | None = None
    inputs: tuple[Mapped, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EndEvent(ThrowEvent):
    """
    Where a path ends.

    `terminates` ends all paths of its process or sub-process; `cancels` undoes
    the transaction it lies in and leaves it by its cancel boundary event.
    """

    terminates: bool = False
    cancels: bool = False


@dataclass(frozen=True, kw_only=True)
class CatchEvent(Node):
    """
    An intermediate event that waits for a time, message, signal or condition.

    Where a link is caught, nothing is waited for: the token comes from where it is thrown.
    """

    timing: Timing | None = None
    message: Message | None = None
    signal: str | None = None
    condition: Expression | None = None
    is_link: bool = False


@dataclass(frozen=True, kw_only=True)
class BoundaryEvent(CatchEvent):
    """An event at the border of an activity."""

    attached_to: str
    is_interrupting: bool = True
    fault: Fault | None = None
    is_cancel: bool = False
    handler: str | None = None  # the activity that undoes, at a compensation boundary event

    @property
    def listens(self) -> bool:
        """Say whether something from outside makes it happen: a time, a message and so on."""
        return self.fault is None and not self.is_cancel and self.handler is None


@dataclass(frozen=True, kw_only=True)
class Activity(Node):
    """
    Work: something that can carry boundary events and can be repeated.

    `undone_by` is the activity that undoes it, `undoes` says that it is one itself.
    """

    boundaries: tuple[str, ...] = ()
    undone_by: str | None = None
    undoes: bool = False
    loop: MultiInstance | StandardLoop | None = None
    inputs: tuple[Mapped, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AbstractTask(Activity):
    """A task without a kind; it passes at once."""


@dataclass(frozen=True, kw_only=True)
class UserTask(Activity):
    """Work for a person."""

    form: str | None = None
    assignee: Words | None = None
    candidate_groups: Words | None = None
    due_in: Timing | None = None
    sla_in: Timing | None = None
    priority: Expression | int = 50
    duty: str | None = None
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceTask(Activity):
    """Work for code: the name of a registered service."""

    service: str


@dataclass(frozen=True, kw_only=True)
class BusinessRuleTask(Activity):
    """Work for a decision table; `trace` keeps why the other rules did not match as well."""

    decision: str
    trace: bool = False


@dataclass(frozen=True, kw_only=True)
class SendTask(Activity):
    """A task that sends a message."""

    message: Message


@dataclass(frozen=True, kw_only=True)
class ReceiveTask(Activity):
    """A task that waits for a message."""

    message: Message


@dataclass(frozen=True, kw_only=True)
class SubProcess(Activity):
    """A process within the process; it shares the data around it."""

    start: str


@dataclass(frozen=True, kw_only=True)
class EventSubProcess(SubProcess):
    """A sub-process that no flow leads to: an event begins it while what is around it lives."""


@dataclass(frozen=True, kw_only=True)
class Transaction(SubProcess):
    """A sub-process that can be cancelled: what was completed in it is undone."""


@dataclass(frozen=True, kw_only=True)
class CallActivity(Activity):
    """
    The call of another process, with data of its own.

    `is_latest` says in which version: the one in force at the call, or at the start of the case.
    """

    called: str
    is_latest: bool = False


@dataclass(frozen=True, kw_only=True)
class ExclusiveGateway(Node):
    """Take the first flow whose condition holds, else the default flow."""


@dataclass(frozen=True, kw_only=True)
class ParallelGateway(Node):
    """Wait for one token on every incoming flow, then take every outgoing flow."""


@dataclass(frozen=True, kw_only=True)
class InclusiveGateway(Node):
    """Wait for every token that can still come, then take every flow whose condition holds."""


@dataclass(frozen=True, kw_only=True)
class EventBasedGateway(Node):
    """Wait for the first of several events."""
