"""The outbox: letters that wait or could not be sent, why, and what people decide about them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from webapp.access import access
from webapp.background import LATE
from webapp.languages import moment
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import current_actor, now, reading, settings, unit_of_work
from workflows import letter_list, letter_steering, naming, permissions
from workflows.actors import Actor
from workflows.engine import letters
from workflows.errors import Invalid
from workflows.letter_list import LetterCounts, LetterLine, LetterState
from workflows.letter_steering import Dealt
from workflows.permissions import Action

bp = Blueprint("outbox", __name__, url_prefix="/outbox")

ON_A_PAGE = 30
KINDS: Mapping[str, LazyString] = {
    letters.MAIL: _l("Mail"),
    letters.NOTICE: _l("Notice in the application"),
    letters.MESSAGE: _l("Message between cases"),
}
STATES: Mapping[str, LazyString] = {
    LetterState.FAILED: _l("Could not be sent"),
    LetterState.WAITING: _l("Waiting"),
    LetterState.DROPPED: _l("Given up"),
}


@dataclass(frozen=True)
class Typed:
    """What somebody sent that needs mending."""

    problem: str = ""
    reason: str = ""
    chosen: Sequence[str] = ()


class Steering(Protocol):
    """Something that is done about letters, with the reason."""

    def __call__(
        self,
        session: Session,
        letter_ids: Collection[str],
        *,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> Dealt:
        """Do it; say to how many."""
        ...


@bp.get("/")
@access(Action.SEE_LETTERS)
def index() -> ResponseReturnValue:
    """Show the letters in one state, page by page."""
    permissions.check(current_actor(), Action.SEE_LETTERS)
    return _page(_state(request.args.get("state")), request.args.get("cursor"), Typed())


@bp.post("/try-again")
@access(Action.STEER_LETTERS)
def try_again() -> ResponseReturnValue:
    """Let workers try the chosen letters again."""

    def words(dealt: Dealt) -> str:
        return ngettext(
            "One letter is tried again now.", "%(num)d letters are tried again now.", dealt.done
        )

    return _deal(LetterState.FAILED, letter_steering.try_again, words)


@bp.post("/give-up")
@access(Action.STEER_LETTERS)
def give_up() -> ResponseReturnValue:
    """Decide that the chosen letters need not arrive."""

    def words(dealt: Dealt) -> str:
        given_up = ngettext("One letter is given up.", "%(num)d letters are given up.", dealt.done)
        way_back = _("You can take that back under “Given up”.")
        return f"{given_up} {way_back}"

    return _deal(LetterState.FAILED, letter_steering.give_up, words)


@bp.post("/take-back")
@access(Action.STEER_LETTERS)
def take_back() -> ResponseReturnValue:
    """Send the chosen letters after all."""

    def words(dealt: Dealt) -> str:
        return ngettext(
            "One letter is sent after all.", "%(num)d letters are sent after all.", dealt.done
        )

    return _deal(LetterState.DROPPED, letter_steering.take_back, words)


@bp.app_template_filter("letter_problem")
def problem_text(line: LetterLine) -> str:
    """Say in a sentence why a letter did not leave."""
    if line.problem is None:
        return _("It was not tried yet.")
    if line.problem == letters.NEVER_TRIED:
        return _("It was given up before it was tried.")
    if not line.problem:
        return _("Those in charge of the case can see why.")
    if line.problem.isidentifier():
        return _("An error inside (%(name)s); the log of the workers says more.", name=line.problem)
    return line.problem


def _deal(usual: LetterState, act: Steering, words: Callable[[Dealt], str]) -> ResponseReturnValue:
    """Do something about the chosen letters; what needs mending keeps what was typed."""
    state = _state(request.form.get("state"), usual)
    chosen = request.form.getlist("shown" if "all_shown" in request.form else "letter")
    reason = request.form.get("reason", "")[:400]
    try:
        with unit_of_work() as session:
            dealt = act(session, chosen, reason=reason, actor=current_actor(), now=now())
    except Invalid as invalid:
        return _page(state, None, Typed(said(invalid), reason, chosen)), 422
    if dealt.done:
        flash(words(dealt))
    if dealt.left:
        flash(_left(dealt.left), "warning")
    return redirect(url_for(".index", state=state))


def _left(number: int) -> str:
    """Say that nothing was done about some letters."""
    return ngettext(
        "One was left as it is: it is too old to be of use, or somebody was faster.",
        "%(num)d were left as they are: they are too old to be of use, or somebody was faster.",
        number,
    )


def _page(state: LetterState, cursor: str | None, typed: Typed) -> str:
    """Show the letters in one state."""
    actor = current_actor()
    with reading() as session:
        page = letter_list.find(session, actor, state, now=now(), limit=ON_A_PAGE, cursor=cursor)
        counts = letter_list.counts(session, actor)
        names = naming.names_of(session, letter_list.usernames(page.items))
    may_steer = permissions.allows(actor, Action.STEER_LETTERS)
    return render_template(
        "outbox/index.html",
        state=state,
        page=page,
        counts=counts,
        names=names,
        typed=typed,
        kinds=KINDS,
        states=STATES,
        alarms=_alarms(counts),
        can_choose=may_steer and any(line.is_steered for line in page.items),
    )


def _alarms(counts: LetterCounts) -> list[str]:
    """Say what keeps all letters from leaving."""
    since = dict(counts.waiting_since)
    found = []
    if letters.MAIL in since and not settings().smtp_url.get_secret_value():
        del since[letters.MAIL]
        found.append(
            _(
                "No mail server is configured, so mail waits."
                " People see the same news in the application."
            )
        )
    oldest = min(since.values(), default=None)
    if oldest is not None and now() - oldest > LATE:
        found.append(
            _(
                "The oldest has waited since %(when)s. Does a worker run,"
                " and does the mail server answer?",
                when=moment(oldest),
            )
        )
    return found


def _state(text: str | None, usual: LetterState = LetterState.FAILED) -> LetterState:
    """Return the state that an address or a form names."""
    return LetterState(text) if text in set(LetterState) else usual
