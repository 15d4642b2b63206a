"""Who could still send what a case waits for: what the processes in force and under way throw."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from workflows.engine import compiled
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import SendTask, ThrowEvent
from workflows.engine.stall_suspects import OPEN
from workflows.engine.tables import DefinitionVersion, Instance

_thrown: dict[str, frozenset[str]] = {}  # by the content of a version, which never changes


def thrown(session: Session) -> frozenset[str]:
    """Return the names of all messages and signals that a process could send, in two statements."""
    older = aliased(DefinitionVersion)
    replaced = select(older.key).where(older.kind == "process", ~older.is_latest)
    under_way = select(Instance.definition_key, Instance.definition_version).where(
        Instance.definition_key.in_(replaced), Instance.status.in_(OPEN)
    )
    is_under_way = tuple_(DefinitionVersion.key, DefinitionVersion.version).in_(
        under_way.distinct()
    )
    query = select(DefinitionVersion.id, DefinitionVersion.key, DefinitionVersion.content_hash)
    rows = session.execute(
        query.where(
            DefinitionVersion.kind == "process",
            or_(DefinitionVersion.is_latest, is_under_way),
        )
    ).all()
    _read(session, [row for row in rows if _name(row) not in _thrown])
    return frozenset().union(*(_thrown[_name(row)] for row in rows))


def _name(row: Row[*tuple[int, str, str]]) -> str:
    """Return what tells one process of one file from all others."""
    return f"{row.key}:{row.content_hash}"


def _read(session: Session, rows: Sequence[Row[*tuple[int, str, str]]]) -> None:
    """Look into versions that nobody has looked into yet."""
    if not rows:
        return
    wanted = select(DefinitionVersion).where(DefinitionVersion.id.in_([row.id for row in rows]))
    for version in session.scalars(wanted):
        model = compiled.process(
            version.key, version.content_hash, version.source, version.file_name
        )
        _thrown[f"{version.key}:{version.content_hash}"] = frozenset(_names(model))


def _names(model: ProcessModel) -> Iterator[str]:
    """Yield what a process sends."""
    for node in model.nodes.values():
        if isinstance(node, ThrowEvent) and node.signal:
            yield node.signal
        if isinstance(node, ThrowEvent | SendTask) and node.message is not None:
            yield node.message.name
