"""The services of the panel: convene it, take the votes, count them when the meeting closes."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import groups, pools
from workflows.engine.entity_queries import get_one
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.nomination_records import fetch, move_in_case
from workflows.nomination_states import NominationState
from workflows.nomination_tables import ConflictDeclaration, Nomination, PanelMeeting, PanelVote

CHECKS_LAST = timedelta(days=183)
NOT_VOTING = ("RECUSE", "SPEAK_NO_VOTE")
Result = dict[str, Any]


@service("panel.convene")
def convene(
    call: ServiceContext, *, nomination_id: int, substitutes: Mapping[str, Any] | None = None
) -> Result:
    """
    Call the panel of the pool to a meeting.

    Candidate and nominator never get a seat; whoever declared a conflict in
    an earlier meeting about this nomination is not asked again.

    Raises:
        BusinessError: `checks_expired`, when the vetting is older than six months.

    """
    session = call.session
    entry = fetch(session, nomination_id)
    if entry.vetted_at is None or call.now - entry.vetted_at > CHECKS_LAST:
        raise BusinessError("checks_expired", "The vetting is older than six months.")
    move_in_case(call, entry, NominationState.PANEL)
    members = groups.members_of(session, pools.panel_group(entry.pool))
    named = list(dict.fromkeys([*members, *_substitutes(session, entry, substitutes)]))
    barred = {entry.nominator, entry.candidate.username, *_recused(session, entry)}
    seats = [name for name in named if name not in barred]
    meeting = PanelMeeting(
        nomination_id=entry.id,
        number=_meetings(session, entry) + 1,
        seats=seats,
        convened_at=call.now,
        counts={"barred": len(named) - len(seats)},
    )
    session.add(meeting)
    session.flush()
    return {"meeting_id": meeting.id, "panel_seats": seats}


@service("panel.cast")
def cast(
    call: ServiceContext, *, meeting_id: int, panelist: str, vote: Mapping[str, Any]
) -> Result:
    """Put a vote into the urn; nothing of it stays in the case."""
    call.session.add(
        PanelVote(meeting_id=meeting_id, seat=panelist, vote=vote["vote"], cast_at=call.now)
    )
    call.session.flush()
    return {"vote": None}


@service("panel.count")
def count(call: ServiceContext, *, meeting_id: int, meeting: Mapping[str, Any]) -> Result:
    """Close the meeting and count: whole numbers only, as the decision wants them."""
    session = call.session
    held = get_one(session, PanelMeeting, meeting_id)
    votes = Counter(session.scalars(select(PanelVote.vote).where(PanelVote.meeting_id == held.id)))
    barred = held.counts.get("barred", 0)
    counts = {
        "seats": len(held.seats) + barred,
        "recused": barred + _conflicts(session, held),
        "present": votes.total(),
        **{vote: votes[vote] for vote in ("yes", "no", "defer")},
        "open_question": meeting["open_question"],
    }
    held.counts = {**counts, "barred": barred}
    held.closed_at, held.closed_by = call.now, call.actor.username
    held.minutes, held.questions = meeting["minutes"], meeting.get("questions") or ""
    return counts


@service("panel.conclude")
def conclude(
    call: ServiceContext, *, nomination_id: int, meeting_id: int, panel_outcome: str
) -> Result:
    """Keep the outcome of a meeting; without a quorum the failure is counted."""
    entry = fetch(call.session, nomination_id)
    held = get_one(call.session, PanelMeeting, meeting_id)
    held.outcome = panel_outcome
    if panel_outcome == "NO_QUORUM":
        entry.quorum_failures += 1
    if panel_outcome == "DEFER":
        move_in_case(call, entry, NominationState.DEFERRED)
    questions = held.questions or "The panel asked no question; add to your statement what helps."
    return {
        "meeting": None,
        "panel_rounds": entry.quorum_failures,
        "questions": questions if panel_outcome == "DEFER" else None,
    }


def meetings(session: Session, entry: Nomination) -> list[PanelMeeting]:
    """Return the meetings about a nomination in order; votes are counts only."""
    return list(
        session.scalars(
            select(PanelMeeting)
            .where(PanelMeeting.nomination_id == entry.id)
            .order_by(PanelMeeting.number)
        )
    )


def _meetings(session: Session, entry: Nomination) -> int:
    """Return how many meetings there were."""
    number = session.scalar(
        select(func.count()).select_from(PanelMeeting).where(PanelMeeting.nomination_id == entry.id)
    )
    return number or 0


def _substitutes(
    session: Session, entry: Nomination, substitutes: Mapping[str, Any] | None
) -> list[str]:
    """Return everybody who was ever appointed for this nomination, the newest last."""
    earlier = [name for held in meetings(session, entry) for name in held.seats]
    return [*earlier, *(substitutes or {}).get("people", [])]


def _recused(session: Session, entry: Nomination) -> set[str]:
    """Return who declared a conflict in an earlier meeting; silence is asked again."""
    return set(
        session.scalars(
            select(ConflictDeclaration.person).where(
                ConflictDeclaration.nomination_id == entry.id,
                ConflictDeclaration.purpose == "panel",
                ConflictDeclaration.is_answered,
                ConflictDeclaration.outcome.in_(NOT_VOTING),
            )
        )
    )


def _conflicts(session: Session, held: PanelMeeting) -> int:
    """Return how many seats of a meeting may not vote."""
    number = session.scalar(
        select(func.count(func.distinct(ConflictDeclaration.person))).where(
            ConflictDeclaration.nomination_id == held.nomination_id,
            ConflictDeclaration.purpose == "panel",
            ConflictDeclaration.person.in_(held.seats),
            ConflictDeclaration.declared_at >= held.convened_at,
            ConflictDeclaration.outcome.in_(NOT_VOTING),
        )
    )
    return number or 0
