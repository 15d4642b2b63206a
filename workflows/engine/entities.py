"""Rows that Core statements wrote, given back as entities without asking the database again."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from workflows.database import Base

Entity = TypeVar("Entity", bound=Base)


def present(session: Session, kind: type[Entity], values: Mapping[str, Any]) -> Entity:
    """Return the entity of a row as it is now; one that the session knows is brought up to date."""
    identity = session.identity_key(kind, values["id"])
    known = session.identity_map.get(identity)
    if known is not None:
        entity: Entity = known
    else:
        entity = kind(id=values["id"])
        make_transient_to_detached(entity)
    for attribute in inspect(kind).column_attrs:
        if attribute.key in values:
            set_committed_value(entity, attribute.key, values[attribute.key])
    if known is None:
        session.add(entity)
    return entity
