"""Forms in force and their versions, as the pages about them list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from workflows import form_uses, models_in_force
from workflows.engine.tables import DefinitionVersion
from workflows.form_uses import FormUses
from workflows.models_in_force import ModelInForce


@dataclass(frozen=True)
class FormLine:
    """A form in force with the processes that ask it, by key and name."""

    model: ModelInForce
    uses: FormUses


def in_force(session: Session) -> list[FormLine]:
    """Return the forms in force by name, in one statement."""
    models = models_in_force.read(session)
    asking = form_uses.places_by_form(models)
    return [
        FormLine(each, FormUses(asking.get(each.key, ()), {}, frozenset()))
        for each in models
        if each.form is not None
    ]


def versions(session: Session, key: str) -> Sequence[DefinitionVersion]:
    """Return all versions of a form without their texts, the newest first."""
    version = DefinitionVersion
    query = select(version).where(version.kind == "form", version.key == key)
    return session.scalars(
        query.options(defer(version.source)).order_by(version.version.desc())
    ).all()


def version(session: Session, key: str, number: int) -> DefinitionVersion | None:
    """Return a version of a form by its number, with its text."""
    version = DefinitionVersion
    query = select(version).where(version.kind == "form", version.key == key)
    return session.scalars(query.where(version.version == number)).one_or_none()
