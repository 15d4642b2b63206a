"""What people choose for themselves: the language."""

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from webapp.access import PUBLIC, access
from webapp.languages import LANGUAGE_KEY, LANGUAGES
from webapp.sign_in import safe_address

bp = Blueprint("preferences", __name__)


@bp.post("/preferences/language")
@access(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Show the pages in another language from now on."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session[LANGUAGE_KEY] = language
    return redirect(safe_address(request.form.get("next")))
