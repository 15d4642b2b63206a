"""Hear what services give back to the cases that call them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any

import pytest

from workflows import json_text
from workflows.engine import services
from workflows.engine.services import Handler

Shape = frozenset[str]


class Heard:
    """
    What services gave back.

    Attributes:
        shapes: For each service how often it gave back which names.
        first: The first result of each service with each shape.

    """

    def __init__(self) -> None:
        self.shapes: dict[str, Counter[Shape]] = defaultdict(Counter)
        self.first: dict[tuple[str, Shape], dict[str, Any]] = {}

    def note(self, service: str, result: Mapping[str, Any] | None) -> None:
        """Note one result."""
        values = result or {}
        shape = frozenset(values)
        self.shapes[service][shape] += 1
        if (service, shape) not in self.first:
            self.first[service, shape] = json_text.read(json_text.text(dict(values)))


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear every service that is called meanwhile."""
    heard, find = Heard(), services.find

    @cache
    def found(name: str) -> Handler | None:
        handler = find(name)
        return handler and _heard(handler, name, heard)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(services, "find", found)
        yield heard


def _heard(handler: Handler, name: str, heard: Heard) -> Handler:
    """Return a service that tells what it gives back."""

    @wraps(handler)
    def telling(*given: Any, **inputs: Any) -> Mapping[str, Any] | None:
        result = handler(*given, **inputs)
        heard.note(name, result)
        return result

    return telling
