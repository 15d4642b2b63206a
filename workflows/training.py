"""The services of the training year: open it, look at the hours, judge, carry over, close."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from workflows import member_services, posting, training_records
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import months_later
from workflows.pool_tables import PoolMember
from workflows.training_facts import SELF_STUDY_SHARE
from workflows.training_records import record_step
from workflows.training_states import (
    OPEN_ITEMS,
    Compliance,
    ItemState,
    TrainingPlanState,
)
from workflows.training_tables import TrainingCheck, TrainingItem, TrainingPlan
from workflows.vocabulary import Lifecycle

LONGEST_GAP = timedelta(days=92)
QUARTERS = (3, 6, 9, 12)
REQUIRED_HOURS = 90.0
# Below this pace the sign weighs more.
_VERY_LATE = 40
Result = dict[str, Any]


@service("training.open_year")
def open_year(call: ServiceContext, *, member_id: int) -> Result:
    """
    Open the plan of the next year: right after the last one, or today.

    What is still going on from the year before moves over with it.
    """
    session = call.session
    member = member_services.fetch(session, member_id)
    last = _last(call, member_id)
    if last is not None and last.state is not TrainingPlanState.CLOSED:
        return _opened(call, member, last)
    plan = _next_plan(call, member, last)
    session.add(plan)
    session.flush()
    if last is not None:
        _carry_over(call, last, plan)
    record_step(session, plan, "opened", actor=call.actor, now=call.now)
    return _opened(call, member, plan)


@service("training.check_facts")
def check_facts(call: ServiceContext, *, plan_id: int) -> Result:
    """Return the hours of a plan for the decision whether the duty is met."""
    plan = training_records.plan(call.session, plan_id)
    hours = training_records.hours_of(call.session, plan.member_id, plan.year)
    whole, gone = (plan.ends_on - plan.begins_on).days, (call.now.date() - plan.begins_on).days
    return {
        "organised_hours": hours.organised,
        "self_study_hours": hours.self_study,
        "required_hours": plan.required_hours,
        "elapsed_percent": round(min(max(100 * gone / whole, 0), 100), 2),
    }


@service("training.note_check")
def note_check(
    call: ServiceContext,
    *,
    plan_id: int,
    compliance: str,
    organised_hours: float,
    self_study_hours: float,
    elapsed_percent: float,
) -> Result:
    """Keep what the decision said; behind for the second time in a row, it becomes a sign."""
    plan = training_records.plan(call.session, plan_id)
    before = _last_outcome(call, plan_id)
    check = TrainingCheck(
        plan_id=plan_id,
        organised_hours=organised_hours,
        self_study_hours=self_study_hours,
        elapsed_percent=elapsed_percent,
        outcome=Compliance(compliance),
        checked_at=call.now,
    )
    call.session.add(check)
    year_is_over = elapsed_percent >= 100
    if year_is_over:
        plan.proposal = check.outcome
        plan.result = check.outcome if check.outcome is Compliance.MET else None
    call.session.flush()
    is_behind = check.outcome is Compliance.BEHIND
    return {
        "check_id": check.id,
        "year_is_over": year_is_over,
        "twice_behind": is_behind and before is Compliance.BEHIND,
        "sign_code": _sign_code(plan, check),
        "next_check": _moment(_next_check(plan, call.now.date())),
    }


@service("training.note_catch_up")
def note_catch_up(call: ServiceContext, *, check_id: int, catch_up: Mapping[str, Any]) -> Result:
    """Keep what the training officer does for a member who is behind."""
    check = get_one(call.session, TrainingCheck, check_id)
    check.measures, check.decided_by = catch_up["measures"], call.actor.username
    return {"catch_up": None}


@service("training.note_judgement")
def note_judgement(call: ServiceContext, *, plan_id: int, judgement: Mapping[str, Any]) -> Result:
    """Keep what the head decided about a year with too few hours, with the reason."""
    plan = training_records.plan(call.session, plan_id)
    plan.result_by, plan.result_reason = call.actor.username, judgement["reason"]
    plan.result = Compliance(judgement["result"])
    record_step(
        call.session,
        plan,
        "judged",
        cause=judgement["result"],
        reason=judgement["reason"],
        actor=call.actor,
        now=call.now,
    )
    return {"judgement": None}


@service("training.note_rating")
def note_rating(call: ServiceContext, *, plan_id: int, rating: Mapping[str, Any]) -> Result:
    """Keep how the member found the year."""
    plan = training_records.plan(call.session, plan_id)
    plan.reaction, plan.learning = rating["reaction"], rating["learning"]
    return {"rating": None}


@service("training.note_effect")
def note_effect(call: ServiceContext, *, rated_plan_id: int, effect: Mapping[str, Any]) -> Result:
    """Keep what changed at work three months later."""
    plan = training_records.plan(call.session, rated_plan_id)
    plan.behaviour, plan.effect = effect["behaviour"], effect["effect"]
    plan.effect_notes = effect.get("notes") or ""
    return {"effect": None}


@service("training.close_year")
def close_year(call: ServiceContext, *, plan_id: int) -> Result:
    """Close a year; the second one in a row without the hours is a failed plan."""
    plan = training_records.plan(call.session, plan_id)
    earlier = call.session.scalar(
        select(TrainingPlan.result)
        .where(TrainingPlan.member_id == plan.member_id, TrainingPlan.year < plan.year)
        .order_by(TrainingPlan.year.desc())
        .limit(1)
    )
    _close(call, plan, "year_over")
    member = get_one(call.session, PoolMember, plan.member_id)
    failed = Compliance.NOT_MET
    return {
        "goes_on": member.lifecycle is not Lifecycle.EXITED,
        "failed_twice": plan.result is failed and earlier is failed,
        "rated_plan_id": plan.id,
    }


@service("training.close")
def close(call: ServiceContext, *, member_id: int, reason: str | None = None) -> None:
    """Close everything that is open for a member who leaves the pool; postings are handed back."""
    cause = (reason or "left_pool")[:40]
    entries = call.session.scalars(
        select(TrainingItem).where(
            TrainingItem.member_id == member_id, TrainingItem.state.in_(OPEN_ITEMS)
        )
    )
    for entry in entries:
        posting.hand_back(call, entry, cause)
        training_records.end_item(entry, ItemState.CANCELLED, result=cause, now=call.now)
    plans = call.session.scalars(
        select(TrainingPlan).where(
            TrainingPlan.member_id == member_id, TrainingPlan.state != TrainingPlanState.CLOSED
        )
    )
    for plan in plans:
        _close(call, plan, cause)


def _sign_code(plan: TrainingPlan, check: TrainingCheck) -> str:
    """Return the sign that the pace of the hours gives, should it become one."""
    own = min(check.self_study_hours, SELF_STUDY_SHARE * plan.required_hours)
    counted = check.organised_hours + own
    pace = 10_000 * counted / (plan.required_hours * max(check.elapsed_percent, 1))
    return "training_pace_lt_40" if pace < _VERY_LATE else "training_pace_lt_70"


def _last_outcome(call: ServiceContext, plan_id: int) -> Compliance | None:
    """Return what the last look at a plan said."""
    return call.session.scalar(
        select(TrainingCheck.outcome)
        .where(TrainingCheck.plan_id == plan_id)
        .order_by(TrainingCheck.id.desc())
        .limit(1)
    )


def _next_plan(call: ServiceContext, member: PoolMember, last: TrainingPlan | None) -> TrainingPlan:
    """Return a new plan that follows the last one, if that ended lately."""
    today = call.now.date()
    follows = last is not None and today - last.ends_on <= LONGEST_GAP
    begins_on = last.ends_on if last is not None and follows else today
    return TrainingPlan(
        member_id=member.id,
        year=_year_after(begins_on, last),
        begins_on=begins_on,
        ends_on=months_later(begins_on, 12),
        required_hours=float(member.pool.policy.get("training_hours", REQUIRED_HOURS)),
        hardship_limit=last.hardship_limit if last else False,
        hardship_reason=last.hardship_reason if last else "",
        instance_id=call.instance_id,
        opened_at=call.now,
    )


def _close(call: ServiceContext, plan: TrainingPlan, cause: str) -> None:
    """Close one plan."""
    plan.state, plan.closed_at, plan.closing_cause = TrainingPlanState.CLOSED, call.now, cause
    call.session.flush()
    record_step(call.session, plan, "closed", cause=cause, actor=call.actor, now=call.now)


def _carry_over(call: ServiceContext, last: TrainingPlan, plan: TrainingPlan) -> None:
    """Move measures that are not over to the next plan."""
    call.session.execute(
        update(TrainingItem)
        .where(TrainingItem.plan_id == last.id, TrainingItem.state.in_(OPEN_ITEMS))
        .values(plan_id=plan.id, times_carried=TrainingItem.times_carried + 1)
    )


def _last(call: ServiceContext, member_id: int) -> TrainingPlan | None:
    """Return the newest plan of a member."""
    return call.session.scalar(
        select(TrainingPlan)
        .where(TrainingPlan.member_id == member_id)
        .order_by(TrainingPlan.year.desc(), TrainingPlan.version.desc())
        .limit(1)
    )


def _year_after(begins_on: date, last: TrainingPlan | None) -> int:
    """Return the year of a plan; no two plans that follow each other share one."""
    return begins_on.year if last is None else max(begins_on.year, last.year + 1)


def _opened(call: ServiceContext, member: PoolMember, plan: TrainingPlan) -> Result:
    """Return what the process needs to know of a plan."""
    return {
        "plan_id": plan.id,
        "plan_year": plan.year,
        "helper": training_records.helper_of(call.session, member.id, call.now.date()),
        "next_check": _moment(_next_check(plan, call.now.date())),
    }


def _next_check(plan: TrainingPlan, today: date) -> date:
    """Return the next end of a quarter of a plan."""
    ends = [months_later(plan.begins_on, months) for months in QUARTERS]
    return next((day for day in ends if day > today), plan.ends_on)


def _moment(day: date) -> str:
    """Return a morning as the text that a timer reads."""
    return datetime.combine(day, time(6), UTC).isoformat().replace("+00:00", "Z")
