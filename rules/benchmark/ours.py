"""Our own engine under measurement: `python -m rules.benchmark.ours`."""

from functools import partial
from typing import Any

from rules import feel
from rules.benchmark.measuring import Work, serve
from rules.dmn import Evaluation, read_model

_DECISION = "decision"


def _table(job: dict[str, Any]) -> Work:
    """Evaluate a table; the trace is there, but nobody reads it."""
    model = read_model(job["forms"]["dmn"].encode())
    return Work(partial(model.evaluate, _DECISION), job["inputs"], _output)


def _traced(job: dict[str, Any]) -> Work:
    """Evaluate a table and read the whole trace."""
    model = read_model(job["forms"]["dmn"].encode())

    def explain(inputs: dict[str, Any]) -> Evaluation:
        evaluation = model.evaluate(_DECISION, inputs)
        assert evaluation.trace
        return evaluation

    return Work(explain, job["inputs"], _output)


def _condition(job: dict[str, Any]) -> Work:
    """Evaluate an expression."""
    expression = feel.compile_expression(job["feel"])
    return Work(expression.evaluate, job["inputs"], bool)


def _ready(job: dict[str, Any]) -> Work:
    """Read tables up to their first answer."""
    first = job["inputs"][0]

    def read(forms: dict[str, Any]) -> Evaluation:
        # A model with imports is read anew each time, for they may have changed.
        model = read_model(forms["dmn"].encode(), imports=_nothing)
        return model.evaluate(_DECISION, first)

    return Work(read, job["tables"], _output)


def _nothing(namespace: str) -> None:
    """Know no other models."""


def _output(evaluation: Evaluation) -> Any:
    """Return the answer."""
    return evaluation.output


def main() -> None:
    """Answer until nobody asks any more."""
    serve("", {"table": _table, "traced": _traced, "condition": _condition, "ready": _ready})


if __name__ == "__main__":
    main()
