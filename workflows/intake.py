"""The services of the intake: from a confirmed nomination to an active member."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows import member_services, memberships
from workflows.account_tables import Account
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import fetch
from workflows.nomination_tables import IntakeRecord
from workflows.people_tables import GradeHistory
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Horizon, Lifecycle

Result = dict[str, Any]


@service("intake.create_member")
def create_member(call: ServiceContext, *, nomination_id: int) -> Result:
    """Create the membership, with the last grade as the baseline of the development."""
    entry = fetch(call.session, nomination_id)
    member = memberships.create(
        call.session,
        entry.candidate,
        entry.pool,
        instance_id=call.instance_id,
        actor=call.actor,
        now=call.now,
    )
    grade = call.session.scalar(
        select(GradeHistory.grade)
        .where(GradeHistory.person_id == entry.candidate_id)
        .order_by(GradeHistory.year.desc())
        .limit(1)
    )
    member.last_grade = grade
    call.session.add(IntakeRecord(member_id=member.id, baseline_grade=grade))
    call.session.flush()
    return {"member_id": member.id, "member_number": member.number}


@service("intake.note_agreement")
def note_agreement(call: ServiceContext, *, member_id: int) -> Result:
    """Record that the member signed."""
    _record(call, member_id).signed_at = call.now
    return {"agreement": None}


@service("intake.note_self_assessment")
def note_self_assessment(
    call: ServiceContext, *, member_id: int, self_assessment: Mapping[str, Any]
) -> Result:
    """Keep what the member says about strengths, wishes and aspiration."""
    record = _record(call, member_id)
    record.strengths, record.wishes = self_assessment["strengths"], self_assessment["wishes"]
    record.aspiration = self_assessment["aspiration"]
    return {"self_assessment": None}


@service("intake.note_horizon")
def note_horizon(
    call: ServiceContext, *, member_id: int, horizon_choice: Mapping[str, Any]
) -> Result:
    """Set the horizon, and the accountable head where another one was named."""
    member = get_one(call.session, PoolMember, member_id)
    member.horizon = Horizon(horizon_choice["horizon"])
    head = horizon_choice.get("accountable_head")
    if head and call.session.get(Account, head) is not None:
        member.accountable_head = head
    call.session.flush()
    return {"horizon_choice": None}


@service("intake.note_welcome")
def note_welcome(call: ServiceContext, *, member_id: int, welcome: Mapping[str, Any]) -> Result:
    """Keep when the welcome talk took place and what was agreed."""
    record = _record(call, member_id)
    record.welcomed_on = date.fromisoformat(welcome["held_on"])
    record.welcome_notes = welcome["notes"]
    return {"welcome": None}


@service("intake.activate")
def activate(call: ServiceContext, *, member_id: int) -> None:
    """Make the membership active."""
    member = get_one(call.session, PoolMember, member_id)
    memberships.activate(
        call.session, member, instance_id=call.instance_id, actor=call.actor, now=call.now
    )


@service("intake.withdraw")
def withdraw(call: ServiceContext, *, member_id: int) -> None:
    """End a membership that nobody signed for; its seat is free again."""
    member = get_one(call.session, PoolMember, member_id)
    member_services.move(call, member, Lifecycle.EXITED, reason="not_signed")


def _record(call: ServiceContext, member_id: int) -> IntakeRecord:
    """Return the record of an intake."""
    return get_one(call.session, IntakeRecord, member_id)
