"""What people choose for themselves: the language, and whether they get the weekly digest."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp.access import PUBLIC, access
from webapp.catalogues import LANGUAGE_KEY, LANGUAGES
from webapp.sign_in import safe_address
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, unit_of_work
from workflows import weekly_digest

bp = Blueprint("preferences", __name__)


@bp.post("/preferences/language")
@access(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Show the pages in another language from now on."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session[LANGUAGE_KEY] = language
    return redirect(safe_address(request.form.get("next")))


@bp.post("/preferences/digest")
@access("account.choose_digest")
def choose_digest() -> ResponseReturnValue:
    """Switch the weekly digest on or off."""
    wanted = request.form.get("wanted") == "yes"
    with unit_of_work() as work:
        weekly_digest.choose(work, current_actor(), wanted=wanted, now=now())
    flash(_("You get the weekly digest.") if wanted else _("You get no weekly digest any more."))
    return redirect(url_for("account.show"))
