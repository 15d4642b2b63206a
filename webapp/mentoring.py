"""The mentor board: who mentors whom, how much that is, and who has nobody."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from webapp.access import access
from webapp.query_text import choice
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import member_story, mentor_requests, mentoring_list, naming, permissions
from workflows.errors import Invalid
from workflows.mentoring_access import PairingFacts
from workflows.mentoring_list import BoardLine, BoardState
from workflows.mentoring_tables import ContactKind, ContactVisibility, PairingKind
from workflows.permissions import Action, PersonFacts

bp = Blueprint("mentoring", __name__, url_prefix="/mentoring")

ON_A_PAGE = 30
STATES = {
    BoardState.WITHOUT: _l("Without a mentor"),
    BoardState.INTERIM: _l("With somebody who stands in"),
    BoardState.MISSED: _l("With missed contacts"),
}
KINDS = {
    PairingKind.MENTOR: _l("Mentor"),
    PairingKind.INTERIM: _l("Stands in"),
    PairingKind.HELPER: _l("Helper"),
}
CONTACT_KINDS = {
    ContactKind.VALUES: _l("Values and guidance"),
    ContactKind.CONDUCT: _l("Style and example"),
    ContactKind.PROFESSIONAL: _l("Professional help"),
}
_USUAL, _HIDDEN = ContactKind.PROFESSIONAL, ContactVisibility.PRIVATE


@bp.get("/")
@access(Action.SEE_MENTORING)
def index() -> ResponseReturnValue:
    """Show the members whose mentoring the reader sees, those without a mentor first."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    text, state = request.args.get("q", "").strip()[:100], choice(BoardState, "state")
    with reading() as session:
        board = mentoring_list.find(
            session,
            actor,
            text=text,
            state=state,
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        counts = mentoring_list.counts(session, actor)
    return render_template(
        "mentoring/index.html",
        board=board,
        counts=counts,
        text=text,
        state=state,
        board_states=STATES,
        pairing_kinds=KINDS,
    )


@bp.get("/<number>")
@access(Action.SEE_MENTORING)
def show(number: str) -> ResponseReturnValue:
    """Show who mentors one member, what was agreed, and how often the two met."""
    actor = current_actor()
    with reading() as session:
        line = mentoring_list.line_of(session, actor, number)
        facts = _facts(line)
        is_party = permissions.allows(actor, Action.ASK_MENTOR_CHANGE, facts)
        met = mentor_requests.contacts(session, line.member, actor) if is_party else []
        change = mentor_requests.running(session, line.member.id)
        names = naming.names_of(session, [each.recorded_by for each in met])
    return render_template(
        "mentoring/show.html",
        line=line,
        met=met,
        change=change,
        names=names,
        is_party=is_party,
        has_story=member_story.is_open_to(actor, line.member, _person(line)),
        may_note=permissions.allows(actor, Action.NOTE_MENTOR_CONTACT, facts),
        pairing_kinds=KINDS,
        contact_kinds=CONTACT_KINDS,
        today=now().date(),
    )


@bp.post("/<number>/change")
@access(Action.ASK_MENTOR_CHANGE)
def change(number: str) -> ResponseReturnValue:
    """Ask for another pairing; once a year without a reason."""
    actor = current_actor()
    with unit_of_work() as session:
        line = mentoring_list.line_of(session, actor, number)
        permissions.check(actor, Action.ASK_MENTOR_CHANGE, _facts(line))
        mentor_requests.ask_for_change(
            session,
            line.member,
            reason=request.form.get("reason", "").strip()[:2000],
            actor=actor,
            now=now(),
            calendar=calendar(),
        )
    flash(_("The change is under way. Somebody stands in within five working days."))
    return redirect(url_for(".show", number=number))


@bp.post("/<number>/contacts")
@access(Action.NOTE_MENTOR_CONTACT)
def note_contact(number: str) -> ResponseReturnValue:
    """Note a meeting of mentor and member."""
    actor, form = current_actor(), request.form
    with unit_of_work() as session:
        line = mentoring_list.line_of(session, actor, number)
        permissions.check(actor, Action.NOTE_MENTOR_CONTACT, _facts(line))
        mentor_requests.note_contact(
            session,
            line.member,
            held_on=_day(form.get("held_on", "")),
            kind=ContactKind(form["kind"]) if form.get("kind") in set(ContactKind) else _USUAL,
            summary=form.get("summary", "").strip()[:2000],
            visibility=ContactVisibility.SHARED if form.get("shared") else _HIDDEN,
            actor=actor,
            now=now(),
        )
    flash(_("The meeting is noted."))
    return redirect(url_for(".show", number=number))


@bp.get("/export")
@access(Action.SEE_MENTORING)
def export() -> ResponseReturnValue:
    """Send the board as a file for a spreadsheet."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    with reading() as session:
        content = mentoring_list.export(session, actor)
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=mentoring.csv"},
    )


class WrongDay(Invalid):
    """What was typed is no day."""

    def __init__(self) -> None:
        super().__init__(_("Give the day of the meeting."))


def _day(text: str) -> date:
    """
    Read a day.

    Raises:
        WrongDay: It is none.

    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongDay from error


def _facts(line: BoardLine) -> PairingFacts:
    """Return a line as the policy sees it."""
    mentor = line.pairing.mentor if line.pairing else None
    return PairingFacts(line.member.person.username, mentor)


def _person(line: BoardLine) -> PersonFacts:
    """Return the member of a line as the policy sees him or her."""
    facts = _facts(line)
    return PersonFacts(facts.member, mentor=facts.mentor)
