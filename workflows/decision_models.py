"""Decisions asked outside of a case, as they are in force here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from rules.decisions import packaged
from rules.dmn import DecisionFailed, DecisionModel
from workflows import decision_files
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound


def in_force(session: Session, key: str) -> DecisionModel | None:
    """Return a decision as it is in force here, else as it comes with the product."""
    name = f"{key}.dmn"
    try:
        source = definitions.latest(session, "decision", key).source
    except DefinitionNotFound:
        source = packaged()[name]
    return decision_files.read(source, name)


def answer(model: DecisionModel | None, key: str, facts: Mapping[str, Any]) -> str:
    """Return the result of a decision as a text, or nothing if it has none."""
    if model is None:
        return ""
    try:
        found = model.evaluate(key, facts).output
    except DecisionFailed:
        return ""
    return str(found["result"]) if isinstance(found, dict) and "result" in found else str(found)
