"""
Changing the data of a running case: where they are kept, what would follow, and the change.

Data are changed where they are kept, so that a value that many see is not hidden behind a
second one that only one of them sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
from workflows.engine import foreseen, json_data, stepping, transitions
from workflows.engine.failures import TransitionFailed
from workflows.engine.foreseen import Foreseen
from workflows.engine.model import ExecutableProcess
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import CALLED, CHILDREN, INSTANCE, ROOT, Case, Scope, Token
from workflows.engine.tables import Instance
from workflows.engine.transition import EditData, StepRefused, TokenNotWaiting
from workflows.errors import Conflict, Invalid

_KEEPERS = (ROOT, CALLED, INSTANCE)


class CannotChange(Invalid):
    """The data cannot be changed so; the sentence says why."""


class DataGone(Conflict):
    """Where the data were kept, nothing waits any more."""

    def __init__(self) -> None:
        super().__init__(Sentence("The case has gone on meanwhile; look at its data again."))


@dataclass(frozen=True)
class Store:
    """
    A place of a case that keeps data of its own.

    Attributes:
        scope: Number of its scope.
        token: A token through which it is reached now; another one later.
        name: What people call the process or activity.
        number: Which one it is of many of its kind, from one; 0 where there is only one.
        stops: What people call the elements at which the case waits there, of those that
            have a name.

    """

    scope: int
    token: int
    name: str
    number: int
    stops: tuple[str, ...]
    values: Mapping[str, Any]


def stores(state: bytes | None, executable: ExecutableProcess) -> tuple[Store, ...]:
    """Return every place of a case that keeps data: the case, called processes, one of many."""
    if state is None:
        return ()
    case = codec.decode(state, executable)
    reached: dict[int, list[Token]] = {}
    for token in case.tokens.values():
        if not token.host:
            reached.setdefault(case.data_scope(case.scopes[token.scope]).id, []).append(token)
    return tuple(_stores(case, reached))


def store_of(state: bytes | None, executable: ExecutableProcess, scope: int) -> Store:
    """
    Return one place of a case that keeps data.

    Raises:
        DataGone: Nothing waits there any more.

    """
    found = next((one for one in stores(state, executable) if one.scope == scope), None)
    if found is None:
        raise DataGone
    return found


def foresee(
    command: EditData, state: bytes | None, executable: ExecutableProcess, occasion: Occasion
) -> Foreseen:
    """
    Return what a change would bring at once, such as a condition that holds then.

    Raises:
        DataGone: Nothing waits there any more.
        CannotChange: The case cannot take the change; the sentence says why.

    """
    json_data.checked(command.data)
    try:
        return foreseen.foresee(command, state, executable, occasion)
    except TokenNotWaiting as gone:
        raise DataGone from gone
    except StepRefused as refused:
        why = Term("incident", stepping.kind_of(refused), str(refused).rstrip("."))
        raise CannotChange(
            Sentence("The data cannot be changed so: %(why)s.", why=why)
        ) from refused


def change(
    session: Session, instance_id: int, scope: int, values: Mapping[str, Any], occasion: Occasion
) -> Instance:
    """
    Change data where a case keeps them; what waits for a condition looks at it again.

    Raises:
        CaseNotFound: There is no such case.
        CaseEnded: It is over.
        DataGone: Nothing waits any more where the data were kept.
        CannotChange: The case cannot take the change, or what comes next failed.

    """
    case = transitions.lock(session, instance_id)
    case.must_be_open()
    transitions.follow_latest(session, case)
    store = store_of(case.values["state"], case.bundle.executable, scope)
    command = EditData(store.token, dict(values))
    foresee(command, case.values["state"], case.bundle.executable, occasion)
    try:
        return transitions.move(session, case, command, occasion)
    except TransitionFailed as failed:
        # The case stands as well as before: an incident would only hide where it was.
        why = Term("incident", failed.trouble.kind, failed.trouble.message.rstrip("."))
        raise CannotChange(Sentence("What comes next failed: %(why)s.", why=why)) from failed


def _stores(case: Case, reached: Mapping[int, list[Token]]) -> Iterator[Store]:
    """Yield what keeps data and is reached, the outermost first."""
    kept = [one for one in case.scopes.values() if one.id in reached and one.kind in _KEEPERS]
    names = [_name(case, scope) for scope in kept]
    for place, (scope, name) in enumerate(zip(kept, names, strict=True)):
        number = scope.index or (names[:place].count(name) + 1 if names.count(name) > 1 else 0)
        tokens = reached[scope.id]
        waiting = [scope.process.nodes[each.node] for each in tokens if each.kind != CHILDREN]
        stops = tuple(dict.fromkeys(node.name for node in waiting if node.name))
        yield Store(scope.id, tokens[0].id, name, number, stops, dict(scope.data or {}))


def _name(case: Case, scope: Scope) -> str:
    """Return what people call the process or activity that a scope is."""
    if scope.kind == INSTANCE:
        node = case.tokens[scope.owner].node
        return scope.process.nodes[node].name or node
    return scope.process.name or scope.process.key
