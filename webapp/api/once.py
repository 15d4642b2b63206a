"""
A POST under an `Idempotency-Key` is done once, however often it is sent.

The key is claimed before the work and the answer stored with it, all in one
transaction: a second request that comes while the first is at work waits for
it, then gets the same answer. A refusal leaves no trace, so the same request
may be sent again under its key.
"""

import hashlib
from typing import Any

import orjson
from flask import request
from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp import unit
from webapp.api import inputs
from webapp.api.operation import Call, Operation, Request
from webapp.api.problems import FieldProblem, InvalidInput
from workflows.engine.tables import IdempotencyAnswer
from workflows.errors import Invalid

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
_AT_WORK = 0  # status of a request that has no answer yet

StoredAnswer = tuple[int, dict[str, Any]]


class KeyUsedDifferently(Invalid):
    """The key belongs to another request; the client has mixed two of them up."""

    def __init__(self) -> None:
        super().__init__(
            f"This {HEADER} was already used for another request. Send a new key with it."
        )


def in_one_transaction(operation: Operation, call: Call[Any]) -> StoredAnswer:
    """
    Do the work of a call, or give its stored answer again.

    Raises:
        KeyUsedDifferently: The key was used for another request.

    """
    key = _key()
    if key is None:
        return operation.status, body_of(operation.handler(call))
    known = _claim(call.session, call, key)
    if known is not None:
        return known
    answer = operation.status, body_of(operation.handler(call))
    _store(call.session, call.actor.username, key, answer)
    return answer


def step_by_step(operation: Operation, asked: Request[Any]) -> StoredAnswer:
    """
    Do the work of a call whose service commits by itself; its answer is stored afterwards.

    Raises:
        KeyUsedDifferently: The key was used for another request.

    """
    key = _key()
    if key is None:
        return operation.status, body_of(operation.handler(asked))
    with unit.unit_of_work() as session:
        known = _claim(session, asked, key)
    if known is not None and known[0] != _AT_WORK:
        return known
    answer = operation.status, body_of(operation.handler(asked))
    with unit.unit_of_work() as session:
        _store(session, asked.actor.username, key, answer)
    return answer


def body_of(answer: BaseModel) -> dict[str, Any]:
    """Return an answer as plain JSON data."""
    return answer.model_dump(mode="json")


def _key() -> str | None:
    """Return the key that the client chose, if any."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        message = f"This must have 1 to {LONGEST_KEY} printable ASCII characters."
        raise InvalidInput([FieldProblem(field=HEADER, message=message)])
    return key


def _claim(session: Session, asked: Request[Any], key: str) -> StoredAnswer | None:
    """Claim a key for this request; answer with what is stored if it was claimed before."""
    digest = _digest(asked)
    facts = {
        "actor": asked.actor.username,
        "key": key,
        "request_hash": digest,
        "status": _AT_WORK,
        "body": {},
        "created_at": asked.now,
    }
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    claim = dialect.insert(IdempotencyAnswer).values(**facts).on_conflict_do_nothing()
    if session.execute(claim.returning(IdempotencyAnswer.key)).scalar_one_or_none():
        return None
    stored = session.execute(
        select(
            IdempotencyAnswer.request_hash, IdempotencyAnswer.status, IdempotencyAnswer.body
        ).where(IdempotencyAnswer.actor == asked.actor.username, IdempotencyAnswer.key == key)
    ).one()
    if stored.request_hash != digest:
        raise KeyUsedDifferently
    return stored.status, stored.body


def _store(session: Session, username: str, key: str, answer: StoredAnswer) -> None:
    """Keep an answer for the next time."""
    status, body = answer
    session.execute(
        update(IdempotencyAnswer)
        .where(IdempotencyAnswer.actor == username, IdempotencyAnswer.key == key)
        .values(status=status, body=body)
    )


def _digest(asked: Request[Any]) -> str:
    """Return what tells this request from every other one."""
    place = orjson.dumps([request.method, request.path])
    return hashlib.sha256(place + b"\n" + inputs.fingerprint(asked.input)).hexdigest()
