"""Forms in force, as the pages about them list them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflows import form_uses, models_in_force
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
