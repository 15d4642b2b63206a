"""The services that change a plan within the year, and those that let its measures begin."""

from collections.abc import Mapping
from typing import Any

from workflows import training_planning, training_records
from workflows.engine.services import ServiceContext, service
from workflows.training_records import record_step
from workflows.training_states import ItemState, Track, TrainingPlanState
from workflows.training_tables import TrainingPlan

Result = dict[str, Any]
_BRANCHES: Mapping[str, frozenset[Track]] = {
    "courses": frozenset({Track.THEORY}),
    "self_studies": frozenset({Track.SELF_STUDY}),
    "postings": frozenset({Track.POSTING, Track.ROTATION}),
    "urgent_tasks": frozenset({Track.URGENT}),
    "projects": frozenset({Track.PROJECT, Track.COACHING}),
}


@service("training.begin_revision")
def begin_revision(
    call: ServiceContext, *, member_id: int, cause: str | None = None, finding: str | None = None
) -> Result:
    """Look for the plan that a finding is about; only one in force can be revised."""
    plan = training_records.current(call.session, member_id)
    in_force = plan is not None and plan.state is TrainingPlanState.APPROVED
    if plan is not None:
        record_step(
            call.session,
            plan,
            "finding",
            cause=(cause or "unknown")[:40],
            finding=finding or "",
            found_at=call.now,
            actor=call.actor,
            now=call.now,
        )
    return {
        "plan_id": plan.id if plan else None,
        "helper": training_records.helper_of(call.session, member_id, call.now.date()),
        "in_force": in_force,
        "changed": False,
        "found_at": call.now.isoformat(),
    }


@service("training.note_revision")
def note_revision(call: ServiceContext, *, plan_id: int, revision: Mapping[str, Any]) -> Result:
    """Keep how a plan shall change; nothing changes yet."""
    plan = training_records.plan(call.session, plan_id)
    record_step(
        call.session,
        plan,
        f"revision_{revision['weight']}",
        reason=revision["reason"],
        actor=call.actor,
        now=call.now,
    )
    return {
        "revision": None,
        "weight": revision["weight"],
        "wanted": list(revision.get("measures") or ()),
        "plan_notice": revision["reason"],
    }


@service("training.note_revision_approval")
def note_revision_approval(
    call: ServiceContext, *, plan_id: int, approval: Mapping[str, Any]
) -> Result:
    """Keep whether the head agrees to a major change."""
    plan, yes = training_records.plan(call.session, plan_id), bool(approval["agrees"])
    record_step(
        call.session,
        plan,
        "revision_approved" if yes else "revision_refused",
        reason=approval.get("reason") or "",
        actor=call.actor,
        now=call.now,
    )
    return {"approval": None, "approved": yes, "plan_notice": None}


@service("training.apply_revision")
def apply_revision(
    call: ServiceContext, *, plan_id: int, wanted: list[str], weight: str, found_at: str
) -> Result:
    """Change the measures of a plan as agreed and count its version up."""
    plan = training_records.plan(call.session, plan_id)
    training_planning.sync(call, plan, wanted)
    plan.version += 1
    record_step(
        call.session,
        plan,
        "changed",
        cause=weight,
        finding=_list_of(call, plan),
        actor=call.actor,
        now=call.now,
    )
    return {"items": training_planning.new_items(call, plan), "changed": True}


@service("training.activate_items")
def activate_items(call: ServiceContext, *, plan_id: int) -> None:
    """Let the new measures of a plan in force begin."""
    for entry in training_records.items(call.session, plan_id, ItemState.DRAFT):
        entry.state = ItemState.PLANNED
    call.session.flush()


@service("training.launch")
def launch(call: ServiceContext, *, member_id: int) -> Result:
    """Begin every planned measure of the plan in force; return them by the process they take."""
    plan = training_records.current(call.session, member_id)
    entries = training_records.items(call.session, plan.id, ItemState.PLANNED) if plan else []
    for entry in entries:
        entry.state = ItemState.RUNNING
    call.session.flush()
    branches = {
        branch: [entry.id for entry in entries if entry.track in tracks]
        for branch, tracks in _BRANCHES.items()
    }
    helper = training_records.helper_of(call.session, member_id, call.now.date())
    return {**branches, "helper": helper}


def _list_of(call: ServiceContext, plan: TrainingPlan) -> str:
    """Return the measures of a plan as a text."""
    entries = [each for each in training_records.items(call.session, plan.id) if each.state.is_open]
    return "; ".join(entry.title for entry in entries)
