"""Everything in force as the engine reads it, in one statement; documents are read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.dmn import DecisionModel
from workflows.engine import compiled
from workflows.engine.forms import FormDocument
from workflows.engine.model import ProcessModel
from workflows.engine.tables import DefinitionVersion


@dataclass(frozen=True)
class ModelInForce:
    """A process, decision or form in force; one of the three models is there."""

    kind: str
    key: str
    name: str
    version: int
    content_hash: str
    process: ProcessModel | None = None
    decisions: DecisionModel | None = None
    form: FormDocument | None = None


def read(session: Session) -> Sequence[ModelInForce]:
    """Return all models in force by name."""
    version = DefinitionVersion
    rows = session.execute(
        select(
            version.kind,
            version.key,
            version.name,
            version.version,
            version.content_hash,
            version.source,
            version.file_name,
        )
        .where(version.is_latest)
        .order_by(version.name, version.key)
    )
    return [_read(row) for row in rows]


def _read(row: Any) -> ModelInForce:
    """Return one version in force with its model."""
    given = row.content_hash, row.source, row.file_name
    kind = row.kind
    return ModelInForce(
        kind,
        row.key,
        row.name,
        row.version,
        row.content_hash,
        process=compiled.process(row.key, *given) if kind == "process" else None,
        decisions=compiled.decision_model(*given) if kind == "decision" else None,
        form=compiled.form(*given) if kind == "form" else None,
    )
