"""
Moving a case: what can be left, where it can go on, and what would follow.

A move withdraws what waits in one scope and lets one token go on at another element of
the same scope. It is refused where it would leave a parallel join that could never fire.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
from workflows.engine import foreseen, stepping, transitions
from workflows.engine.failures import TransitionFailed
from workflows.engine.foreseen import Foreseen
from workflows.engine.instances import ReasonMissing
from workflows.engine.migration.joins import Joins, Standing
from workflows.engine.model import ExecutableProcess
from workflows.engine.move_command import Move
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    CatchEvent,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    Node,
    ThrowEvent,
)
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import BODY, CALLED, ROOT, Case, Scope
from workflows.engine.tables import Instance
from workflows.engine.transition import StepRefused, TokenNotWaiting
from workflows.errors import Conflict, Invalid

_AIMS = (Activity, CatchEvent, ThrowEvent, ExclusiveGateway, EventBasedGateway)


class CannotMove(Invalid):
    """The case cannot be moved so; the sentence says why."""


class CaseMovedOn(Conflict):
    """What was to be withdrawn is not there any more."""

    def __init__(self) -> None:
        super().__init__(Sentence("The case has gone on meanwhile; look where it is now."))


@dataclass(frozen=True)
class Stop:
    """
    A place at which a case waits.

    Attributes:
        token: The token that waits there; 0 where tokens wait in a join.

    """

    scope: int
    element_id: str
    name: str
    token: int = 0

    @property
    def key(self) -> str:
        """The stop as a form names it."""
        return f"{self.scope}.{self.token}.{self.element_id}"


@dataclass(frozen=True)
class Ground:
    """One scope of a case: where the case waits in it, and where it could go on."""

    scope: int
    name: str
    stops: tuple[Stop, ...]
    aims: tuple[Node, ...]


def grounds(state: bytes | None, executable: ExecutableProcess) -> tuple[Ground, ...]:
    """Return every scope of a case in which something could be moved."""
    if state is None:
        return ()
    case = codec.decode(state, executable)
    found = (
        Ground(scope.id, _name(case, scope), tuple(_stops(case, scope)), tuple(_aims(scope)))
        for scope in case.scopes.values()
        if scope.kind in (ROOT, BODY, CALLED)
    )
    return tuple(one for one in found if one.stops)


def command_of(stops: Sequence[Stop], element_id: str, reason: str) -> Move:
    """
    Return the command that withdraws some stops of one scope and goes on at an element.

    Raises:
        CannotMove: None is named, or they lie in several scopes.
        ReasonMissing: The reason is empty.

    """
    if not stops or len({one.scope for one in stops}) > 1:
        raise CannotMove(Sentence("Choose what to withdraw, all of it in the same process."))
    if not reason.strip():
        raise ReasonMissing
    tokens = sorted(one.token for one in stops if one.token)
    joins = sorted(one.element_id for one in stops if not one.token)
    return Move(stops[0].scope, tokens, joins, element_id, reason.strip()[:400])


def must_fit(command: Move, state: bytes | None, executable: ExecutableProcess) -> None:
    """
    Refuse a move that cannot be done, or behind which a join could never fire.

    Raises:
        CaseMovedOn: What is to be withdrawn is gone.
        CannotMove: The case cannot go on there.

    """
    if state is None:
        raise CaseMovedOn
    case = codec.decode(state, executable)
    scope = case.scopes.get(command.scope)
    known = {(one.token, "" if one.token else one.element_id) for one in _stops(case, scope)}
    wanted = {(token, "") for token in command.tokens} | {(0, join) for join in command.joins}
    if scope is None or not wanted <= known:
        raise CaseMovedOn
    if command.element_id not in {one.id for one in _aims(scope)}:
        raise CannotMove(
            Sentence("The case cannot go on at “%(element_id)s”.", element_id=command.element_id)
        )
    starving = _starving(case, scope, command)
    if starving:
        names = ", ".join(f"“{_called(scope, each)}”" for each in starving)
        raise CannotMove(
            Sentence(
                "%(names)s would wait for ever for a path that nothing takes any more. Withdraw"
                " everything that leads there, or go on behind it.",
                names=names,
            )
        )


def foresee(
    command: Move, state: bytes | None, executable: ExecutableProcess, occasion: Occasion
) -> Foreseen:
    """
    Return what a move would bring up to the first service that it calls; nothing is changed.

    Raises:
        CaseMovedOn: What is to be withdrawn is gone.
        CannotMove: The case cannot go on there; the sentence says why.

    """
    must_fit(command, state, executable)
    try:
        return foreseen.foresee(command, state, executable, occasion)
    except TokenNotWaiting as gone:
        raise CaseMovedOn from gone
    except StepRefused as refused:
        why = Term("incident", stepping.kind_of(refused), str(refused).rstrip("."))
        raise CannotMove(Sentence("The case cannot be moved so: %(why)s.", why=why)) from refused


def move(session: Session, instance_id: int, command: Move, occasion: Occasion) -> Instance:
    """
    Let a case go on at another element.

    Raises:
        CaseNotFound: There is no such case.
        CaseEnded: It is over.
        CaseMovedOn: What is to be withdrawn is gone.
        CannotMove: The case cannot go on there, or what comes next failed.

    """
    case = transitions.lock(session, instance_id)
    case.must_be_open()
    transitions.follow_latest(session, case)
    foresee(command, case.values["state"], case.bundle.executable, occasion)
    try:
        return transitions.move(session, case, command, occasion)
    except TokenNotWaiting as gone:
        raise CaseMovedOn from gone
    except TransitionFailed as failed:
        # The case stands as well as before: an incident would only hide where it was.
        why = Term("incident", failed.trouble.kind, failed.trouble.message.rstrip("."))
        raise CannotMove(Sentence("What comes next failed: %(why)s.", why=why)) from failed


def _stops(case: Case, scope: Scope | None) -> Iterator[Stop]:
    """Yield where a case waits in a scope; what only listens goes with its host."""
    if scope is None:
        return
    for token in case.tokens.values():
        if token.scope == scope.id and not token.host:
            yield Stop(scope.id, token.node, _called(scope, token.node), token.id)
    for join in scope.joins:
        yield Stop(scope.id, join, _called(scope, join))


def _aims(scope: Scope) -> Iterator[Node]:
    """Yield the elements of a scope at which a single token can go on."""
    level = scope.node if scope.kind == BODY else None
    for node in scope.process.nodes.values():
        is_aim = isinstance(node, _AIMS) and not isinstance(node, BoundaryEvent | EventSubProcess)
        is_undoing = isinstance(node, Activity) and node.undoes
        if node.parent == level and is_aim and not is_undoing and node.incoming:
            yield node


def _starving(case: Case, scope: Scope, command: Move) -> list[str]:
    """Return the joins that could not fire after a move, and could before."""
    joins, level = Joins(scope.process), scope.node if scope.kind == BODY else None
    mine = {token.id: token.node for token in case.tokens.values() if token.scope == scope.id}
    left = {node for number, node in mine.items() if number not in command.tokens}
    held = {join: frozenset(counts) for join, counts in scope.joins.items()}
    kept: Mapping[str, frozenset[str]] = {
        join: flows for join, flows in held.items() if join not in command.joins
    }
    before = Standing(level, frozenset(mine.values()), held)
    after = Standing(level, frozenset(left | {command.element_id}), kept)
    return sorted(joins.starved(after) - joins.starved(before))


def _called(scope: Scope, element_id: str) -> str:
    """Return what people call an element."""
    return scope.process.nodes[element_id].name or element_id


def _name(case: Case, scope: Scope) -> str:
    """Return what people call the process or sub-process that a scope is."""
    if scope.kind == BODY and scope.node is not None:
        return _called(case.scopes[scope.parent], scope.node)
    return scope.process.name or scope.process.key
