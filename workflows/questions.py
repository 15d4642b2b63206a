"""Questions about user tasks: while somebody is asked, the time of the user task stands still."""

from datetime import datetime

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import accounts, case_facts, question_list, stand_ins, working_time
from workflows.actors import Actor
from workflows.case_access import is_own_trial, only_watches
from workflows.engine import outbox, rescheduling, transitions, user_tasks
from workflows.engine.failures import NotForYou
from workflows.engine.occasion import Occasion
from workflows.engine.runtime.waits import from_stored, to_stored
from workflows.engine.tables import UserTask
from workflows.question_refusals import (
    AlreadyAsked,
    NotInvolved,
    QuestionEnded,
    QuestionRefused,
    UnknownQuestion,
)
from workflows.question_tables import Question
from workflows.vocabulary import QuestionEnd

ANSWER_WORKING_DAYS = 5  # so long the time of a user task stands still at most
LONGEST_TEXT = 4_000
ASKED, ANSWERED, RECALLED = "question_asked", "question_answered", "question_recalled"


def ask(session: Session, user_task_id: int, of: str, text: str, *, occasion: Occasion) -> Question:
    """
    Ask somebody who takes part in the case, and let the time of the user task stand still.

    Raises:
        NotFound: There is no such user task.
        NotForYou: The actor does not hold it.
        NotInvolved: The person has no part in the case.
        Conflict: It is done, or waits for an answer already.
        Invalid: The text or the person makes no sense.

    """
    actor, now = occasion.actor, occasion.now
    before = rescheduling.moments(session, user_task_id)
    user_task = user_tasks.get(session, user_task_id)
    if user_task.assignee != actor.username:
        raise NotForYou(user_task.name, user_task.assignee or Sentence("a group; claim it first"))
    if question_list.of_user_task(session, user_task_id) is not None:
        raise AlreadyAsked(user_task.name)
    _must_be_involved(session, user_task, of, actor, now)
    limit = working_time.of(occasion.calendar).add(now, ANSWER_WORKING_DAYS * working_time.DAY)
    question = Question(
        user_task_id=user_task_id,
        instance_id=user_task.instance_id,
        asked_by=actor.username,
        asked_of=of,
        text=_checked(text, Sentence("Enter the question.")),
        asked_at=now,
        runs_on_at=limit,
        dues=[[token, to_stored(at)] for token, at in sorted(before.items())],
    )
    session.add(question)
    session.flush()
    _move(session, question, limit, cause="asked", occasion=occasion)
    _tell(session, question, user_task.name, of, ASKED, now=now)
    return question


def answer(session: Session, question_id: int, text: str, *, occasion: Occasion) -> Question:
    """
    Answer a question; the time of the user task runs again, later by what the answer took.

    Raises:
        UnknownQuestion: There is none, or it was asked of somebody else.
        QuestionEnded: It was answered or taken back.
        QuestionRefused: The answer is empty or too long.

    """
    question = _held(session, question_id)
    if question.asked_of != occasion.actor.username:
        raise UnknownQuestion
    _must_take_part(session, question, occasion.actor, occasion.now)
    _must_be_open(question)
    question.answer = _checked(text, Sentence("Enter the answer."))
    user_task = _end(session, question, QuestionEnd.ANSWERED, occasion)
    holder = user_task.assignee or question.asked_by
    _tell(session, question, user_task.name, holder, ANSWERED, now=occasion.now)
    return question


def recall(session: Session, question_id: int, *, occasion: Occasion) -> Question:
    """
    Take a question back; the time of the user task runs again.

    Raises:
        UnknownQuestion: There is none, or the actor neither asked it nor holds the user task.
        QuestionEnded: It was answered or taken back.

    """
    question = _held(session, question_id)
    holder = user_tasks.get(session, question.user_task_id).assignee
    if occasion.actor.username not in {question.asked_by, holder}:
        raise UnknownQuestion
    _must_take_part(session, question, occasion.actor, occasion.now)
    _must_be_open(question)
    user_task = _end(session, question, QuestionEnd.RECALLED, occasion)
    _tell(session, question, user_task.name, question.asked_of, RECALLED, now=occasion.now)
    return question


def run_on(session: Session, question_id: int, *, occasion: Occasion) -> None:
    """Let the time of a user task run again although nobody answered; the question stays."""
    question = _held(session, question_id)
    if question.ended_at is not None or question.runs_on_at is None:
        return
    if question.runs_on_at > occasion.now:
        return
    until = question.runs_on_at
    question.runs_on_at = None
    session.flush()
    if user_tasks.get(session, question.user_task_id).state == "open":
        _move(session, question, until, cause="unanswered", occasion=occasion, is_over=True)
    else:
        _close(session, question, QuestionEnd.DROPPED, occasion.now)


def drop(session: Session, question_id: int, *, occasion: Occasion) -> None:
    """Take back a question that nobody can answer any more, and tell whoever asked it."""
    question = _held(session, question_id)
    if question.ended_at is None:
        user_task = _end(session, question, QuestionEnd.DROPPED, occasion)
        holder = user_task.assignee or question.asked_by
        _tell(session, question, user_task.name, holder, RECALLED, now=occasion.now)


def read(session: Session, question_id: int, *, actor: Actor, now: datetime) -> Question:
    """
    Return a question to whom it was asked, to who asked it, or to who holds the user task.

    Raises:
        UnknownQuestion: There is none, or it is none of the actor's affair.

    """
    question = session.get(Question, question_id)
    if question is None:
        raise UnknownQuestion
    holder = user_tasks.get(session, question.user_task_id).assignee
    if actor.username not in {question.asked_of, question.asked_by, holder}:
        raise UnknownQuestion
    _must_take_part(session, question, actor, now)
    return question


def _held(session: Session, question_id: int) -> Question:
    """Return a question as it is, behind the lock of its case."""
    question = session.get(Question, question_id)
    if question is None:
        raise UnknownQuestion
    transitions.lock(session, question.instance_id)
    session.refresh(question)
    return question


def _must_take_part(session: Session, question: Question, actor: Actor, now: datetime) -> None:
    """Hide questions from those whose roles take no part in the cases of others."""
    if not only_watches(actor):
        return
    case = case_facts.load(session, question.instance_id, now=now)
    if actor.username not in case.subjects and not is_own_trial(actor, case):
        raise UnknownQuestion


def _must_be_open(question: Question) -> None:
    """Refuse a question that has ended."""
    if question.ended_at is not None:
        raise QuestionEnded


def _must_be_involved(
    session: Session, user_task: UserTask, username: str, actor: Actor, now: datetime
) -> None:
    """Refuse to ask oneself, somebody without an account, or one who has no part in the case."""
    if username == actor.username:
        raise QuestionRefused(Sentence("Ask somebody else."))
    if not stand_ins.can_sign_in(session, username):
        raise stand_ins.CannotSignIn(username)
    case = case_facts.load(session, user_task.instance_id, now=now)
    holders = frozenset().union(*case.duties.values(), user_task.on_behalf_of)
    involved = {case.started_by} | holders | case.heads | case.assignees | case.recent_workers
    asked = accounts.actor_of(session, username)
    is_aside = only_watches(asked) and username not in case.subjects
    if username not in involved or (is_aside and not is_own_trial(asked, case)):
        raise NotInvolved(username)


def _checked(text: str, missing: str) -> str:
    """Return a text that somebody entered, refusing one that is empty or too long."""
    stripped = text.strip()
    if not stripped:
        raise QuestionRefused(missing)
    if len(stripped) > LONGEST_TEXT:
        raise QuestionRefused(
            Sentence("Write no more than %(longest_text)s characters.", longest_text=LONGEST_TEXT)
        )
    return stripped


def _end(
    session: Session, question: Question, outcome: QuestionEnd, occasion: Occasion
) -> UserTask:
    """End a question, and let the time of its user task run again."""
    was_paused = question.runs_on_at is not None
    until = min(question.runs_on_at or occasion.now, occasion.now)
    _close(session, question, outcome, occasion.now)
    user_task = user_tasks.get(session, question.user_task_id)
    if was_paused and user_task.state == "open":
        _move(session, question, until, cause=outcome.value, occasion=occasion, is_over=True)
    return user_task


def _close(session: Session, question: Question, outcome: QuestionEnd, now: datetime) -> None:
    """Write how a question ended."""
    question.ended_at, question.outcome, question.runs_on_at = now, outcome, None
    session.flush()


def _move(
    session: Session,
    question: Question,
    until: datetime,
    *,
    cause: str,
    occasion: Occasion,
    is_over: bool = False,
) -> None:
    """Let everything that is due with a user task be due later by the time that is lost."""
    time = working_time.of(occasion.calendar)
    lost = time.between(question.asked_at, until)
    question.lost_seconds = round(lost.total_seconds())
    session.flush()
    rescheduling.reschedule(
        session,
        question.user_task_id,
        {token: time.add(from_stored(at), lost) for token, at in question.dues},
        cause=cause,
        paused_at=None if is_over else question.asked_at,
        occasion=occasion,
    )


def _tell(
    session: Session, question: Question, name: str, recipient: str, event: str, *, now: datetime
) -> None:
    """Send a notice about a question; the texts stay in their table."""
    outbox.notify(
        session,
        f"{question.instance_id}:q{question.id}:{event}",
        recipient,
        {
            "event": event,
            "question_id": question.id,
            "about_user_task_id": question.user_task_id,
            "instance_id": question.instance_id,
            "name": name,
        },
        now=now,
    )
