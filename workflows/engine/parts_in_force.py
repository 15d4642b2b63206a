"""What is in force, read as it is asked for: many parts in one statement, and none twice."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from workflows.engine.model import ProcessModel
from workflows.engine.source_files import Part, Reference, SourceFile
from workflows.engine.tables import DefinitionVersion


class PartsInForce:
    """
    The processes, decisions and forms in force, for one examination.

    Attributes:
        known: Kind and key of all of them.

    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[Reference, Part] = {}
        rows = session.execute(
            select(DefinitionVersion.kind, DefinitionVersion.key).where(DefinitionVersion.is_latest)
        )
        self.known = frozenset((row.kind, row.key) for row in rows)

    def find(self, references: AbstractSet[Reference]) -> Sequence[Part]:
        """Return the parts that some references lead to; one that leads nowhere gives none."""
        wanted = references & self.known
        missing = sorted(wanted - self._read.keys())
        if missing:
            self._read |= {(part.kind, part.key): part for part in self._parts(missing)}
        return [self._read[reference] for reference in sorted(wanted)]

    def _parts(self, references: Sequence[Reference]) -> Sequence[Part]:
        """Read parts with their files."""
        version = DefinitionVersion
        rows = self._session.execute(
            select(
                version.kind,
                version.key,
                version.name,
                version.file_name,
                version.source,
                version.content_hash,
            ).where(version.is_latest, tuple_(version.kind, version.key).in_(references))
        )
        return [part_of(row) for row in rows]


def part_of(version: Any, model: ProcessModel | None = None) -> Part:
    """Return the part that a version is, with its file; a row of its columns will do."""
    file = SourceFile(version.file_name, version.source)
    return Part(version.kind, version.key, version.name, file, version.content_hash, model)
