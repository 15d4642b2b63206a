"""The services of the panel about an exit: convene it, take the votes, count them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from workflows import groups, member_services, pools
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.exit_records import fetch, proposals
from workflows.exit_tables import ExitMeeting, ExitVote

Result = dict[str, Any]
_BOUND = "bound"


@service("exit_panel.convene")
def convene(call: ServiceContext, *, exit_case_id: int, question: str) -> Result:
    """Call the panel of the pool; the member, who proposed and who decides have no seat."""
    session, case = call.session, fetch(call.session, exit_case_id)
    barred = {case.member.person.username, member_services.of(session, case.member)["head"]}
    barred |= {each.proposed_by for each in proposals(session, case)}
    named = groups.members_of(session, pools.panel_group(case.member.pool))
    earlier = session.scalar(
        select(func.count()).select_from(ExitMeeting).where(ExitMeeting.exit_case_id == case.id)
    )
    meeting = ExitMeeting(
        exit_case_id=case.id,
        number=(earlier or 0) + 1,
        question=question,
        seats=[name for name in named if name not in barred],
        convened_at=call.now,
        counts={"barred": len([name for name in named if name in barred])},
    )
    session.add(meeting)
    session.flush()
    return {"meeting_id": meeting.id, "panel_seats": meeting.seats}


@service("exit_panel.cast")
def cast(
    call: ServiceContext, *, meeting_id: int, panelist: str, vote: Mapping[str, Any]
) -> Result:
    """Put a vote into the urn; nothing of it stays in the case."""
    call.session.add(
        ExitVote(meeting_id=meeting_id, seat=panelist, vote=vote["vote"], cast_at=call.now)
    )
    call.session.flush()
    return {"vote": None}


@service("exit_panel.count")
def count(call: ServiceContext, *, meeting_id: int) -> Result:
    """Close the meeting and count; who is bound to the member counts as recused."""
    session, meeting = call.session, get_one(call.session, ExitMeeting, meeting_id)
    cast_ones = Counter(
        session.scalars(select(ExitVote.vote).where(ExitVote.meeting_id == meeting_id))
    )
    barred = meeting.counts.get("barred", 0)
    counts = {
        "seats": len(meeting.seats) + barred,
        "recused": barred + cast_ones[_BOUND],
        "present": cast_ones.total() - cast_ones[_BOUND],
        **{vote: cast_ones[vote] for vote in ("yes", "no", "defer")},
    }
    meeting.counts, meeting.closed_at = {**counts, "barred": barred}, call.now
    session.flush()
    return counts


@service("exit_panel.conclude")
def conclude(call: ServiceContext, *, exit_case_id: int, meeting_id: int, outcome: str) -> Result:
    """Keep the outcome; a meeting without a quorum is called again, three times at most."""
    case = fetch(call.session, exit_case_id)
    meeting = get_one(call.session, ExitMeeting, meeting_id)
    meeting.outcome, case.panel_outcome = outcome, outcome
    call.session.flush()
    return {"panel_outcome": outcome, "panel_rounds": meeting.number}
