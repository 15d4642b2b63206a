"""Short notices to people, shown in the application."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from workflows import mail, stand_in_search, stand_ins, working_time
from workflows.account_tables import Notification
from workflows.database import table_of
from workflows.engine import outbox, writes
from workflows.engine.occasion import Occasion
from workflows.engine.outbox import Letter
from workflows.engine.prepared import Prepared
from workflows.paging import Page, newest_first

_LONGEST_TEXT = 500
# Every page asks for it.
_UNREAD = Prepared(
    select(func.count())
    .select_from(Notification)
    .where(Notification.recipient == bindparam("username"), Notification.read_at.is_(None)),
    of_entities=True,
)
_SENTENCES: Mapping[str, str] = {
    "user_task_handed_over": "Handed over to you: {name}.",
    "question_asked": "A question to you about: {name}.",
    "question_answered": "Your question was answered: {name}.",
    "question_recalled": "A question is no longer open: {name}.",
    "sla_remind": "Half of the time is over: {name}.",
    "sla_warn": "Most of the time is over: {name}.",
    "sla_escalate": "Overdue: {name}.",
    "approve_skip": "Waits for your approval: skip the step {name}.",
    "approve_move": "Waits for your approval: let a case go on at {name}.",
    "approve_data": "Waits for your approval: change the data of a case ({name}).",
    "approve_migration": "Waits for your confirmation: migrate running cases of {name}.",
    "escalated": "Escalated to you: {name}.",
    "nudge": "Somebody waits for you. Please go on with: {name}.",
}


def notify(
    session: Session,
    recipients: Iterable[str | None],
    text: str,
    *,
    instance_id: int | None = None,
    user_task_id: int | None = None,
    page: str = "",
    now: datetime,
) -> None:
    """Give each recipient (a username) one notice; None and repeated names are passed over."""
    usernames = sorted({username for username in recipients if username})
    if not usernames:
        return
    writes.insert(
        session,
        table_of(Notification),
        [
            {
                "recipient": username,
                "text": text[:_LONGEST_TEXT],
                "instance_id": instance_id,
                "user_task_id": user_task_id,
                "page": page,
                "created_at": now,
            }
            for username in usernames
        ],
    )


def of_recipient(
    session: Session, username: str, *, limit: int = 20, cursor: str | None = None
) -> Page[Notification]:
    """
    Return the notices to a person, newest first.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    query = select(Notification).where(Notification.recipient == username)
    return newest_first(session, query, Notification.id, limit=limit, cursor=cursor)


def unread(session: Session, username: str) -> int:
    """Return how many notices a person has not read."""
    ((number,),) = _UNREAD.rows(session, username=username)
    return int(number)


def mark_read(session: Session, username: str, *, up_to: int | None = None, now: datetime) -> None:
    """Mark a person's notices as read: all, or those up to an id."""
    query = update(Notification).where(
        Notification.recipient == username, Notification.read_at.is_(None)
    )
    if up_to is not None:
        query = query.where(Notification.id <= up_to)
    session.execute(query.values(read_at=now))


@outbox.delivers(outbox.NOTICE)
def deliver(session: Session, letter: Letter, occasion: Occasion) -> None:
    """
    Show a person the notice that the engine sent about a user task, and post the mail for it.

    A user task of somebody who is away goes to whoever stands in, before anybody is told.
    """
    now, user_task_id = occasion.now, letter.payload.get("user_task_id")
    if user_task_id is not None:
        day = working_time.today(occasion.calendar, now)
        handover = stand_in_search.for_notice(session, letter.recipient, user_task_id, day, now)
        if stand_ins.try_out(session, handover, now=now):
            return  # Whoever stands in gets a notice of his own.
    mail.post(session, letter, now=now)
    notify(
        session,
        [letter.recipient],
        text_of(letter.payload),
        instance_id=letter.payload.get("instance_id"),
        user_task_id=user_task_id,
        page=letter.payload.get("page", ""),
        now=now,
    )


def text_of(payload: Mapping[str, Any]) -> str:
    """Return the sentence for a notice of the engine, or of what watches over user tasks."""
    sentence = _SENTENCES.get(str(payload.get("event")), "New for you: {name}.")
    return sentence.format(name=payload.get("name", "a user task"))
