"""The service tasks of processes: code that a model calls by name, in the same transaction."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Invalid


class BusinessError(Exception):
    """An outcome that the model can catch by an error boundary event with the same code."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class InputMissing(Invalid):
    """The model does not hand over what the service needs."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("it needs the input “%(name)s”, which the case does not have.", name=name)
        )


@dataclass(frozen=True)
class ServiceContext:
    """What a service may use: the session of the transition and the facts around the case."""

    session: Session
    now: datetime
    calendar: WorkingCalendar
    instance_id: int
    business_key: str | None
    actor: Actor
    started_by: str


Handler = Callable[..., Mapping[str, Any] | None]

_handlers: dict[str, Handler] = {}


def service(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the service of this name: `handler(call, **inputs) -> dict`."""

    def register(handler: Handler) -> Handler:
        known = _handlers.get(name)
        if known is not None and known.__qualname__ != handler.__qualname__:
            raise ValueError(f"Two functions want to be the service “{name}”.")
        _handlers[name] = handler
        return handler

    return register


def find(name: str) -> Handler | None:
    """Return the handler of a service, or `None` when no code registered it."""
    return _handlers.get(name)


def accepted(handler: Handler, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the inputs that a handler takes: without mappings a model hands over all its data.

    Raises:
        InputMissing: The handler needs an input that is not there.

    """
    parameters = _inputs_of(handler)
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters):
        return dict(inputs)
    for one in parameters:
        if one.default is inspect.Parameter.empty and one.name not in inputs:
            raise InputMissing(one.name)
    return {one.name: inputs[one.name] for one in parameters if one.name in inputs}


@cache
def _inputs_of(handler: Handler) -> tuple[inspect.Parameter, ...]:
    """Return what a handler takes besides the call; looked up once, for it never changes."""
    _, *parameters = inspect.signature(handler).parameters.values()
    return tuple(parameters)


def takes(name: str) -> list[str]:
    """Return the names of the inputs that a service asks for."""
    handler = find(name)
    parameters = _inputs_of(handler) if handler else ()
    return [one.name for one in parameters if one.kind is not inspect.Parameter.VAR_KEYWORD]


def names() -> frozenset[str]:
    """Return the names of all registered services."""
    return frozenset(_handlers)
