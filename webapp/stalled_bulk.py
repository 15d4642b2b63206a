"""Many stalled cases at once: each in a transaction of its own, with a result for each."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import stall_words, unit
from webapp.access import access
from webapp.bulk import MOST_AT_ONCE, NothingChosen, Result
from webapp.people_suggestions import username_of
from webapp.sentences import said
from webapp.texts import gettext as _
from workflows import escalation_steps, handover, in_hand, naming, permissions, unblocking
from workflows.deeds import Deed
from workflows.engine import user_tasks
from workflows.engine.tables import UserTask
from workflows.errors import UnderstudyError
from workflows.permissions import Action

bp = Blueprint("stalled_bulk", __name__)

Act = Callable[[Session, UserTask], list[str]]


@bp.post("/stalled/bulk")
@access(Action.UNBLOCK_MANY)
def do() -> ResponseReturnValue:
    """Remind about every chosen user task, escalate it, or give them all to one person."""
    permissions.check(unit.current_actor(), Action.UNBLOCK_MANY)
    numbers = list(dict.fromkeys(request.form.getlist("user_task", type=int)))[:MOST_AT_ONCE]
    deed = request.form.get("do", "")
    act = _ACTS.get(deed)
    if not numbers or act is None:
        raise NothingChosen(_("Choose at least one case, and what to do."))
    results = [_one(number, Deed(deed), act) for number in numbers]
    return render_template("stalled/bulk.html", results=results)


def _one(user_task_id: int, deed: Deed, act: Act) -> Result:
    """Do it about one user task, and say what came of it."""
    name, subject = _("Task %(id)d", id=user_task_id), ""
    try:
        with unit.unit_of_work() as session:
            user_task = user_tasks.get(session, user_task_id)
            people = act(session, user_task)
            in_hand.take(
                session,
                user_task.instance_id,
                deed=deed,
                people=people,
                why=request.form.get("reason", ""),
                actor=unit.current_actor(),
                now=unit.now(),
                calendar=unit.calendar(),
            )
            name, subject = user_task.name, user_task.subject
            names = naming.names_of(session, people)
    except UnderstudyError as refused:
        return Result(user_task_id, name, subject, False, said(refused))
    told = stall_words.done(deed, (names.get(each, each) for each in people))
    return Result(user_task_id, name, subject, True, told)


def _nudge(session: Session, user_task: UserTask) -> list[str]:
    """Remind whoever can do a user task."""
    return unblocking.nudge(
        session,
        user_task.instance_id,
        user_task.id,
        reason=request.form.get("reason", ""),
        actor=unit.current_actor(),
        now=unit.now(),
        calendar=unit.calendar(),
    )


def _escalate(session: Session, user_task: UserTask) -> list[str]:
    """Take the next step of the chain of a user task."""
    return escalation_steps.escalate(
        session,
        user_task.instance_id,
        user_task.id,
        reason=request.form.get("reason", ""),
        actor=unit.current_actor(),
        now=unit.now(),
    )


def _reassign(session: Session, user_task: UserTask) -> list[str]:
    """Give a user task to the person of the form."""
    to = username_of(session, request.form.get("person", "")[:120])
    handover.hand_over(
        session,
        user_task.instance_id,
        user_task.id,
        to=to,
        reason=request.form.get("reason", ""),
        actor=unit.current_actor(),
        now=unit.now(),
    )
    return [to]


_ACTS: Mapping[str, Act] = {
    Deed.NUDGE: _nudge,
    Deed.ESCALATE: _escalate,
    Deed.REASSIGN: _reassign,
}
