"""People as a form field names them: by username, by full name, or by a suggestion."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import unit
from webapp.access import access
from webapp.texts import gettext as _
from workflows import people, permissions
from workflows.errors import Invalid
from workflows.people import UnknownPerson
from workflows.people_tables import Person
from workflows.permissions import Action

bp = Blueprint("people_suggestions", __name__)
FEW = 8


class PersonNotClear(Invalid):
    """A text that names nobody, or more than one person."""


@bp.get("/people/suggestions")
@access(Action.FIND_PEOPLE)
def suggest() -> ResponseReturnValue:
    """Suggest people for what was typed so far."""
    permissions.check(unit.current_actor(), Action.FIND_PEOPLE)
    text = request.args.get("text", "").strip()[:100]
    if not text:
        return jsonify(people=[])
    with unit.reading() as session:
        found = people.search(session, text, limit=FEW).items
        return jsonify(
            people=[
                {"username": person.username, "name": person.display_name, "note": _note(person)}
                for person in found
            ]
        )


def username_of(session: Session, text: str) -> str:
    """
    Return the username of the one person that a text names.

    Raises:
        PersonNotClear: Nobody, or more than one person, is called so.

    """
    wanted = text.strip()
    try:
        return people.by_username(session, wanted).username
    except UnknownPerson:
        found = people.search(session, wanted, limit=FEW).items
    exact = [person for person in found if people.fold(person.display_name) == people.fold(wanted)]
    matching = exact or found
    if len(matching) == 1:
        return str(matching[0].username)
    if not matching:
        raise PersonNotClear(_("Nobody is called “%(text)s”", text=wanted))
    names = ", ".join(f"{person.display_name} ({person.username})" for person in matching[:5])
    raise PersonNotClear(_("More than one person fits, name one of: %(names)s", names=names))


def _note(person: Person) -> str:
    """Tell people of the same name apart."""
    place = person.unit.name if person.unit else ""
    return " · ".join(part for part in (person.post.title if person.post else "", place) if part)
