"""The numbered versions of processes, decisions and forms."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.tables import DefinitionVersion
from workflows.studio_refusals import NoVersion
from workflows.studio_states import Subject


def in_force(session: Session, subject: Subject) -> DefinitionVersion | None:
    """Return the version in force, or nothing for something new."""
    try:
        return definitions.latest(session, subject.kind, subject.key)
    except DefinitionNotFound:
        return None


def newest_first(session: Session, subject: Subject) -> Sequence[DefinitionVersion]:
    """Return all versions without their texts, the newest first."""
    query = _of(subject).options(defer(DefinitionVersion.source))
    return session.scalars(query.order_by(DefinitionVersion.version.desc())).all()


def numbered(session: Session, subject: Subject, number: int) -> DefinitionVersion:
    """
    Return a version by its number, with its text.

    Raises:
        NoVersion: There never was one with this number.

    """
    query = _of(subject).where(DefinitionVersion.version == number)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NoVersion(subject, number)
    return found


def _of(subject: Subject) -> Select[DefinitionVersion]:
    """Return the query for the versions of one thing."""
    return select(DefinitionVersion).where(
        DefinitionVersion.kind == subject.kind, DefinitionVersion.key == subject.key
    )
