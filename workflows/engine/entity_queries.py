"""
Queries of hot paths for entities: compiled once, and read without the loader of the ORM.

What they find belongs to the session as if the session had read it: one object
for a row, changes are flushed, and what it knows already stays as it is.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Select, and_, bindparam, inspect, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Mapper, QueryableAttribute, Session, aliased
from sqlalchemy.orm.attributes import set_committed_value

from workflows.database import Base
from workflows.engine.prepared import Prepared

Entity = TypeVar("Entity", bound=Base)
Way = Sequence[QueryableAttribute[Any]]  # relationships, each from what the one before leads to


class _Part(NamedTuple):
    """The columns of one entity in a row, and how it hangs on another."""

    mapper: Mapper[Any]
    names: tuple[str, ...]
    start: int
    end: int
    key_places: tuple[int, ...]
    owner: int  # which part it hangs on
    attribute: str


class _Plan(NamedTuple):
    """A query that is ready to be asked."""

    prepared: Prepared
    parts: tuple[_Part, ...]


class EntityQuery(Generic[Entity]):
    """
    A query for entities of one kind, with the single entities that they lead to.

    `is_renewing` lets it bring what the session knows already up to date.
    """

    def __init__(self, statement: Select[Entity], *ways: Way, is_renewing: bool = False) -> None:
        self._statement = statement
        self._ways = ways
        self._is_renewing = is_renewing

    def all(self, session: Session, **values: Any) -> list[Entity]:
        """Return what it finds with these values, in order."""
        prepared, parts = self._plan
        rows = prepared.rows(session, **values)
        return [_entity(session, row, parts, is_renewing=self._is_renewing) for row in rows]

    def first(self, session: Session, **values: Any) -> Entity | None:
        """Return the first that it finds, or nothing."""
        return next(iter(self.all(session, **values)), None)

    def one(self, session: Session, **values: Any) -> Entity:
        """
        Return the only one that it finds.

        Raises:
            NoResultFound: There is none.
            MultipleResultsFound: There are several.

        """
        found = self.all(session, **values)
        if not found:
            raise NoResultFound("No row was found when one was required")
        if len(found) > 1:
            raise MultipleResultsFound("Multiple rows were found when exactly one was required")
        return found[0]

    @cached_property
    def _plan(self) -> _Plan:
        """Return the query with the columns of all its entities; relationships are known by now."""
        statement = self._statement
        root = statement.column_descriptions[0]["entity"]
        places: dict[tuple[str, ...], int] = {(): 0}
        entities = [root]
        hung = [(0, "")]
        for way in self._ways:
            path: tuple[str, ...] = ()
            for step in way:
                owner, path = places[path], (*path, step.key)
                if path in places:
                    continue
                relation = getattr(entities[owner], step.key)
                target = aliased(relation.property.mapper.class_)
                statement = statement.outerjoin(relation.of_type(target))
                places[path] = len(entities)
                entities.append(target)
                hung.append((owner, step.key))
        parts, columns = _parts(entities, hung)
        narrowed = statement.with_only_columns(*columns, maintain_column_froms=True)
        return _Plan(Prepared(narrowed, of_entities=True), parts)


def get(session: Session, kind: type[Entity], *identity: Any) -> Entity | None:
    """Return an entity by its primary key: what the session knows, else what is stored."""
    known = session.identity_map.get(inspect(kind).identity_key_from_primary_key(identity))
    # What may have become outdated, and what a step only looked at, is the session's affair.
    if known is not None:
        return session.get(kind, identity)
    query = _by_key(kind)
    names = [str(column.key) for column in inspect(kind).primary_key]
    return query.first(session, **dict(zip(names, identity, strict=True)))


def get_one(session: Session, kind: type[Entity], *identity: Any) -> Entity:
    """
    Return an entity by its primary key.

    Raises:
        NoResultFound: There is none.

    """
    found = get(session, kind, *identity)
    if found is None:
        raise NoResultFound("No row was found when one was required")
    return found


@cache
def _by_key(kind: type[Entity]) -> EntityQuery[Entity]:
    """Return the query for one entity by its primary key."""
    key = inspect(kind).primary_key
    return EntityQuery(select(kind).where(and_(*(one == bindparam(one.key) for one in key))))


def _parts(
    entities: Sequence[Any], hung: Sequence[tuple[int, str]]
) -> tuple[tuple[_Part, ...], list[Any]]:
    """Return where in a row each entity stands, and the columns of the row."""
    parts: list[_Part] = []
    columns: list[Any] = []
    for number, (entity, (owner, attribute)) in enumerate(zip(entities, hung, strict=True)):
        mapper = inspect(entity).mapper
        names = tuple(one.key for one in mapper.column_attrs)
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        start = len(columns)
        columns += [getattr(entity, name).label(f"part_{number}_{name}") for name in names]
        places = tuple(start + names.index(key) for key in keys)
        parts.append(_Part(mapper, names, start, len(columns), places, owner, attribute))
    return tuple(parts), columns


def _entity(
    session: Session, row: Sequence[Any], parts: Sequence[_Part], *, is_renewing: bool
) -> Any:
    """Return the entity of a row, with those that hang on it."""
    found: list[Any] = []
    for part in parts:
        key = tuple([row[place] for place in part.key_places])
        here = None
        if key[0] is not None:
            values = dict(zip(part.names, row[part.start : part.end], strict=True))
            here = _present(session, part.mapper, key, values, is_renewing=is_renewing)
        found.append(here)
        owner = found[part.owner] if part.attribute else None
        if owner is not None and part.attribute not in owner.__dict__:
            set_committed_value(owner, part.attribute, here)
    return found[0]


def _present(
    session: Session,
    mapper: Mapper[Any],
    key: tuple[Any, ...],
    values: Mapping[str, Any],
    *,
    is_renewing: bool,
) -> Any:
    """Return the object of the session for a row; one that it knows keeps what it holds."""
    identity = mapper.identity_key_from_primary_key(key)
    known: Any = session.identity_map.get(identity)
    if known is None:
        return _kept(session, mapper, identity, values)
    for name, value in values.items():
        if is_renewing or name not in known.__dict__:
            set_committed_value(known, name, value)
    return known


def _kept(session: Session, mapper: Mapper[Any], identity: Any, values: Mapping[str, Any]) -> Any:
    """Return a new object that the session keeps as one that it has read."""
    made = mapper.class_manager.new_instance()
    made.__dict__.update(values)
    state = inspect(made)
    state.key, state.session_id = identity, session.hash_key
    session.identity_map.add(state)
    return made
