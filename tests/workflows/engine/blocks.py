"""
Well-structured processes as trees of blocks: what the oracle plays and `drawing` draws.

Conditions depend on `n`, which each completion writes. A fault is thrown right
behind a user task, so that no other path moves in the same step and the order
of concurrent paths, which BPMN leaves open, cannot matter.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    id: str


@dataclass(frozen=True)
class Several:
    """Blocks in a row, side by side, one of them, or some of them."""

    kind: str  # seq, par, xor, inc
    id: str
    parts: tuple["Block", ...]


@dataclass(frozen=True)
class Loop:
    """A block that is done again while `n` can be divided by three."""

    id: str
    body: "Block"


@dataclass(frozen=True)
class Wait:
    """Something that comes from outside: a message (caught or received), a signal, or time."""

    kind: str  # message, receive, signal, timer
    id: str
    hours: int = 0


@dataclass(frozen=True)
class Choice:
    """An event-based gateway: the first of some events decides which block is done."""

    id: str
    options: tuple[tuple[Wait, "Block"], ...]


@dataclass(frozen=True)
class Throw:
    """A user task, and behind it an error, an escalation or the end of all around, if n says so."""

    kind: str  # error, escalation, stop
    id: str
    code: str = ""


@dataclass(frozen=True)
class Send:
    """A user task, and behind it a message to other cases."""

    id: str


@dataclass(frozen=True)
class Link:
    """A block behind a link event."""

    id: str
    body: "Block"


@dataclass(frozen=True)
class On:
    """
    What is done when something happens to an activity.

    `place` says where it is drawn: at the border, or as an event sub-process
    inside. A `code` of nothing catches every error or escalation. A timer is due
    after some hours, `times` times.
    """

    kind: str  # message, signal, timer, error, escalation
    id: str
    place: str  # border, inside
    handler: "Block"
    interrupting: bool
    code: str = ""
    hours: int = 0
    times: int = 1


@dataclass(frozen=True)
class Activity:
    """
    A block with a border: sub-process, call, loop or many instances, and what may happen to it.

    `first` ends many instances with the first one that is done.
    """

    kind: str  # sub, call, lone (a user task), rounds, each, row
    id: str
    body: "Block"
    events: tuple[On, ...] = ()
    first: bool = False


Block = User | Several | Loop | Wait | Choice | Throw | Send | Link | Activity
INSTANCES = 2
MOST_ROUNDS = 3


def takes(index: int, kind: str, count: int, n: int) -> bool:
    """Say whether a gateway takes a branch; the last one is the default."""
    if kind == "xor":
        return n % count == index if index < count - 1 else True
    return (n + index) % 4 < 2


def throws(n: int) -> bool:
    """Say whether a fault is thrown."""
    return n % 2 == 1
