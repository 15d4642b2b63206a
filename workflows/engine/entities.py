"""Rows that Core statements wrote, given back as entities without asking the database again."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

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
    identity = session.identity_key(kind, values["id"])
    known: Entity | None = session.identity_map.get(identity)
    loaded = {name: values[name] for name in _names(kind) if name in values}
    if known is not None:
        if inspect(known).modified:
            for name, value in loaded.items():
                set_committed_value(known, name, value)
        else:
            known.__dict__.update(loaded)
        return known
    return copy_of(kind, values)


def copy_of(kind: type[Entity], values: Mapping[str, Any]) -> Entity:
    """Return the entity of a row to look at; no session knows it, and nothing saves it."""
    entity = kind()
    entity.__dict__.update({name: values[name] for name in _names(kind) if name in values})
    return entity


@cache
def _names(kind: type[Base]) -> tuple[str, ...]:
    """Return the names of the columns of an entity."""
    return tuple(attribute.key for attribute in inspect(kind).column_attrs)
