"""The page on which a designer plays a process: the real engine, and nobody who is real."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import play_steps, play_words
from webapp.access import access
from webapp.forms import FormPage, read_page
from webapp.forms.facts import usernames_in
from webapp.play_view import Position
from webapp.query_text import small_number
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import json_text, permissions, studio_play, studio_scenarios
from workflows.engine.forms import FieldError, FormRefused
from workflows.engine.transition import UserTaskWait
from workflows.errors import Invalid
from workflows.permissions import Action
from workflows.play_refusals import PlayMovedOn, StepNotTaken, TitleMissing, TitleTaken
from workflows.sandbox import SandboxRefused
from workflows.scenario_tables import ScenarioPlay, Source

bp = Blueprint("studio_play", __name__, url_prefix="/studio/processes/<key>/play")
bp.add_app_template_filter(json_text.text, "as_typed")


@bp.get("")
@access(Action.EDIT_DRAFTS)
def show(key: str) -> ResponseReturnValue:
    """Show where the case stands, what waits, and everything that may happen next."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    try:
        return _page(key)
    except SandboxRefused:
        flash(_("The draft has errors. Mend them first; then it can be played."), "warning")
        return redirect(url_for("studio_scenarios.index", key=key))


@bp.post("/begin")
@access(Action.EDIT_DRAFTS)
def begin(key: str) -> ResponseReturnValue:
    """Begin to play the draft, or what is in force."""
    source = Source.DRAFT if request.form.get("source") == Source.DRAFT else Source.IN_FORCE
    try:
        with unit_of_work() as session:
            studio_play.begin(session, key, source, actor=current_actor(), now=now())
    except SandboxRefused:
        flash(_("The draft has errors. Mend them first; then it can be played."), "warning")
        return redirect(url_for("studio_scenarios.index", key=key))
    return redirect(url_for(".show", key=key))


@bp.post("/step")
@access(Action.EDIT_DRAFTS)
def step(key: str) -> ResponseReturnValue:
    """Take one step: start, complete, send, answer, or let time pass."""
    actor, wanted = current_actor(), request.args.get("item", "")
    doing = request.args.get("do", "")
    permissions.check(actor, Action.EDIT_DRAFTS)
    try:
        with unit_of_work() as session:
            play = studio_play.held(session, key, actor, at=_number("at"))
            position = _position(session, play)
            entry = play_steps.read(doing, position, wanted, request.form)
            studio_play.take(session, play, position.box, entry, actor=actor, now=now())
    except FormRefused as refused:
        return _page(key, errors=tuple(refused.errors)), 422
    except PlayMovedOn:
        flash(_("You played on elsewhere since that page was opened. Here it is now."), "warning")
    except Invalid as refused:
        return _page(key, refused=refused, doing=doing), 422
    return redirect(url_for(".show", key=key, _anchor="now"))


@bp.post("/conditions")
@access(Action.EDIT_DRAFTS)
def conditions(key: str) -> ResponseReturnValue:
    """Say which parts of the form do not apply to what is entered."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    with reading() as session:
        position = _position(session, studio_play.find(session, key, current_actor()))
        user_task = position.user_task(request.args.get("item", ""))
        form = _form(position, user_task, errors=(), is_sent=True)
    return jsonify(hidden=form.hidden_keys if form else [])


@bp.post("/back")
@access(Action.EDIT_DRAFTS)
def back(key: str) -> ResponseReturnValue:
    """Go back to where fewer steps were taken."""
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    with unit_of_work() as session:
        play = studio_play.held(session, key, actor)
        studio_play.back(session, play, _number("to"), actor=actor, now=now())
    return redirect(url_for(".show", key=key, _anchor="now"))


@bp.post("/keep")
@access(Action.EDIT_DRAFTS)
def keep(key: str) -> ResponseReturnValue:
    """Keep what was played as a scenario."""
    actor, title = current_actor(), request.form.get("title", "")
    permissions.check(actor, Action.EDIT_DRAFTS)
    names = request.form.getlist("expect")
    try:
        with unit_of_work() as session:
            studio_scenarios.store(
                session,
                studio_play.held(session, key, actor),
                title,
                names,
                is_new=bool(request.form.get("is_new")),
                actor=actor,
                now=now(),
            )
    except TitleMissing:
        return _page(key, title=title, title_problem=_("Give it a title"), expected=names), 422
    except TitleTaken:
        problem = _("Another scenario of the process has this title")
        return _page(key, title=title, title_problem=problem, expected=names), 422
    except StepNotTaken as refused:
        return _page(key, title=title, title_problem=said(refused), expected=names), 422
    flash(_("The scenario “%(title)s” is kept. It is a test from now on.", title=title.strip()))
    return redirect(url_for("studio_scenarios.index", key=key))


@bp.get("/diagram")
@access(Action.EDIT_DRAFTS)
def diagram(key: str) -> ResponseReturnValue:
    """Return the diagram of a process that is played, called ones too."""
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    with reading() as session:
        play = studio_play.find(session, key, actor)
        box = studio_play.sandbox_of(session, key, play.source, actor)
        content = box.source(session, request.args.get("process", key))
    return Response(content, content_type="text/xml; charset=utf-8")


def _position(session: Session, play: ScenarioPlay) -> Position:
    """Play the steps so far."""
    box = studio_play.sandbox_of(session, play.process_key, play.source, current_actor())
    return Position(box, box.play(play.document))


def _page(key: str, *, errors: tuple[FieldError, ...] = (), **given: Any) -> str:
    """Show the page, with what somebody entered that needs mending."""
    actor = current_actor()
    with reading() as session:
        play = studio_play.find(session, key, actor)
        position = _position(session, play)
        opened = (
            studio_scenarios.by_id(session, key, play.scenario_id) if play.scenario_id else None
        )
    refused = given.get("refused")
    if refused is not None:
        given["problem"] = play_words.why(refused, position.executable)
    is_sent = bool(errors) or given.get("doing") in {"start", "complete"}
    user_task = position.user_task(request.args.get("item" if is_sent else "task", ""))
    shown = position.shown(request.args.get("process", ""))
    return render_template(
        "studio/play.html",
        play=play,
        position=position,
        user_task=user_task,
        form=_form(position, user_task, errors, is_sent=is_sent),
        who=play_steps.somebody(user_task, position),
        shown=shown,
        sent=request.form if request.method == "POST" else {},
        opened=opened,
        given=given,
    )


def _form(
    position: Position,
    user_task: UserTaskWait | None,
    errors: tuple[FieldError, ...],
    *,
    is_sent: bool,
) -> FormPage | None:
    """Return the form that waits, drawn by the parts that reviewers see."""
    document = position.form_of(user_task)
    if document is None:
        return None
    data = position.case.seen_by(user_task.token_id) if user_task else {}
    # Nobody in a sandbox is real, so everybody is called as the data do.
    names = {name: name for name in usernames_in(data)}
    if not is_sent:
        return read_page(document, data=data, entered={}, names=names)
    texts = {name: tuple(request.form.getlist(name)) for name in document.fields}
    values = play_steps.entered(position, user_task, request.form)
    return read_page(document, data=data, entered=values, texts=texts, errors=errors, names=names)


def _number(name: str) -> int:
    """Return a number of the address; what is none is larger than any."""
    found = small_number(request.args.get(name, ""))
    return 10**9 if found is None else found
