"""
The adapter for the runner of the DMN Technology Compatibility Kit.

The runner hands in dates and durations as objects with `kind` and `text`; it takes plain
values back, dates and durations also as objects with a method `tck`.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.dmn import DecisionFailed, DecisionModel, read_model
from rules.feel import Function, Range, YearsMonths
from rules.feel import evaluate as feel


@lru_cache(maxsize=8)
def _model(path: str) -> DecisionModel:
    """Read a model once for all of its cases."""
    source = Path(path)
    return read_model(source.read_bytes(), file_name=source.name, tolerant=True)


_CONSTRUCTORS = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
}


def _to_feel(value: Any) -> Any:
    """Return a value of the runner as one of the language."""
    if hasattr(value, "kind") and hasattr(value, "text"):
        return feel(f"{_CONSTRUCTORS[value.kind]}(text)", {"text": value.text})
    if isinstance(value, Mapping):
        return {name: _to_feel(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_feel(item) for item in value]
    return value


class _Duration:
    """A duration of years and months as the runner reads it."""

    def __init__(self, value: YearsMonths, temporal: type) -> None:
        self._value = value
        self._temporal = temporal

    def tck(self) -> Any:
        """Return the duration as the runner's own kind of value."""
        return self._temporal("duration", str(self._value))


def _from_feel(value: Any, temporal: type) -> Any:
    """Return a value of the language as one that the runner reads."""
    if isinstance(value, YearsMonths):
        return _Duration(value, temporal)
    if isinstance(value, Mapping):
        return {name: _from_feel(item, temporal) for name, item in value.items()}
    if isinstance(value, list):
        return [_from_feel(item, temporal) for item in value]
    if isinstance(value, Range | Function):
        return str(value)
    return value


def evaluate(model_path: str, name: str, inputs: Mapping[str, Any]) -> Any:
    """Answer a decision or a decision service of a model; what fails is null."""
    import tck_runner

    given = {key: _to_feel(value) for key, value in inputs.items()}
    try:
        return _from_feel(_model(model_path).evaluate(name, given).value, tck_runner.Temporal)
    except DecisionFailed:
        return None
