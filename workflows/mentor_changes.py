"""The services of a change of mentors: hand-over, consent, cover, the end of the old pairing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows import (
    member_services,
    mentor_candidates,
    mentor_requests,
    mentor_tasks,
    notifications,
    pairings,
    people,
)
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.mentoring_tables import (
    ContactVisibility,
    MentorChange,
    MentorContact,
    MentorPairing,
    PairingKind,
)

Result = dict[str, Any]
UNAVAILABLE = "mentor_unavailable"


@service("mentor_change.open")
def open_change(call: ServiceContext, *, member_id: int, cause: str | None = None) -> Result:
    """Open the change of mentors, or take up what was asked for, unless one runs already."""
    change = mentor_requests.running(call.session, member_id)
    if change is not None and change.instance_id is not None:
        return {"change_id": None}
    pairing = pairings.primary(call.session, member_id)
    if change is None:
        change = MentorChange(
            member_id=member_id, cause=(cause or "request")[:40], opened_at=call.now
        )
        call.session.add(change)
    change.instance_id = call.instance_id
    change.pairing_id = pairing.id if pairing else None
    call.session.flush()
    old = pairing.mentor if pairing else None
    return {
        "change_id": change.id,
        "old_mentor": old,
        "old_mentor_name": people.names_of(call.session, [old]).get(old, old) if old else None,
        "is_still_there": old is not None and change.cause != UNAVAILABLE,
        "has_private_notes": pairing is not None and _private_notes(call.session, pairing.id) > 0,
    }


@service("mentor_change.note_handover")
def note_handover(call: ServiceContext, *, change_id: int, handover: Mapping[str, Any]) -> Result:
    """Keep what the mentor so far wants the next one to know."""
    get_one(call.session, MentorChange, change_id).handover_note = handover["note"]
    call.session.flush()
    return {"handover": None}


@service("mentor_change.note_consent")
def note_consent(
    call: ServiceContext, *, change_id: int, consent: Mapping[str, Any] | None = None
) -> Result:
    """Keep whether private notes may be handed over; silence means they are not."""
    change = get_one(call.session, MentorChange, change_id)
    change.shares_notes = consent is not None and consent["agrees"]
    if change.shares_notes:
        call.session.execute(
            update(MentorContact)
            .where(
                MentorContact.pairing_id == change.pairing_id,
                MentorContact.visibility == ContactVisibility.PRIVATE,
            )
            .values(is_handed_over=True)
        )
    call.session.flush()
    return {"consent": None}


@service("mentor_change.cover_facts")
def cover_facts(
    call: ServiceContext,
    *,
    member_id: int,
    change_id: int,
    head: str | None = None,
    named: Mapping[str, Any] | None = None,
) -> Result:
    """
    Return the facts of who is to stand in: the person named, else the accountable head.

    The mentor who is to be replaced does not cover for himself or herself.
    """
    member = member_services.fetch(call.session, member_id)
    cover = named["person"] if named else head
    old = _old_mentor(call.session, change_id)
    candidate = None
    if cover and cover != old:
        candidate = mentor_candidates.facts_of(call.session, member, cover, allow_line=True)
    return {"named": None, "candidate": candidate}


@service("mentor_change.replace")
def replace(call: ServiceContext, *, member_id: int, change_id: int, cover: str) -> Result:
    """End the old pairing for its cause, and let the cover begin in the same moment."""
    change = get_one(call.session, MentorChange, change_id)
    old = pairings.primary(call.session, member_id)
    if old is not None:
        pairings.end(call.session, old, reason=change.cause, now=call.now)
    member = member_services.fetch(call.session, member_id)
    pairings.begin(call.session, member, cover, kind=PairingKind.INTERIM, now=call.now)
    mentor_tasks.hand_on(call, member, old=old.mentor if old else None, new=cover)
    return {"mentor": cover, "candidate": None}


@service("mentor_change.tell_next")
def tell_next(call: ServiceContext, *, change_id: int) -> None:
    """Tell the mentor who was found that the last one left a note, if so."""
    change = get_one(call.session, MentorChange, change_id)
    pairing = pairings.primary(call.session, change.member_id)
    if pairing is None or not change.handover_note:
        return
    member = member_services.fetch(call.session, change.member_id)
    notifications.notify(
        call.session,
        [pairing.mentor],
        f"The last mentor of {member.person.display_name} left you a hand-over note.",
        instance_id=call.instance_id,
        now=call.now,
    )


@service("mentor_change.close")
def close(call: ServiceContext, *, change_id: int | None = None, outcome: str) -> None:
    """Close the change."""
    if change_id is None:
        return
    change = get_one(call.session, MentorChange, change_id)
    change.closed_at, change.outcome = call.now, outcome
    call.session.flush()


def _old_mentor(session: Session, change_id: int) -> str | None:
    """Return who is to be replaced."""
    change = get_one(session, MentorChange, change_id)
    if change.pairing_id is None:
        return None
    return get_one(session, MentorPairing, change.pairing_id).mentor


def _private_notes(session: Session, pairing_id: int) -> int:
    """Return how many private notes there are about a pairing."""
    return len(
        session.scalars(
            select(MentorContact.id).where(
                MentorContact.pairing_id == pairing_id,
                MentorContact.visibility == ContactVisibility.PRIVATE,
            )
        ).all()
    )
