"""Every call of the API, and how it comes to its answer."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Blueprint, Flask, Response
from sqlalchemy.orm import Session

from webapp import unit
from webapp.access import PUBLIC, access
from webapp.api import (
    clock,
    decisions,
    definitions,
    inputs,
    instances,
    messages,
    once,
    problems,
    tokens,
    user_tasks,
)
from webapp.api.openapi import PREFIX, describe
from webapp.api.operation import Call, Operation, Request, Transaction
from workflows import json_text

OPERATIONS: tuple[Operation, ...] = (
    *definitions.OPERATIONS,
    *instances.OPERATIONS,
    *user_tasks.OPERATIONS,
    *messages.OPERATIONS,
    *decisions.OPERATIONS,
    *clock.OPERATIONS,
)
_JSON = "application/json"


def register(app: Flask) -> None:
    """Add the API to the application."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    problems.register(blueprint)
    for operation in OPERATIONS:
        blueprint.add_url_rule(
            operation.path.replace("{id}", "<item_id>"),
            operation.name,
            access(operation.action)(_view(operation)),
            methods=[operation.method],
        )
    blueprint.add_url_rule("/openapi.json", "openapi", openapi)
    app.register_blueprint(blueprint)


@access(PUBLIC)
def openapi() -> Response:
    """Describe the API itself."""
    return Response(orjson.dumps(describe(OPERATIONS)), mimetype=_JSON)


def _view(operation: Operation) -> Callable[..., Response]:
    """Make the view of one operation."""

    def view(item_id: str = "") -> Response:
        now = unit.now()
        actor = tokens.authenticate(now)
        given = inputs.read(operation)
        return _answer(operation, Request(actor, now, item_id, given))

    return view


def _answer(operation: Operation, asked: Request[Any]) -> Response:
    """Run an operation inside the transaction that it needs."""
    if operation.transaction is Transaction.OWN:
        return _respond(*once.step_by_step(operation, asked))
    if operation.transaction is Transaction.READING:
        with unit.reading() as session:
            body = once.body_of(operation.handler(_inside(session, asked)))
        return _respond(operation.status, body)
    with unit.unit_of_work() as session:
        answer = once.in_one_transaction(operation, _inside(session, asked))
    return _respond(*answer)


def _inside(session: Session, asked: Request[Any]) -> Call[Any]:
    """Put a request into a transaction."""
    return Call(asked.actor, asked.now, asked.id, asked.input, session)


def _respond(status: int, body: dict[str, Any]) -> Response:
    """Return JSON."""
    return Response(json_text.written(body), status=status, mimetype=_JSON)
