"""
The stored form of the live state: compact, versioned JSON.

Rows are lists, not objects, and user data stand in them as they are: no value
and no key of theirs has a meaning here. The first two bytes say version and
writer. The fast writer (orjson) knows no whole number beyond 64 bits and no
broken Unicode; what it refuses is written by the standard library, bit by bit
the same value.
"""

import json
from typing import Any

import orjson

from workflows.engine.model import ExecutableProcess
from workflows.engine.runtime.state import Case, Scope, Token
from workflows.engine.transition import StepRefused

_FAST = b"1o"
_EXACT = b"1j"


def encode(case: Case) -> bytes:
    """Return the state as bytes."""
    scopes = [
        [
            scope.id,
            scope.kind,
            scope.parent,
            scope.owner,
            scope.process.key,
            scope.node,
            scope.data,
            scope.index,
            scope.joins,
        ]
        for scope in case.scopes.values()
    ]
    tokens = [
        [token.id, token.node, token.scope, token.kind, token.host, token.due, token.extra]
        for token in case.tokens.values()
    ]
    rows = [case.next_id, case.started_by, scopes, tokens]
    try:
        return _FAST + orjson.dumps(rows)
    except TypeError:
        return _EXACT + json.dumps(rows, separators=(",", ":")).encode()


def decode(state: bytes, executable: ExecutableProcess) -> Case:
    """
    Return the case that `encode` wrote.

    Raises:
        StepRefused: The bytes were written by a newer version, or by nobody.

    """
    head, body = state[:2], state[2:]
    if head not in (_FAST, _EXACT):
        raise StepRefused("The stored state of this case has a format that is not known here.")
    next_id, started_by, scopes, tokens = _rows(head, body)
    case = Case(started_by)
    case.next_id = next_id
    for row in scopes:
        case.keep_scope(_scope(row, executable))
    for row in tokens:
        case.keep(Token(*row))
    return case


def _rows(head: bytes, body: bytes) -> Any:
    """Return what was written, by the reader that fits its writer."""
    try:
        return orjson.loads(body) if head == _FAST else json.loads(body)
    except ValueError as error:
        raise StepRefused("The stored state of this case is damaged.") from error


def _scope(row: list[Any], executable: ExecutableProcess) -> Scope:
    """Return a scope with its process in place of the key."""
    process = executable.model(row[4])
    return Scope(row[0], row[1], row[2], row[3], process, row[5], row[6], row[7], row[8])
