"""The services that make and change the plan of a year: recommend, draft, shape, approve."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from workflows import training_facts, training_records
from workflows.engine.services import ServiceContext, service
from workflows.training_records import record_step
from workflows.training_states import (
    Consent,
    Direction,
    ItemState,
    Track,
    TrainingPlanState,
)
from workflows.training_tables import TrainingItem, TrainingPlan, TrainingRecommendation
from workflows.vocabulary import Temperature

Result = dict[str, Any]
SELF_STUDY = "SELF_STUDY"


class Kind(NamedTuple):
    """What a measure is unless people say otherwise."""

    title: str
    track: Track
    hours: float = 0
    days: int = 0
    direction: Direction | None = None
    temperature: Temperature | None = None


KINDS: Mapping[str, Kind] = {
    "POSTING_DOWN": Kind("Posting to the front line", Track.POSTING, 0, 365, Direction.DOWN),
    "POSTING_UP": Kind("Posting to a higher office", Track.POSTING, 0, 365, Direction.UP),
    "ROTATION": Kind("Rotation to another post", Track.ROTATION, 0, 365),
    "ROTATION_TO_COLD": Kind(
        "Rotation to a calm post", Track.ROTATION, 0, 365, temperature=Temperature.COLD
    ),
    "ROTATION_TO_HOT": Kind(
        "Rotation to a demanding post", Track.ROTATION, 0, 365, temperature=Temperature.HOT
    ),
    "URGENT_TASK": Kind("Urgent task", Track.URGENT, 0, 30),
    "THEORY_COURSE": Kind("Theory course", Track.THEORY, 40),
    "COORDINATION_PROJECT": Kind("Project that needs coordination", Track.PROJECT, 20),
    "SPECIALIST_COURSE": Kind("Course in the own field", Track.THEORY, 30),
    "INTEGRITY_EDUCATION": Kind("Education in integrity", Track.THEORY, 16),
    "LEARNING_COACH": Kind("Coaching for learning", Track.COACHING, 10),
    "MENTOR_PAIRING": Kind("First steps with a mentor", Track.COACHING, 6),
    "ACTING_ROLE": Kind("Acting in the role", Track.PROJECT, 0, 30),
    SELF_STUDY: Kind("Self-study", Track.SELF_STUDY, 36),
}


@service("training.facts")
def facts(call: ServiceContext, *, plan_id: int) -> Result:
    """Return what the decision about recommendations needs to know."""
    plan = training_records.plan(call.session, plan_id)
    return training_facts.of(call.session, plan, now=call.now)


@service("training.note_recommendations")
def note_recommendations(
    call: ServiceContext, *, plan_id: int, recommendations: Sequence[str]
) -> Result:
    """Keep what is recommended, with the fact behind each recommendation."""
    plan = training_records.plan(call.session, plan_id)
    known = training_facts.of(call.session, plan, now=call.now)
    last = call.session.scalar(
        select(func.max(TrainingRecommendation.round)).where(
            TrainingRecommendation.plan_id == plan_id
        )
    )
    for code in recommendations:
        call.session.add(
            TrainingRecommendation(
                plan_id=plan_id,
                round=(last or 0) + 1,
                code=code,
                reason=training_facts.reason_of(code, known),
                recommended_at=call.now,
            )
        )
    call.session.flush()
    titles = [KINDS[code].title for code in recommendations]
    return {
        "chosen": list(dict.fromkeys([*_open_choices(call, plan_id), *recommendations])),
        "recommended": "; ".join(titles) or "Nothing in particular.",
        "plan_notice": None,
    }


@service("training.note_draft")
def note_draft(call: ServiceContext, *, plan_id: int, draft: Mapping[str, Any]) -> Result:
    """
    Turn what the member wants into measures.

    A hardship that is told now blocks some of them: the decision is asked again.
    Who helps is looked up anew, because a mentor is found while the draft is written.
    """
    plan = training_records.plan(call.session, plan_id)
    hardship = bool(draft.get("hardship"))
    is_new = hardship and not plan.hardship_limit
    plan.hardship_limit, plan.wishes = hardship, draft["wishes"]
    plan.hardship_reason = draft.get("hardship_reason") or ""
    wanted = [] if is_new else list(draft["measures"])
    sync(call, plan, wanted)
    _drafted(call, plan, float(draft.get("self_study_hours") or 0))
    helper = training_records.helper_of(call.session, plan.member_id, call.now.date())
    drafted = {"draft": None, "again": is_new, "items": new_items(call, plan)}
    return {**drafted, "chosen": wanted, "helper": helper}


@service("training.measure")
def measure(call: ServiceContext, *, item_id: int) -> Result:
    """Return what the form shows of a measure at first."""
    entry = training_records.item(call.session, item_id)
    return {
        "item_title": entry.title,
        "item_track": entry.track.value,
        "item_hours": entry.hours,
        "item_days": entry.days,
    }


@service("training.note_measure")
def note_measure(call: ServiceContext, *, item_id: int, measure: Mapping[str, Any]) -> Result:
    """Keep what a measure is about; relocation and hazard need the consent of the member."""
    entry = training_records.item(call.session, item_id)
    entry.objective, entry.goal = measure["objective"], measure["goal"]
    entry.evidence, entry.theme = measure["evidence"], measure.get("theme") or ""
    entry.hours, entry.days = float(measure.get("hours") or 0), int(measure.get("days") or 0)
    entry.from_on, entry.to_on = _day(measure.get("from_on")), _day(measure.get("to_on"))
    if entry.from_on and entry.to_on and entry.to_on < entry.from_on:
        entry.from_on, entry.to_on = entry.to_on, entry.from_on
    entry.sponsor = measure.get("sponsor")
    needs_consent = bool(measure.get("relocates") or measure.get("is_hazardous"))
    entry.consent = Consent.ASKED if needs_consent else Consent.NOT_NEEDED
    call.session.flush()
    return {"measure": None, "needs_consent": needs_consent}


@service("training.note_consent")
def note_consent(
    call: ServiceContext, *, item_id: int, consent: Mapping[str, Any] | None = None
) -> Result:
    """
    Keep whether the member agrees; silence is no consent.

    A refusal takes the measure off the plan and has no other consequence.
    """
    entry = training_records.item(call.session, item_id)
    agrees = bool(consent and consent["agrees"])
    entry.consent = Consent.GIVEN if agrees else Consent.REFUSED
    entry.consent_reason = (consent or {}).get("reason") or ""
    if not agrees:
        training_records.end_item(entry, ItemState.CANCELLED, result="no_consent", now=call.now)
    call.session.flush()
    return {"consent": None}


@service("training.note_feasibility")
def note_feasibility(
    call: ServiceContext, *, plan_id: int, feasibility: Mapping[str, Any]
) -> Result:
    """Keep whether the line manager can make room for the plan."""
    return _answered(
        call, plan_id, feasibility, kind="feasible", variable="feasibility", flag="fits"
    )


@service("training.note_approval")
def note_approval(call: ServiceContext, *, plan_id: int, approval: Mapping[str, Any]) -> Result:
    """Keep what the head decided; an approved plan is in force."""
    result = _answered(
        call, plan_id, approval, kind="approved", variable="approval", flag="approved"
    )
    if result["approved"]:
        _put_into_force(call, training_records.plan(call.session, plan_id))
    return result


@service("training.settle")
def settle(call: ServiceContext, *, plan_id: int, settlement: Mapping[str, Any]) -> Result:
    """Decide about a plan that was not approved within ninety days."""
    plan = training_records.plan(call.session, plan_id)
    if approves := settlement["outcome"] == "approve":
        drafts = training_records.items(call.session, plan_id, ItemState.DRAFT)
        for entry in (each for each in drafts if each.consent is Consent.ASKED):
            training_records.end_item(entry, ItemState.CANCELLED, result="no_consent", now=call.now)
        _put_into_force(call, plan)
    record_step(
        call.session,
        plan,
        "settled",
        cause=settlement["outcome"],
        reason=settlement["reason"],
        actor=call.actor,
        now=call.now,
    )
    return {"settlement": None, "approved": approves}


def sync(call: ServiceContext, plan: TrainingPlan, wanted: Sequence[str]) -> None:
    """Add what is wanted and not there; take away what is not wanted and has not begun."""
    entries = [each for each in training_records.items(call.session, plan.id) if each.state.is_open]
    for entry in entries:
        if entry.state is not ItemState.RUNNING and entry.code not in {*wanted, SELF_STUDY}:
            training_records.end_item(entry, ItemState.CANCELLED, result="dropped", now=call.now)
    there = {entry.code for entry in entries}
    for code in wanted:
        if code in KINDS and code not in there:
            add(call, plan, code)
    call.session.flush()


def add(
    call: ServiceContext, plan: TrainingPlan, code: str, hours: float | None = None
) -> TrainingItem:
    """Add one measure to a plan, as a draft."""
    kind = KINDS[code]
    entry = TrainingItem(
        plan_id=plan.id,
        member_id=plan.member_id,
        code=code,
        track=kind.track,
        direction=kind.direction,
        temperature=kind.temperature,
        title=kind.title,
        hours=kind.hours if hours is None else hours,
        days=kind.days,
    )
    call.session.add(entry)
    return entry


def new_items(call: ServiceContext, plan: TrainingPlan) -> list[int]:
    """Return the measures that nobody has shaped yet."""
    drafts = training_records.items(call.session, plan.id, ItemState.DRAFT)
    return [entry.id for entry in drafts if not entry.objective]


def _open_choices(call: ServiceContext, plan_id: int) -> list[str]:
    """Return the codes of open measures; self-study is no choice, its hours have a field."""
    items = training_records.items(call.session, plan_id)
    return [each.code for each in items if each.state.is_open and each.code != SELF_STUDY]


def _drafted(call: ServiceContext, plan: TrainingPlan, hours: float) -> None:
    """Set the hours of self-study that the member plans."""
    drafts = training_records.items(call.session, plan.id, ItemState.DRAFT)
    entry = next((each for each in drafts if each.code == SELF_STUDY), None)
    if entry is not None and hours:
        entry.hours = hours
    elif entry is not None:
        training_records.end_item(entry, ItemState.CANCELLED, result="dropped", now=call.now)
    elif hours:
        add(call, plan, SELF_STUDY, hours)
    call.session.flush()


def _answered(
    call: ServiceContext,
    plan_id: int,
    answer: Mapping[str, Any],
    *,
    kind: str,
    variable: str,
    flag: str,
) -> Result:
    """Record a yes or no to a plan with its reason, which the next form shows."""
    plan, yes = training_records.plan(call.session, plan_id), bool(answer["agrees"])
    record_step(
        call.session,
        plan,
        kind if yes else f"not_{kind}",
        reason=answer.get("reason") or "",
        actor=call.actor,
        now=call.now,
    )
    return {variable: None, flag: yes, "plan_notice": None if yes else answer.get("reason")}


def _put_into_force(call: ServiceContext, plan: TrainingPlan) -> None:
    """Approve a plan with all its measures."""
    plan.approved_by, plan.approved_at = call.actor.username, call.now
    plan.state = TrainingPlanState.APPROVED
    for entry in training_records.items(call.session, plan.id, ItemState.DRAFT):
        entry.state = ItemState.PLANNED
    call.session.flush()


def _day(value: Any) -> date | None:
    """Return a day from a form, or None."""
    return date.fromisoformat(value) if value else None
