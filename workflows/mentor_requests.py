"""What mentor and member do outside the cases: note a meeting, ask for another pairing."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import pairings
from workflows.actors import Actor
from workflows.engine import messages
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid
from workflows.mentoring_tables import (
    ContactKind,
    ContactVisibility,
    MentorChange,
    MentorContact,
    MentorPairing,
)
from workflows.pool_tables import PoolMember

MENTOR_CHANGE = "mentor.change"  # what cases wait for; the correlation is the member
_A_YEAR = timedelta(days=365)


class ChangeRuns(Conflict):
    """One change of mentors runs for a member at a time."""

    def __init__(self) -> None:
        super().__init__(Sentence("A change of mentors is under way already."))


class ReasonNeeded(Invalid):
    """Once a year nobody asks why; a second time, a reason is needed."""

    def __init__(self) -> None:
        super().__init__(Sentence("This is the second request within a year. Say why, please."))


class NoPairing(Conflict):
    """Nobody mentors the member now."""

    def __init__(self) -> None:
        super().__init__(Sentence("There is no mentor now."))


class NotYetHeld(Invalid):
    """A meeting is noted after it was held."""

    def __init__(self) -> None:
        super().__init__(Sentence("The meeting lies in the future. Note it once it was held."))


def running(session: Session, member_id: int) -> MentorChange | None:
    """Return the change of mentors that runs for a member, or None."""
    return session.scalar(
        select(MentorChange).where(
            MentorChange.member_id == member_id, MentorChange.closed_at.is_(None)
        )
    )


def ask_for_change(
    session: Session,
    member: PoolMember,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> MentorChange:
    """
    Ask for another mentor, or for another member to mentor; the case begins at once.

    Raises:
        ChangeRuns: A change is under way.
        ReasonNeeded: The same person asked within a year, and gives no reason now.

    """
    if running(session, member.id) is not None:
        raise ChangeRuns
    if not reason and _asked_since(session, member.id, actor, now - _A_YEAR):
        raise ReasonNeeded
    change = MentorChange(
        member_id=member.id,
        cause="request",
        requested_by=actor.username,
        reason=reason,
        opened_at=now,
    )
    session.add(change)
    session.flush()
    messages.send(
        session,
        MENTOR_CHANGE,
        correlation=str(member.id),
        payload={"member_id": member.id, "cause": "request"},
        actor=actor,
        now=now,
        calendar=calendar,
    )
    return change


def note_contact(
    session: Session,
    member: PoolMember,
    *,
    held_on: date,
    kind: ContactKind,
    summary: str,
    visibility: ContactVisibility,
    actor: Actor,
    now: datetime,
) -> MentorContact:
    """
    Note a meeting of mentor and member.

    Raises:
        NoPairing: Nobody mentors the member.
        NotYetHeld: The day lies in the future.

    """
    pairing = pairings.primary(session, member.id)
    if pairing is None:
        raise NoPairing
    if held_on > now.date():
        raise NotYetHeld
    contact = MentorContact(
        pairing_id=pairing.id,
        held_on=held_on,
        kind=kind,
        summary=summary,
        visibility=visibility,
        recorded_by=actor.username,
        recorded_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def contacts(session: Session, member: PoolMember, actor: Actor) -> list[MentorContact]:
    """
    Return the meetings that one of the two may read, newest first.

    Private notes are for who wrote them, and for a successor where the member agreed.
    """
    pairing = pairings.primary(session, member.id)
    mentor = pairing.mentor if pairing else None
    readable: list[ColumnElement[bool]] = [
        MentorContact.visibility == ContactVisibility.SHARED,
        MentorContact.recorded_by == actor.username,
    ]
    if actor.username == mentor:
        readable.append(MentorContact.is_handed_over.is_(True))
    query = (
        select(MentorContact)
        .join(MentorPairing, MentorPairing.id == MentorContact.pairing_id)
        .where(MentorPairing.member_id == member.id, or_(*readable))
        .order_by(MentorContact.held_on.desc(), MentorContact.id.desc())
        .limit(100)
    )
    return list(session.scalars(query))


def _asked_since(session: Session, member_id: int, actor: Actor, since: datetime) -> bool:
    """Say whether somebody asked for a change before."""
    earlier = session.scalar(
        select(MentorChange.id).where(
            MentorChange.member_id == member_id,
            MentorChange.requested_by == actor.username,
            MentorChange.opened_at > since,
        )
    )
    return earlier is not None
