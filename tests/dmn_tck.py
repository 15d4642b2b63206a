"""
The adapter for the runner of the DMN Technology Compatibility Kit.

The runner hands in dates and durations as objects with `kind` and `text`; it takes plain
values back, and such objects for what Python's own types cannot hold.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.dmn import DecisionFailed, DecisionModel, read_model
from rules.dmn.writing import models_by_namespace
from rules.feel import Function, Range, YearsMonths, to_json
from rules.feel import evaluate as feel
from rules.feel.values import WideDate, WideDateTime, WideDuration, WideTime

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_CONSTRUCTORS = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
}
# What Python's own types cannot hold, and what the runner calls it.
_KINDS: dict[type, str] = {
    YearsMonths: "duration",
    WideDate: "date",
    WideTime: "time",
    WideDateTime: "dateTime",
    WideDuration: "duration",
}


@lru_cache(maxsize=8)
def _model(path: str) -> DecisionModel:
    """Read a model once for all of its cases; tolerant, for some models are broken on purpose."""
    source = Path(path)

    def sibling(namespace: str) -> bytes | None:
        """Return the model in the same folder that has a namespace."""
        contents = (path.read_bytes() for path in sorted(source.parent.glob("*.dmn")))
        return models_by_namespace(contents).get(namespace)

    return read_model(source.read_bytes(), file_name=source.name, tolerant=True, imports=sibling)


def _to_feel(value: Any) -> Any:
    """Return a value of the runner as one of the language."""
    if hasattr(value, "kind") and hasattr(value, "text"):
        return feel(f"{_CONSTRUCTORS[value.kind]}(text)", {"text": value.text})
    if isinstance(value, Mapping):
        return {name: _to_feel(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_feel(item) for item in value]
    return value


def _from_feel(value: Any) -> Any:
    """Return a value of the language as one that the runner reads."""
    if type(value) in _KINDS:
        # The runner puts itself there when it starts; it is no module of the project.
        return sys.modules["tck_runner"].Temporal(_KINDS[type(value)], to_json(value))
    if isinstance(value, Mapping):
        return {name: _from_feel(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_from_feel(item) for item in value]
    if isinstance(value, Range | Function):
        return str(value)
    return value


def evaluate(model_path: str, name: str, inputs: Mapping[str, Any]) -> Any:
    """Answer a decision or a decision service of a model; what fails is null."""
    given = {key: _to_feel(value) for key, value in inputs.items()}
    try:
        return _from_feel(_model(model_path).evaluate(name, given, now=NOW).value)
    except DecisionFailed:
        return None
