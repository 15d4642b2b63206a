"""
The token game without data: which joins fire, and which wait for ever.

One level of a process is played in every way that its conditions might turn out.
Conditions that exclude each other are not known here, so a join that starves in one
of the ways *may* starve; one that fires in none of them *cannot* fire.

Not every order has to be played. A token that is at no join moves by itself,
whatever the others do, and a join that can fire stays so; it is therefore enough to
move one token at a time, always the one that is furthest behind. Every end that the
game can have is still found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations

from workflows.engine.checks.graph import Graph
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    Flow,
    InclusiveGateway,
    Node,
    ParallelGateway,
)

Marking = tuple[tuple[str, int], ...]
MOST_MARKINGS = 2_000
_MOST_ON_A_FLOW = 3
_MOST_SUBSETS = 6
_BEHIND = 10**9


@dataclass
class Played:
    """
    What came out of the game.

    Attributes:
        came: Joins at which a token has come.
        fired: Joins that have fired.
        stuck: By join, the flows that had brought a token when nothing moved any more.
        doubled: Nodes at which two tokens of one fork came without a join.
        is_whole: Whether every way was played, so that what never happened cannot.

    """

    came: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)
    stuck: dict[str, frozenset[str]] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    is_whole: bool = True


def play(graph: Graph, level: str | None) -> Played:
    """Play one level of a process from each of its beginnings."""
    game = _Game(graph, level)
    for start in graph.starts(level):
        game.play(start)
    return game.played


class _Game:
    """The game on one level; places are nodes, and at joins the flows into them."""

    def __init__(self, graph: Graph, level: str | None) -> None:
        self.graph = graph
        self.nodes = {node.id: node for node in graph.levels[level]}
        self.played = Played()
        self.rank = _ranks(graph, level)
        self._seen: set[Marking] = set()

    def play(self, start: str) -> None:
        """Go through every marking that follows from a token at a start event."""
        ahead: list[Marking] = [((start, 1),)]
        while ahead:
            marking = ahead.pop()
            if marking in self._seen:
                continue
            if len(self._seen) >= MOST_MARKINGS:
                self.played.is_whole = False
                return
            self._seen.add(marking)
            ahead.extend(reversed(list(self._after(dict(marking)))))

    def _after(self, counts: dict[str, int]) -> Iterator[Marking]:
        """Yield the markings that follow when the token furthest behind moves."""
        movable = [place for place in counts if place in self.nodes]
        joins = self._joins(counts)
        ready = [
            name
            for name, flows in joins.items()
            if isinstance(self.nodes[name], ParallelGateway)
            and len(flows) == len(self.nodes[name].incoming)
        ]
        ready += [name for name in joins if self._is_released(name, joins, movable)]
        if not movable and not ready:
            for name, flows in joins.items():
                self.played.stuck.setdefault(name, frozenset(flows))
            return
        place = min([*movable, *ready], key=lambda name: self.rank.get(name, _BEHIND))
        rest = dict(counts)
        for taken in joins[place] if place in ready else (place,):
            rest[taken] -= 1
        if place in ready:
            self.played.fired.add(place)
        for targets in self._moves(self.nodes[place]):
            marking = None if targets is None else self._put(rest, targets)
            if marking:
                yield marking

    def _joins(self, counts: dict[str, int]) -> dict[str, list[str]]:
        """Return the flows that have brought tokens, by the join at which they wait."""
        joins: dict[str, list[str]] = {}
        for place in counts:
            if place not in self.nodes:
                joins.setdefault(self.graph.model.flows[place].target, []).append(place)
        self.played.came.update(joins)
        return joins

    def _is_released(self, name: str, joins: dict[str, list[str]], movable: list[str]) -> bool:
        """Say whether no token can come any more to an inclusive join, as the runtime does."""
        node = self.nodes[name]
        if not isinstance(node, InclusiveGateway):
            return False
        upstream = self.graph.model.upstream
        waited_for: set[str] = set()
        served: set[str] = set()
        for flow in node.incoming:
            (served if flow.id in joins[name] else waited_for).update(upstream[flow.id])
        decisive = waited_for - served
        return decisive.isdisjoint(movable) and decisive.isdisjoint(joins.keys() - {name})

    def _moves(self, node: Node) -> Iterator[list[str] | None]:
        """Yield the places to which a token at a node may lead; `None` ends the level."""
        if isinstance(node, EndEvent):
            is_error = node.fault is not None and node.fault.kind == "error"
            yield None if is_error or node.terminates or node.cancels else []
            return
        for flows in _choices(node):
            yield [self._place(flow) for flow in flows]
        if isinstance(node, Activity):
            yield from self._border_moves(node)

    def _border_moves(self, node: Activity) -> Iterator[list[str]]:
        """Yield what happens when something is heard at the border of an activity."""
        borders = [self.nodes[name] for name in node.boundaries if name in self.nodes]
        for border in borders:
            if not isinstance(border, BoundaryEvent) or border.handler:
                continue
            if border.is_interrupting:
                yield [border.id]
            else:
                for flows in _choices(node):
                    yield [border.id, *(self._place(flow) for flow in flows)]

    def _place(self, flow: Flow) -> str:
        """Return the place to which a flow leads: the flow itself in front of a join."""
        return flow.id if is_join(self.nodes[flow.target]) else flow.target

    def _put(self, rest: dict[str, int], targets: list[str]) -> Marking | None:
        """Return the marking with tokens at more places; `None` where it is not played on."""
        counts = {place: count for place, count in rest.items() if count}
        for place in targets:
            counts[place] = counts.get(place, 0) + 1
            if place not in self.nodes and counts[place] > _MOST_ON_A_FLOW:
                self.played.is_whole = False
                return None
            if place in self.nodes and counts[place] > 1:
                if not isinstance(self.nodes[place], EndEvent):
                    self.played.doubled.add(place)
                    self.played.is_whole = False
                counts[place] = 1
        return tuple(sorted(counts.items()))


def is_join(node: Node) -> bool:
    """Say whether a node waits for tokens of several flows."""
    return isinstance(node, ParallelGateway | InclusiveGateway) and len(node.incoming) > 1


def _choices(node: Node) -> Iterator[list[Flow]]:
    """Yield every set of flows that a token may leave a node by."""
    outgoing = list(node.outgoing)
    if not outgoing:
        yield []
    elif isinstance(node, ExclusiveGateway | EventBasedGateway):
        yield from ([flow] for flow in outgoing)
    elif isinstance(node, ParallelGateway):
        yield outgoing
    else:
        yield from _conditional(outgoing)


def _conditional(outgoing: list[Flow]) -> Iterator[list[Flow]]:
    """Yield the flows that are taken when some conditions hold and others do not."""
    always = [flow for flow in outgoing if flow.condition is None and not flow.is_default]
    default = [flow for flow in outgoing if flow.is_default]
    asked = [flow for flow in outgoing if flow.condition is not None and not flow.is_default]
    if always or default:
        yield always + default
    sizes = range(1, len(asked) + 1) if len(asked) <= _MOST_SUBSETS else (1, 2, len(asked))
    for taken in chain.from_iterable(combinations(asked, size) for size in sizes):
        yield [*always, *taken]


def _ranks(graph: Graph, level: str | None) -> dict[str, int]:
    """Number the nodes of a level so that, loops aside, each comes before its followers."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph.starts(level):
        ahead: list[tuple[str, bool]] = [(start, False)]
        while ahead:
            name, is_done = ahead.pop()
            if is_done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                ahead.append((name, True))
                ahead.extend((other, False) for other in graph.followers(graph.nodes[name]))
    main = _main_path(graph, level)
    # Side paths are played to their end first: what an event began in the round before is no
    # second token of this one. Ends come last, so that none stops a join that could fire.
    return {
        name: rank if name in main else rank - len(order)
        for rank, name in enumerate(reversed(order))
        if not isinstance(graph.nodes[name], EndEvent)
    }


def _main_path(graph: Graph, level: str | None) -> set[str]:
    """Return the nodes that a token can come to without an event that interrupts nothing."""
    seen: set[str] = set()
    ahead = graph.starts(level)
    while ahead:
        name = ahead.pop()
        node = graph.nodes[name]
        if name not in seen and (not isinstance(node, BoundaryEvent) or node.is_interrupting):
            seen.add(name)
            ahead.extend(graph.followers(node))
    return seen
