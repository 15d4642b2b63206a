"""Open incidents by their cause: what failed at which step of which version, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.engine import compiled, stall_places
from workflows.engine.tables import Bundle, Incident, Instance
from workflows.errors import NotFound
from workflows.paging import Page, bounded, from_cursor, one_page

_CAUSE = (
    Instance.definition_key,
    Instance.definition_version,
    Incident.element_id,
    Incident.kind,
    Incident.message,
)
_number = func.count(Incident.id)
_first = func.min(Incident.id)


class ProblemNotFound(NotFound):
    """There is none with this number, or the actor may not know of it."""

    def __init__(self) -> None:
        super().__init__("There is no such problem.")


@dataclass(frozen=True)
class ProblemGroup:
    """
    Open incidents with one cause.

    Attributes:
        incident_id: One of them, by which the group is found again.
        step: What people call the element; empty where the problem is beside the steps.

    """

    incident_id: int
    definition_key: str
    version: int
    element_id: str | None
    step: str
    kind: str
    message: str
    number: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class Problem:
    """One incident of a group, with its case."""

    incident_id: int
    instance_id: int
    instance_name: str
    opened_at: datetime
    tried_at: datetime | None
    attempts: int


def page(session: Session, actor: Actor, *, limit: int, cursor: str | None) -> Page[ProblemGroup]:
    """
    Return a page of the causes, the most frequent first, of cases that somebody answers for.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = _grouped(actor).order_by(_number.desc(), _first).limit(limit + 1)
    if cursor is not None:
        number, first = from_cursor(cursor, int, int)
        query = query.having(or_(_number < number, and_(_number == number, _first > first)))
    rows = session.execute(query).all()
    found = one_page(rows, limit, lambda row: (row.number, row.incident_id))
    bundles = {
        row.id: row.bundle_hash
        for row in session.execute(
            select(Bundle.id, Bundle.bundle_hash).where(
                Bundle.id.in_({row.bundle_id for row in found.items})
            )
        )
    }
    return Page([_group(session, row, bundles[row.bundle_id]) for row in found.items], found.next)


def find(session: Session, actor: Actor, incident_id: int) -> ProblemGroup:
    """
    Return the group of an incident; one that is resolved still names its cause.

    Raises:
        ProblemNotFound: There is none, or the actor does not answer for its case.

    """
    query = (
        select(*_CAUSE, Instance.bundle_id, Bundle.bundle_hash)
        .join_from(Incident, Instance, Instance.id == Incident.instance_id)
        .join(Bundle, Bundle.id == Instance.bundle_id)
        .where(Incident.id == incident_id)
    )
    known = session.execute(scope_answered_for(query, actor)).one_or_none()
    if known is None:
        raise ProblemNotFound
    row = session.execute(_grouped(actor).where(*_same(known))).one_or_none()
    if row is not None:
        return _group(session, row, known.bundle_hash)
    step = _step(session, known.bundle_id, known.bundle_hash, known.element_id)
    return ProblemGroup(
        incident_id,
        known.definition_key,
        known.definition_version,
        known.element_id,
        step,
        known.kind,
        known.message,
        0,
        None,
        None,
    )


def members(
    session: Session, actor: Actor, group: ProblemGroup, *, limit: int, cursor: str | None
) -> Page[Problem]:
    """
    Return a page of the open incidents of a group, the oldest first.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = (
        select(
            Incident.id,
            Incident.instance_id,
            Instance.name,
            Incident.opened_at,
            Incident.tried_at,
            Incident.attempts,
        )
        .join_from(Incident, Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), *_same_as(group))
        .order_by(Incident.id)
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(Incident.id > from_cursor(cursor, int)[0])
    rows = session.execute(scope_answered_for(query, actor)).all()
    found = one_page(rows, limit, lambda row: (row.id,))
    return Page([Problem(*row) for row in found.items], found.next)


def _grouped(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Select the causes of what somebody answers for, with how often and when."""
    query: Select[*tuple[Any, ...]] = (
        select(
            *_CAUSE,
            _number.label("number"),
            _first.label("incident_id"),
            func.min(Instance.bundle_id).label("bundle_id"),
            func.min(Incident.opened_at).label("first_at"),
            func.max(func.coalesce(Incident.tried_at, Incident.opened_at)).label("last_at"),
        )
        .join_from(Incident, Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .group_by(*_CAUSE)
    )
    return scope_answered_for(query, actor)


def _same(row: Any) -> Sequence[Any]:
    """Return the conditions that incidents have the cause of a row."""
    return [column.is_not_distinct_from(getattr(row, column.key)) for column in _CAUSE]


def _same_as(group: ProblemGroup) -> Sequence[Any]:
    """Return the conditions that incidents are of a group."""
    return (
        Instance.definition_key == group.definition_key,
        Instance.definition_version == group.version,
        Incident.element_id.is_not_distinct_from(group.element_id),
        Incident.kind == group.kind,
        Incident.message == group.message,
    )


def _group(session: Session, row: Row[Any], bundle_hash: str) -> ProblemGroup:
    """Return a row as a group, with the name of its step."""
    return ProblemGroup(
        row.incident_id,
        row.definition_key,
        row.definition_version,
        row.element_id,
        _step(session, row.bundle_id, bundle_hash, row.element_id),
        row.kind,
        row.message,
        row.number,
        row.first_at,
        row.last_at,
    )


def _step(session: Session, bundle_id: int, bundle_hash: str, element_id: str | None) -> str:
    """Return what people call an element; nothing where the problem is beside the steps."""
    executable = compiled.load(session, bundle_id, bundle_hash).executable
    return stall_places.name_of(executable, element_id)
