"""
The stored form of the live state: compact, versioned JSON.

Rows are lists, not objects, and user data stand in them as they are: no value
and no key of theirs has a meaning here. Neither the process nor anything that
is finished stands in it. A new kind of row, or another order, is a new
`VERSION`, and every older one must stay readable: `tests` keep states of each.
"""

from typing import Any

from workflows.engine.model import ExecutableProcess
from workflows.engine.packing import Unreadable, pack, unpack
from workflows.engine.runtime.state import Case, Scope, Token
from workflows.engine.transition import StepRefused

VERSION = 1
_WHAT = "The stored state of this case"


def encode(case: Case) -> bytes:
    """Return the state as bytes."""
    scopes = [
        [
            scope.id,
            scope.kind,
            scope.parent,
            scope.owner,
            scope.process.full_key,
            scope.node,
            scope.data,
            scope.index,
            scope.joins,
            *([scope.undo] if scope.undo else ()),
        ]
        for scope in case.scopes.values()
    ]
    tokens = [
        [token.id, token.node, token.scope, token.kind, token.host, token.due, token.extra]
        for token in case.tokens.values()
    ]
    return pack([case.next_id, case.started_by, scopes, tokens], VERSION)


def decode(state: bytes, executable: ExecutableProcess) -> Case:
    """
    Return the case that `encode` wrote.

    Raises:
        StepRefused: The bytes were written by a newer version, or by nobody.

    """
    try:
        next_id, started_by, scopes, tokens = unpack(state, VERSION, _WHAT)
    except Unreadable as error:
        raise StepRefused(str(error)) from error
    case = Case(started_by)
    case.next_id = next_id
    for row in scopes:
        case.keep_scope(_scope(row, executable))
    for row in tokens:
        case.keep(Token(*row))
    return case


def _scope(row: list[Any], executable: ExecutableProcess) -> Scope:
    """Return a scope with its process in place of the key."""
    process = executable.model(row[4])
    undo = row[9] if len(row) > 9 else []
    return Scope(row[0], row[1], row[2], row[3], process, row[5], row[6], row[7], row[8], undo)
