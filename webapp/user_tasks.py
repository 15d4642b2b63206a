"""The page of one user task: what it is about, its form, and everything that can be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import unit
from webapp.access import access
from webapp.forms import FormPage, read_page
from webapp.forms.facts import usernames_in
from webapp.forms.submission import (
    THEN_FIELD,
    Submission,
    accept,
    kept_texts,
    read_submission,
)
from webapp.inbox import remembered_filter
from webapp.languages import moment
from webapp.texts import gettext as _
from webapp.wording import group
from workflows import case_facts, people, permissions
from workflows.actors import Actor
from workflows.case_facts import CaseFacts
from workflows.engine import compiled, drafts, inbox, user_tasks
from workflows.engine.forms import FormDocument, FormRefused
from workflows.engine.places import place_of
from workflows.engine.tables import Instance, UserTask
from workflows.errors import Conflict
from workflows.permissions import Action, CaseAccess, UserTaskFacts

bp = Blueprint("user_tasks", __name__, url_prefix="/user-tasks")


@dataclass(frozen=True)
class Work:
    """A user task with everything that its page needs."""

    user_task: UserTask
    instance: Instance
    document: FormDocument | None
    help_text: str
    process_name: str
    data: Mapping[str, Any]
    names: Mapping[str, str]
    access: CaseAccess

    def name_of(self, username: str | None) -> str | None:
        """Return the name of a person, or none of a judge who must stay unnamed."""
        if username is None:
            return None
        if self.access.hides(username):
            return _("Somebody")
        return self.names.get(username, username)

    @property
    def groups(self) -> list[str]:
        """Return what people call the groups that it is open for."""
        return [group(name) for name in self.user_task.candidate_groups]

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for somebody."""
        return self.user_task.state == "open"

    @property
    def is_mine_to_do(self) -> bool:
        """Say whether the person who is signed in can work on it now."""
        mine = self.user_task.assignee in {None, unit.current_actor().username}
        return self.is_open and mine

    def page(self, **facts: Any) -> FormPage | None:
        """Return the form as a page shows it."""
        if self.document is None:
            return None
        return read_page(self.document, data=self.data, names=self.names, **facts)


@bp.get("/<int:user_task_id>")
@access(Action.WORK_ON)
def show(user_task_id: int) -> ResponseReturnValue:
    """Show a user task with what was typed before."""
    with unit.reading() as session:
        work = load(session, user_task_id)
        draft = drafts.draft(session, user_task_id, actor=unit.current_actor())
    return _render(work, work.page(entered=draft), has_draft=bool(draft))


@bp.post("/<int:user_task_id>")
@access(Action.WORK_ON)
def complete(user_task_id: int) -> ResponseReturnValue:
    """Complete a user task, or show what needs mending with everything kept."""
    actor, now = unit.current_actor(), unit.now()
    with unit.reading() as session:
        work = load(session, user_task_id)
        submission = _submission(session, work)
    try:
        data = _accepted(work, submission)
        with unit.unit_of_work() as session:
            _take_first(session, work)
            user_tasks.complete(
                session, user_task_id, data, actor=actor, now=now, calendar=unit.calendar()
            )
    except FormRefused as refused:
        form = work.page(entered=submission.values, texts=submission.texts, errors=refused.errors)
        return _render(work, form), 422
    except Conflict as conflict:
        return _too_late(work, submission, conflict), 409
    flash(_("“%(step)s” is done.", step=work.user_task.name))
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
            submission = _submission(session, work)
            drafts.save_draft(session, user_task_id, submission.values, actor=actor, now=now)
    except Conflict as conflict:
        if by_script:
            return jsonify(text=str(conflict)), 409
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


def load(session: Session, user_task_id: int) -> Work:
    """
    Return a user task that the person who is signed in may know of.

    Raises:
        NotFound: There is none, or it is not meant for this person.

    """
    user_task = user_tasks.get(session, user_task_id)
    case = case_facts.load(session, user_task.instance_id, now=unit.now())
    _check(unit.current_actor(), user_task, case)
    instance, bundle = compiled.of_case(session, user_task.instance_id)
    place = place_of(user_task, instance, bundle.executable)
    document = bundle.forms[user_task.form_key] if user_task.form_key else None
    return Work(
        user_task,
        instance,
        document,
        str(getattr(place.node, "documentation", "") or ""),
        bundle.executable.process.name,
        place.data,
        people.names_of(session, _usernames(user_task, document, place.data)),
        permissions.case_access(unit.current_actor(), case),
    )


def _check(actor: Actor, user_task: UserTask, case: CaseFacts) -> None:
    """
    Pass when the actor may work on a user task, or could have until somebody was faster.

    The latter see who has it and what they wrote themselves, nothing of the case.

    Raises:
        NotFound: The actor may not know of it.
        NotAllowed: The actor may know of it, but it is not his to do.

    """
    was_offered = user_task.assignee == actor.username or not actor.groups.isdisjoint(
        user_task.candidate_groups
    )
    is_taken = user_task.state != "open" or user_task.assignee not in {None, actor.username}
    if was_offered and is_taken and actor.username not in case.subjects:
        return
    facts = UserTaskFacts(case, user_task.assignee, frozenset(user_task.candidate_groups))
    permissions.check(actor, Action.WORK_ON, facts)


def _usernames(
    user_task: UserTask, document: FormDocument | None, data: Mapping[str, Any]
) -> list[str]:
    """Return everybody whom the page may have to name."""
    shown = list(data.values()) if document else []
    found = {*usernames_in(shown), user_task.assignee, user_task.completed_by}
    return sorted(name for name in found if name)


def _submission(session: Session, work: Work) -> Submission:
    """Read what was sent, without what belongs to the page."""
    if work.document is None:
        return Submission({}, {})
    return read_submission(session, work.document, request.form)


def _accepted(work: Work, submission: Submission) -> Mapping[str, Any]:
    """Return the data to complete with; of a user task that is gone, nothing is judged."""
    if work.document is None or not work.is_mine_to_do:
        return {}
    return accept(work.document, submission, work.data)


def _take_first(session: Session, work: Work) -> None:
    """Claim a user task of a group in the same step that completes it."""
    if work.is_open and work.user_task.assignee is None:
        user_tasks.claim(session, work.user_task.id, actor=unit.current_actor(), now=unit.now())


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


def _render(work: Work, form: FormPage | None, **facts: Any) -> str:
    """Show the page of a user task."""
    return render_template("user_task/show.html", work=work, form=form, **facts)


def _too_late(work: Work, submission: Submission, conflict: Conflict) -> str:
    """Say who was faster and when, and keep what was typed."""
    kept = kept_texts(work.document, submission) if work.document else []
    by = getattr(conflict, "by", None)
    with unit.reading() as session:
        names = people.names_of(session, [by] if by else [])
    return render_template(
        "user_task/too_late.html",
        work=work,
        kept=kept,
        by=replace(work, names=names).name_of(by),
        at=getattr(conflict, "at", None),
        sentence=str(conflict),
    )
