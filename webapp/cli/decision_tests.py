"""Worked examples of decisions: inputs with the result that they must give."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules import decisions, feel
from webapp.cli.decision_batches import answer
from webapp.cli.decision_models import DecisionModels
from webapp.cli.output import Refused, to_json
from webapp.cli.sources import read_text

_SHAPE = '{"decision": "id", "inputs": {...}, "expected": ...}'


@dataclass(frozen=True)
class Failure:
    """An example whose decision gave another result."""

    example: Mapping[str, Any]
    got: Mapping[str, Any]

    def line(self) -> str:
        """Return what a person must know of it."""
        name = f"{self.example['decision']} {self.example['id']}"
        if "error" in self.got:
            return f"FAIL {name}: {self.got['error']}"
        expected = to_json(self.example["expected"])
        return f"FAIL {name}: {expected} was expected, but it gave {to_json(self.got['output'])}."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**self.example, "got": self.got}


def run(model: Path | None, examples: Path | None) -> tuple[list[Failure], int]:
    """
    Run examples; return the failures and how many there were.

    Raises:
        Refused: A file cannot be used, or there is nothing to run.

    """
    own = _read(examples) if examples else None
    if model:
        models = DecisionModels.of_file(model)
    else:
        models = DecisionModels.packaged() if own is None else DecisionModels.of_installation()
    chosen = own if own is not None else _of_these(models, decisions.examples())
    if not chosen:
        raise Refused(
            f"There is no worked example to run for {model or examples}. "
            "Hand in a file of examples with --examples."
        )
    return _failures(models, chosen), len(chosen)


def _failures(models: DecisionModels, examples: Iterable[Mapping[str, Any]]) -> list[Failure]:
    """Return the examples whose decisions gave other results."""
    failures = []
    for example in examples:
        got = answer(models, example)
        if got != {"output": feel.to_json(feel.from_json(example["expected"]))}:
            failures.append(Failure(example, got))
    return failures


def _of_these(models: DecisionModels, examples: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the examples that ask one of these decisions."""
    return [example for example in examples if example["decision"] in models.by_decision()]


def _read(path: Path) -> list[dict[str, Any]]:
    """Read a file of examples; each must say what to ask and what must come out."""
    try:
        read = json.loads(read_text(path), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path} is not valid JSON: {error}.") from error
    if not isinstance(read, list):
        raise Refused(f"{path} must hold a JSON list of examples, each like {_SHAPE}.")
    return [_example(path, place, each) for place, each in enumerate(read, start=1)]


def _example(path: Path, place: int, example: Any) -> dict[str, Any]:
    """Return an example with an id."""
    is_complete = (
        isinstance(example, dict)
        and isinstance(example.get("decision"), str)
        and isinstance(example.get("inputs"), dict)
        and "expected" in example
    )
    if not is_complete:
        raise Refused(f"Example {place} of {path} must look like {_SHAPE}.")
    return {"id": str(place), **example}
