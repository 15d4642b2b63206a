"""One attempt to complete a user task with a form, in one transaction from check to commit."""

from dataclasses import replace

from flask import render_template, request
from sqlalchemy.orm import Session

from webapp import unit
from webapp.forms.submission import PAGE_FIELDS, Submission, accept, kept_texts, read_submission
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.work import Work, held_work, load
from workflows import case_facts, people
from workflows.engine import holding, user_tasks
from workflows.engine.forms import FormRefused
from workflows.engine.forms.fields import label_of
from workflows.errors import Conflict, NotFound


class Completion:
    """One attempt to complete a user task with the form that was sent."""

    work: Work
    submission: Submission

    def __init__(self, user_task_id: int) -> None:
        self._user_task_id = user_task_id

    def try_out(self, session: Session) -> None:
        """
        Complete the user task; whoever is offered it need not claim it before.

        Raises:
            NotFound: There is none, or it is not meant for this person.
            NotAllowed: The person may know of it, but it is not his to do.
            FormRefused: The form does not accept what was sent.
            Conflict: Somebody else was faster.

        """
        actor, now, number = unit.current_actor(), unit.now(), self._user_task_id
        question = (case_facts.PRESENT_FACTS, {"number": number})
        held = holding.hold(session, number, actor.username, question)
        self.work = held_work(session, held)
        self.submission = submitted(session, self.work)
        if self.work.is_mine_to_do and self.work.document and self.submission.errors:
            accept(self.work.document, self.submission, self.work.data)
        user_tasks.complete(
            session,
            number,
            self.submission.values,
            actor=actor,
            now=now,
            calendar=unit.calendar(),
            held=held,
        )

    def refused(self, refused: FormRefused) -> str:
        """Show what needs mending, with everything kept."""
        with unit.reading() as session:
            work = load(session, self._user_task_id)
        entered = self.submission
        form = work.page(entered=entered.values, texts=entered.texts, errors=refused.errors)
        return render_template("user_task/show.html", work=work, form=form)

    def too_late(self, conflict: Conflict) -> str:
        """Say who was faster and when, and keep what was typed."""
        by = getattr(conflict, "by", None)
        with unit.reading() as session:
            work = load(session, self._user_task_id)
            names = people.names_of(session, [by] if by else [])
        document = self.work.document
        return render_template(
            "user_task/too_late.html",
            step=work.user_task.name,
            kept=kept_texts(document, self.submission) if document else [],
            by=replace(work, names=names).name_of(by),
            at=getattr(conflict, "at", None),
            sentence=said(conflict),
        )


def given_back(refusal: Exception) -> str:
    """
    Give back what somebody typed for a user task that is another's by now.

    The page shows what was sent and nothing else: whoever never knew of the user
    task learns nothing about it.
    """
    kept = [
        (label_of(name), value)
        for name, value in request.form.items(multi=True)
        if value.strip() and name not in PAGE_FIELDS
    ]
    return render_template(
        "user_task/too_late.html",
        step=_("Task"),
        kept=kept,
        by=None,
        at=None,
        # Without its number: a hidden user task answers like one that is not there.
        sentence=_("There is no such task.") if isinstance(refusal, NotFound) else said(refusal),
    )


def submitted(session: Session, work: Work) -> Submission:
    """Read what was sent, without what belongs to the page."""
    if work.document is None:
        return Submission({}, {})
    return read_submission(session, work.document, request.form)
