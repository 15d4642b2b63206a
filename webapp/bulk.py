"""Many user tasks at once: each in a transaction of its own, with a result for each."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import unit
from webapp.access import access
from webapp.people_suggestions import username_of
from webapp.sentences import said
from webapp.stand_ins import end_of
from webapp.texts import gettext as _
from webapp.work import load
from workflows import delegations
from workflows.engine import user_tasks
from workflows.engine.forms import FormRefused
from workflows.errors import Invalid, UnderstudyError
from workflows.permissions import Action

bp = Blueprint("bulk", __name__)

MOST_AT_ONCE = 100

Deed = Callable[[Session, int], None]


@dataclass(frozen=True)
class Result:
    """What became of one user task."""

    user_task_id: int
    name: str
    subject: str
    is_done: bool
    sentence: str


class NothingChosen(Invalid):
    """Nothing was ticked, or no deed."""


@bp.post("/inbox/bulk")
@access(Action.WORK_ON)
def do() -> ResponseReturnValue:
    """Do one thing to every chosen user task; one that fails holds up no other."""
    numbers = list(dict.fromkeys(request.form.getlist("user_task", type=int)))[:MOST_AT_ONCE]
    deed = {"claim": _claim, "complete": _complete, "delegate": _delegation()}.get(
        request.form.get("do", "")
    )
    if not numbers or deed is None:
        raise NothingChosen(_("Choose at least one task, and what to do."))
    return render_template("inbox/bulk.html", results=[_one(each, deed) for each in numbers])


def _one(user_task_id: int, deed: Deed) -> Result:
    """Do it to one user task, and say what came of it."""
    name, subject = _("Task %(id)d", id=user_task_id), ""
    try:
        with unit.unit_of_work() as session:
            work = load(session, user_task_id)
            name, subject = work.user_task.name, work.user_task.subject
            deed(session, user_task_id)
    except FormRefused:
        return Result(user_task_id, name, subject, False, _("It has a form; open it."))
    except UnderstudyError as refused:
        return Result(user_task_id, name, subject, False, said(refused))
    return Result(user_task_id, name, subject, True, _("Done"))


def _claim(session: Session, user_task_id: int) -> None:
    """Take a user task from its group."""
    user_tasks.claim(session, user_task_id, actor=unit.current_actor(), now=unit.now())


def _complete(session: Session, user_task_id: int) -> None:
    """Complete a user task that asks for nothing."""
    user_tasks.complete(
        session,
        user_task_id,
        {},
        actor=unit.current_actor(),
        now=unit.now(),
        calendar=unit.calendar(),
    )


def _delegation() -> Deed:
    """Return what delegates a user task to the person of the form."""
    person, reason = request.form.get("person", "")[:120], request.form.get("reason", "")
    until = request.form.get("until", "")

    def delegate(session: Session, user_task_id: int) -> None:
        delegations.delegate(
            session,
            user_task_id,
            username_of(session, person),
            until=end_of(until),
            reason=reason,
            actor=unit.current_actor(),
            now=unit.now(),
        )

    return delegate
