"""The services of a running pairing: agreement, first meeting, the look back after each year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows import pairings
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.mentoring_tables import (
    ContactKind,
    ContactVisibility,
    MentorContact,
    MentorEvaluation,
    MentorPairing,
)

Result = dict[str, Any]
_DUTIES = ("values", "conduct", "professional")


@service("mentoring.note_agreement")
def note_agreement(
    call: ServiceContext, *, pairing_id: int, agreement: Mapping[str, Any]
) -> Result:
    """Keep what the mentor proposes, and show it to the member until the answer."""
    pairing = get_one(call.session, MentorPairing, pairing_id)
    pairing.goals, pairing.cadence = agreement["goals"], agreement["cadence"]
    pairing.duties = "\n".join(f"{name.title()}: {agreement[name]}" for name in _DUTIES)
    call.session.flush()
    shown = f"{pairing.goals}\n{pairing.duties}\nMeetings: {pairing.cadence}"
    return {"agreement": None, "agreement_text": shown}


@service("mentoring.note_confirmation")
def note_confirmation(
    call: ServiceContext, *, pairing_id: int, confirmation: Mapping[str, Any]
) -> Result:
    """Keep that the member agrees, or tell the mentor what is to be different."""
    agrees = confirmation["agrees"]
    if agrees:
        get_one(call.session, MentorPairing, pairing_id).agreed_at = call.now
        call.session.flush()
    wish = None if agrees else confirmation.get("change") or "Talk about it once more, please."
    return {
        "confirmation": None,
        "agreement_text": None,
        "agrees": agrees,
        "agreement_wish": wish,
    }


@service("mentoring.note_first_meeting")
def note_first_meeting(
    call: ServiceContext, *, pairing_id: int, meeting: Mapping[str, Any]
) -> Result:
    """Keep the first contact of mentor and member."""
    call.session.add(
        MentorContact(
            pairing_id=pairing_id,
            held_on=date.fromisoformat(meeting["held_on"]),
            kind=ContactKind(meeting["kind"]),
            summary=meeting.get("summary") or "",
            visibility=ContactVisibility(meeting["visibility"]),
            recorded_by=call.actor.username,
            recorded_at=call.now,
        )
    )
    call.session.flush()
    return {"meeting": None}


@service("mentoring.note_evaluation")
def note_evaluation(
    call: ServiceContext, *, pairing_id: int, side: str, evaluation: Mapping[str, Any]
) -> Result:
    """Keep what one of the two says about the year; the other does not read it."""
    call.session.add(
        MentorEvaluation(
            pairing_id=pairing_id,
            side=side,
            rating=evaluation["rating"],
            goes_on=evaluation["goes_on"],
            comment=evaluation.get("comment") or "",
            evaluated_at=call.now,
        )
    )
    call.session.flush()
    return {"evaluation": None}


@service("mentoring.year_over")
def year_over(call: ServiceContext, *, pairing_id: int) -> Result:
    """Say whether the pairing still runs, and whether nobody wants it to end."""
    pairing = get_one(call.session, MentorPairing, pairing_id)
    rows = call.session.execute(
        select(MentorEvaluation.side, MentorEvaluation.goes_on)
        .where(MentorEvaluation.pairing_id == pairing_id)
        .order_by(MentorEvaluation.id)
    )
    newest = {row.side: row.goes_on for row in rows}
    return {"is_running": pairing.ended_on is None, "goes_on": all(newest.values())}


@service("mentoring.close")
def close(call: ServiceContext, *, member_id: int, reason: str | None = None) -> None:
    """End every pairing of somebody who left the pool."""
    pairings.end_all(call.session, member_id, reason=reason or "member_left", now=call.now)
