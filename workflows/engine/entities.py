"""Rows that Core statements wrote, given back as entities without asking the database again."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflows.database import Base

Entity = TypeVar("Entity", bound=Base)


def present(session: Session, kind: type[Entity], values: Mapping[str, Any]) -> Entity:
    """
    Return the entity of a row as it is now; one that the session knows is brought up to date.

    Any other is there to look at: the row was written already, and nothing saves it again.
    """
    known = _known(session, kind, values["id"])
    if known is not None:
        loaded = {name: values[name] for name in _names(kind) if name in values}
        if inspect(known).modified:
            for name, value in loaded.items():
                set_committed_value(known, name, value)
        else:
            known.__dict__.update(loaded)
        return known
    return copy_of(kind, values)


def _known(session: Session, kind: type[Entity], number: int) -> Entity | None:
    """Return the entity that the session knows by this number."""
    if not session.identity_map:
        return None
    identity = inspect(kind).identity_key_from_primary_key((number,))
    return cast("Entity | None", session.identity_map.get(identity))


def copy_of(kind: type[Entity], values: Mapping[str, Any]) -> Entity:
    """Return the entity of a row to look at; no session knows it, and nothing saves it."""
    make, names = _shape(kind)
    entity = cast("Entity", make())
    entity.__dict__.update({name: values[name] for name in names if name in values})
    return entity


@cache
def _shape(kind: type[Base]) -> tuple[Callable[[], Base], tuple[str, ...]]:
    """Return what makes an empty entity, and the names of its columns."""
    return inspect(kind).class_manager.new_instance, _names(kind)


@cache
def _names(kind: type[Base]) -> tuple[str, ...]:
    """Return the names of the columns of an entity."""
    return tuple(attribute.key for attribute in inspect(kind).column_attrs)
