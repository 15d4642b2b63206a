"""The services of what comes after an exit: hand-over, interview, and a look back after a year."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows.engine.services import ServiceContext, service
from workflows.engine.tables import Instance, UserTask
from workflows.exit_tables import AlumniFollowUp, ExitCase, ExitInterview, HandoverItem
from workflows.nomination_records import months_later
from workflows.people_tables import Person, Relationship
from workflows.vocabulary import RelationKind

Result = dict[str, Any]
_FOLLOW_UP_MONTHS = 12


def pack_handover(call: ServiceContext, case: ExitCase) -> int:
    """List what the member still had to do elsewhere, and return how much that is."""
    rows = call.session.execute(
        select(UserTask.name, UserTask.instance_id)
        .join(Instance, Instance.id == UserTask.instance_id)
        .where(
            UserTask.assignee == case.member.person.username,
            UserTask.state == "open",
            UserTask.instance_id != call.instance_id,
        )
        .order_by(UserTask.id)
    ).all()
    for row in rows:
        call.session.add(
            HandoverItem(exit_case_id=case.id, title=row.name[:300], instance_id=row.instance_id)
        )
    call.session.flush()
    return len(rows)


def mentors_of(call: ServiceContext, case: ExitCase) -> list[str]:
    """Return who mentors the member, to be told of the exit."""
    query = (
        select(Person.username)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(
            Relationship.other_id == case.member.person_id,
            Relationship.kind == RelationKind.MENTOR,
            Relationship.until.is_(None),
        )
        .order_by(Person.username)
    )
    return list(call.session.scalars(query))


@service("exit_afterwards.note_handover")
def note_handover(
    call: ServiceContext, *, exit_case_id: int, handover: Mapping[str, Any]
) -> Result:
    """Note who took over what the member had to do."""
    items = call.session.scalars(
        select(HandoverItem).where(
            HandoverItem.exit_case_id == exit_case_id, HandoverItem.taken_at.is_(None)
        )
    )
    for item in items:
        item.taken_by, item.taken_at = call.actor.username, call.now
        item.note = handover["note"]
    call.session.flush()
    return {"handover": None}


@service("exit_afterwards.note_interview")
def note_interview(
    call: ServiceContext, *, exit_case_id: int, interview: Mapping[str, Any]
) -> Result:
    """Keep what somebody who left by choice says."""
    call.session.add(
        ExitInterview(
            exit_case_id=exit_case_id,
            main_reason=interview["main_reason"],
            remarks=interview.get("remarks") or "",
            would_return=interview["would_return"],
            answered_at=call.now,
        )
    )
    call.session.flush()
    return {"interview": None}


@service("exit_afterwards.plan_follow_up")
def plan_follow_up(call: ServiceContext, *, exit_case_id: int) -> None:
    """Plan to ask after a year how the appointed member does."""
    due_on = months_later(call.now.date(), _FOLLOW_UP_MONTHS)
    call.session.add(AlumniFollowUp(exit_case_id=exit_case_id, due_on=due_on))
    call.session.flush()


@service("exit_afterwards.note_follow_up")
def note_follow_up(
    call: ServiceContext, *, exit_case_id: int, follow_up: Mapping[str, Any] | None = None
) -> Result:
    """Keep how the appointed member does; without an answer that stays unknown."""
    kept = call.session.get_one(AlumniFollowUp, exit_case_id)
    kept.result = (follow_up or {}).get("result") or "unknown"
    kept.remarks = (follow_up or {}).get("remarks") or ""
    kept.answered_at = call.now
    kept.answered_by = call.actor.username if follow_up else None
    call.session.flush()
    return {"follow_up": None}
