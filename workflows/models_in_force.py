"""Everything in force as the engine reads it; documents are asked for and read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.dmn import DecisionModel
from workflows.engine import compiled
from workflows.engine.any_of import any_of
from workflows.engine.forms import FormDocument
from workflows.engine.model import ProcessModel
from workflows.engine.prepared import Prepared
from workflows.engine.tables import DefinitionVersion

_version = DefinitionVersion
_IN_FORCE = Prepared(
    select(_version.kind, _version.key, _version.name, _version.version, _version.content_hash)
    .where(_version.is_latest)
    .order_by(_version.name, _version.key),
    of_entities=True,
)
# Documents are long: those that this process has read before are left where they are.
_DOCUMENTS = Prepared(
    select(
        _version.kind, _version.key, _version.content_hash, _version.source, _version.file_name
    ).where(any_of(_version.content_hash, "hashes"))
)
_Named = tuple[str, str, str]  # kind, key and hash


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
    """Return all models in force by name; one statement, and another where some are new."""
    rows = _IN_FORCE.rows(session)
    named = [(kind, key, content_hash) for kind, key, _, _, content_hash in rows]
    models = {each: compiled.kept(*each) for each in named}
    models |= _read(session, [each for each, model in models.items() if model is None])
    return [
        ModelInForce(
            kind,
            key,
            name,
            version,
            content_hash,
            **{_ATTRIBUTES[kind]: models[kind, key, content_hash]},
        )
        for kind, key, name, version, content_hash in rows
    ]


_ATTRIBUTES = {"process": "process", "decision": "decisions", "form": "form"}


def _read(session: Session, missing: Sequence[_Named]) -> Mapping[_Named, Any]:
    """Return the models of documents that this process has not read lately."""
    if not missing:
        return {}
    hashes = sorted({content_hash for _, _, content_hash in missing})
    found = {
        (kind, key, content_hash): (content_hash, source, file_name)
        for kind, key, content_hash, source, file_name in _DOCUMENTS.rows(session, hashes=hashes)
    }
    return {each: _model(each[0], each[1], *found[each]) for each in missing}


def _model(kind: str, key: str, content_hash: str, source: bytes, file_name: str) -> Any:
    """Return the model of one document."""
    if kind == "process":
        return compiled.process(key, content_hash, source, file_name)
    if kind == "decision":
        return compiled.decision_model(content_hash, source, file_name)
    return compiled.form(content_hash, source, file_name)
