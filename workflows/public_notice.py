"""Public notices: put a name on display, take objections, and look into them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import people
from workflows.actors import Actor
from workflows.engine import messages
from workflows.engine.services import ServiceContext, service
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict
from workflows.nomination_records import fetch, keep, move_in_case
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination, Objection, PublicNotice

OBJECTION_RECEIVED = "objection.received"
SHORTEST, LONGEST = 5, 15
_GRAVITY = ("none", "minor", "serious")
_MOST_WORKING_DAYS = 260
Result = dict[str, Any]


class NoticeOver(Conflict):
    """Objections are taken while a nomination is on display."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("This nomination is not on display; objections are not taken any more.")
        )


def object_to(
    session: Session,
    nomination_id: int,
    *,
    category: str,
    text: str,
    is_anonymous: bool,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Objection:
    """
    Object to a nomination that is on display; the inquiry begins at once.

    Raises:
        NoticeOver: The nomination is not on display.

    """
    nomination = fetch(session, nomination_id)
    notice = _notice(session, nomination)
    if notice is None or notice.taken_down_at is not None:
        raise NoticeOver
    objection = Objection(
        nomination_id=nomination_id,
        category=category,
        body=text,
        objector=None if is_anonymous else actor.username,
        received_at=now,
    )
    session.add(objection)
    session.flush()
    messages.send(
        session,
        OBJECTION_RECEIVED,
        correlation=str(nomination_id),
        payload={"objection_id": objection.id},
        actor=actor,
        now=now,
        calendar=calendar,
    )
    return objection


def on_display(session: Session) -> list[PublicNotice]:
    """Return the notices that are on display, newest first."""
    return list(
        session.scalars(
            select(PublicNotice)
            .where(PublicNotice.taken_down_at.is_(None))
            .order_by(PublicNotice.id.desc())
        )
    )


@service("notice.publish")
def publish(call: ServiceContext, *, nomination_id: int) -> Result:
    """Put name, post and pool on display, for as long as the pool asks within the bounds."""
    entry = fetch(call.session, nomination_id)
    move_in_case(call, entry, NominationState.NOTICE)
    days = max(SHORTEST, min(LONGEST, entry.pool.notice_days))
    person = people.by_id(call.session, entry.candidate_id)
    post = f", {person.post.title}" if person.post else ""
    call.session.add(
        PublicNotice(
            nomination_id=entry.id,
            body=f"{person.display_name}{post}, is proposed for {entry.pool.name}.",
            working_days=days,
            published_at=call.now,
        )
    )
    call.session.flush()
    return {"notice_period": f"P{days}BD"}


@service("notice.open_inquiry")
def open_inquiry(
    call: ServiceContext,
    *,
    nomination_id: int,
    objection_id: int | None = None,
    category: str | None = None,
    objection_text: str | None = None,
) -> Result:
    """Register an objection, if the message brought its text only, and begin the inquiry."""
    entry = fetch(call.session, nomination_id)
    objection = call.session.get(Objection, objection_id) if objection_id else None
    if objection is None or objection.nomination_id != entry.id:
        objection = Objection(
            nomination_id=entry.id,
            category=(category or "other")[:40],
            body=objection_text or "",
            received_at=call.now,
        )
        call.session.add(objection)
    objection.inquiry_began_at = call.now
    call.session.flush()
    move_in_case(call, entry, NominationState.INQUIRY)
    return {
        "objection_id": objection.id,
        "category": objection.category,
        "objection_text": objection.body,
    }


@service("notice.close_inquiry")
def close_inquiry(call: ServiceContext, *, objection_id: int, finding: Mapping[str, Any]) -> Result:
    """Keep the finding of an inquiry; when none is open, only the display goes on."""
    objection = call.session.get_one(Objection, objection_id)
    objection.finding, objection.reason = finding["finding"], finding["reason"]
    objection.closed_at, objection.closed_by = call.now, call.actor.username
    call.session.flush()
    entry = fetch(call.session, objection.nomination_id)
    if all(each.closed_at for each in objections(call.session, entry)):
        move_in_case(call, entry, NominationState.NOTICE)
    return {"finding": None, "objection_text": None}


@service("notice.facts")
def facts(call: ServiceContext, *, nomination_id: int) -> Result:
    """Sum up the objections as the decision wants them."""
    found = objections(call.session, fetch(call.session, nomination_id))
    still_open = [each for each in found if each.closed_at is None]
    findings = [each.finding or "none" for each in found]
    days = [_working_days(call, each.inquiry_began_at or call.now) for each in still_open]
    gravest = max(findings, key=_GRAVITY.index, default="none")
    return {
        "objections": len(found),
        "open": bool(still_open),
        "substantiated": gravest,
        "inquiry_working_days": max(days, default=0),
        "text": _in_words(found, len(still_open)),
    }


@service("notice.note_decision")
def note_decision(
    call: ServiceContext, *, nomination_id: int, objection_decision: Mapping[str, Any]
) -> Result:
    """Keep why somebody decided before the inquiry was over, and close what is open."""
    keep(call, nomination_id, "objection_decision", objection_decision["reason"])
    for objection in objections(call.session, fetch(call.session, nomination_id)):
        if objection.closed_at is None:
            objection.closed_at, objection.closed_by = call.now, call.actor.username
    return {"notice_result": objection_decision["outcome"], "objection_decision": None}


@service("notice.take_down")
def take_down(call: ServiceContext, *, nomination_id: int, notice_result: str) -> None:
    """Take the notice down once everything is settled."""
    entry = fetch(call.session, nomination_id)
    notice = _notice(call.session, entry)
    if notice is not None:
        notice.taken_down_at, notice.outcome = call.now, notice_result
    if notice_result != "REVOKE":
        move_in_case(call, entry, NominationState.NOTICE_DONE)


def objections(session: Session, entry: Nomination) -> list[Objection]:
    """Return the objections to a nomination in order; for the conduct office alone."""
    return list(
        session.scalars(
            select(Objection).where(Objection.nomination_id == entry.id).order_by(Objection.id)
        )
    )


def _notice(session: Session, entry: Nomination) -> PublicNotice | None:
    """Return the notice of a nomination, or None."""
    return session.scalar(select(PublicNotice).where(PublicNotice.nomination_id == entry.id))


def _working_days(call: ServiceContext, since: datetime) -> int:
    """Return how many whole working days have passed since a moment."""
    days = 0
    while days < _MOST_WORKING_DAYS and (
        call.calendar.add_working_days(since, days + 1) <= call.now
    ):
        days += 1
    return days


def _in_words(found: Iterable[Objection], still_open: int) -> str:
    """Return one sentence about the objections, without their texts."""
    number = len(list(found))
    return f"{number} objections, {still_open} of them not looked into yet."
