"""The page of one user task: what it is about, its form, and everything that can be done to it."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import unit
from webapp.access import access
from webapp.completion import Completion, given_back, submitted
from webapp.forms.submission import THEN_FIELD
from webapp.inbox import remembered_filter
from webapp.languages import moment
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.work import load
from workflows import naming, pairings, question_list
from workflows.engine import drafts, inbox
from workflows.engine.forms import FormRefused
from workflows.errors import Conflict, NotAllowed, NotFound
from workflows.permissions import Action
from workflows.question_tables import Question

bp = Blueprint("user_tasks", __name__, url_prefix="/user-tasks")


@bp.get("/<int:user_task_id>")
@access(Action.WORK_ON)
def show(user_task_id: int) -> ResponseReturnValue:
    """Show a user task with what was typed before."""
    with unit.reading() as session:
        work = load(session, user_task_id)
        draft = drafts.draft(session, user_task_id, actor=unit.current_actor())
        asked = question_list.history(session, user_task_id)
        mentee = pairings.mentee_in_case(session, unit.current_actor().username, work.instance.id)
        asked_of = naming.names_of(session, {name for one in asked for name in _of(one)})
    form = None if work.barred else work.page(entered=draft)
    return render_template(
        "user_task/show.html",
        work=work,
        form=form,
        has_draft=bool(draft),
        asked=asked,
        asked_of=asked_of,
        mentee=mentee,
    )


@bp.post("/<int:user_task_id>")
@access(Action.WORK_ON)
def complete(user_task_id: int) -> ResponseReturnValue:
    """Complete a user task, or show what needs mending with everything kept."""
    completion = Completion(user_task_id)
    try:
        with unit.unit_of_work() as session:
            completion.try_out(session)
    except FormRefused as refused:
        return completion.refused(refused), 422
    except Conflict as conflict:
        return completion.too_late(conflict), 409
    except (NotFound, NotAllowed) as refusal:
        return given_back(refusal), 403 if isinstance(refusal, NotAllowed) else 404
    flash(_("“%(step)s” is done.", step=completion.work.user_task.name))
    return _next()


@bp.post("/<int:user_task_id>/draft")
@access(Action.WORK_ON)
def save_draft(user_task_id: int) -> ResponseReturnValue:
    """Keep what was typed so far, complete or not."""
    actor, now = unit.current_actor(), unit.now()
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        with unit.unit_of_work() as session:
            work = load(session, user_task_id)
            submission = submitted(session, work)
            drafts.save_draft(session, user_task_id, submission.values, actor=actor, now=now)
    except Conflict as conflict:
        if by_script:
            return jsonify(text=said(conflict)), 409
        raise
    if by_script:
        return jsonify(text=_("Draft saved, %(when)s", when=moment(now)))
    flash(_("Your draft is saved. You can go on later, on any device."))
    return redirect(url_for(".show", user_task_id=user_task_id))


@bp.post("/<int:user_task_id>/conditions")
@access(Action.WORK_ON)
def conditions(user_task_id: int) -> ResponseReturnValue:
    """Say which parts of the form do not apply to what is entered."""
    with unit.reading() as session:
        work = load(session, user_task_id)
        values = work.document.from_text(request.form) if work.document else {}
    form = work.page(entered=values)
    return jsonify(hidden=form.hidden_keys if form else [])


def _of(question: Question) -> tuple[str, str]:
    """Return who asked a question, and of whom."""
    return question.asked_by, question.asked_of


def _next() -> ResponseReturnValue:
    """Go back to the inbox, or at once to the next user task of the same filter."""
    if request.form.get(THEN_FIELD) != "next":
        return redirect(url_for("inbox.show"))
    with unit.reading() as session:
        page = inbox.inbox(
            session,
            unit.current_actor(),
            now=unit.now(),
            limit=1,
            **remembered_filter().facts(),
        )
    if not page.items:
        return redirect(url_for("inbox.show"))
    return redirect(url_for(".show", user_task_id=page.items[0].id))
