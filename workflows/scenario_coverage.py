"""What scenarios visit of a process: its elements and flows, and what they leave out."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.engine.model import ProcessModel
from workflows.engine.progress import Progress


@dataclass(frozen=True)
class Coverage:
    """
    How much of a process was visited; what it calls has scenarios of its own.

    Attributes:
        elements, flows: Ids of what was visited.
        missed: Ids of the elements that never were, in the order of the model.
        missed_flows: Ids of the flows that never were.

    """

    elements: frozenset[str]
    flows: frozenset[str]
    missed: tuple[str, ...]
    missed_flows: tuple[str, ...]

    @property
    def visited(self) -> int:
        """How many elements and flows were visited."""
        return len(self.elements) + len(self.flows)

    @property
    def total(self) -> int:
        """How many elements and flows there are."""
        return self.visited + len(self.missed) + len(self.missed_flows)

    @property
    def percent(self) -> int:
        """The visited part in percent; only all of it is a hundred."""
        return 100 * self.visited // self.total if self.total else 0


def coverage(process: ProcessModel, plays: Iterable[Progress]) -> Coverage:
    """Return what several plays of a process visited together."""
    elements: set[str] = set()
    flows: set[str] = set()
    for each in plays:
        elements |= each.done | each.active.keys() | each.cancelled
        flows |= each.flows
    return Coverage(
        elements=frozenset(elements & process.nodes.keys()),
        flows=frozenset(flows & process.flows.keys()),
        missed=tuple(each for each in process.nodes if each not in elements),
        missed_flows=tuple(each for each in process.flows if each not in flows),
    )
