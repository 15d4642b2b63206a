"""What services gave back in a demonstration: with that a designer who plays can begin."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


def of(service: str) -> Mapping[str, Any]:
    """Return what a service usually gives back, with values of nobody who is real."""
    return _every().get(service, {})


@cache
def _every() -> Mapping[str, Mapping[str, Any]]:
    """Read the examples of all services."""
    found: Mapping[str, Mapping[str, Any]] = orjson.loads(
        files("workflows").joinpath("service_examples.json").read_bytes()
    )
    return found
