"""Questions about user tasks: ask somebody, answer, and take a question back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import unit
from webapp.access import access
from webapp.people_suggestions import username_of
from webapp.sentences import said
from webapp.texts import gettext as _
from workflows import case_facts, naming, questions, user_task_access
from workflows.engine import user_tasks
from workflows.engine.occasion import Occasion
from workflows.errors import Invalid
from workflows.permissions import Action

bp = Blueprint("questions", __name__)


@bp.post("/user-tasks/<int:user_task_id>/questions")
@access(Action.WORK_ON)
def ask(user_task_id: int) -> ResponseReturnValue:
    """Ask somebody about a user task; its time stands still until the answer."""
    occasion = _occasion()
    with (
        unit.unit_of_work() as session,
        user_task_access.touching(session, user_task_id, actor=occasion.actor, now=occasion.now),
    ):
        of = username_of(session, request.form.get("person", "")[:120])
        questions.ask(session, user_task_id, of, request.form.get("text", ""), occasion=occasion)
    flash(_("The question is sent. The time of this task stands still until the answer."))
    return redirect(url_for("user_tasks.show", user_task_id=user_task_id))


@bp.get("/questions/<int:question_id>")
@access("question.read")
def show(question_id: int) -> ResponseReturnValue:
    """Show a question to whom it was asked, or to who asked it."""
    return _page(question_id)


@bp.post("/questions/<int:question_id>")
@access("question.answer")
def answer(question_id: int) -> ResponseReturnValue:
    """Answer a question; what was typed is kept when it is refused."""
    text = request.form.get("text", "")
    try:
        with unit.unit_of_work() as session:
            questions.answer(session, question_id, text, occasion=_occasion())
    except Invalid as refused:
        return _page(question_id, typed=text, error=said(refused)), 422
    flash(_("Your answer is sent."))
    return redirect(url_for("inbox.show"))


@bp.post("/questions/<int:question_id>/recall")
@access("question.recall")
def recall(question_id: int) -> ResponseReturnValue:
    """Take a question back; the time of the user task runs again."""
    with unit.unit_of_work() as session:
        question = questions.recall(session, question_id, occasion=_occasion())
        user_task_id = question.user_task_id
    flash(_("The question is taken back."))
    return redirect(url_for("user_tasks.show", user_task_id=user_task_id))


def _page(question_id: int, *, typed: str = "", error: str = "") -> str:
    """Return the page of a question, with what was typed and why it was refused."""
    actor = unit.current_actor()
    with unit.reading() as session:
        question = questions.read(session, question_id, actor=actor, now=unit.now())
        user_task = user_tasks.get(session, question.user_task_id)
        case = case_facts.load(session, question.instance_id, now=unit.now())
        names = naming.names_of(session, {question.asked_by, question.asked_of})
    # Who judges stays unnamed to everybody but himself.
    is_hidden = question.asked_by in case.judges and question.asked_by != actor.username
    asker = _("Somebody") if is_hidden else names.get(question.asked_by, question.asked_by)
    return render_template(
        "questions/show.html",
        question=question,
        user_task=user_task,
        asker=asker,
        asked=names.get(question.asked_of, question.asked_of),
        is_mine=question.asked_of == actor.username,
        typed=typed,
        error=error,
    )


def _occasion() -> Occasion:
    """Return who is asking, when, and by which calendar."""
    return Occasion(unit.current_actor(), unit.now(), unit.calendar())
