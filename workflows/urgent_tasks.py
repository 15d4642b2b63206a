"""The services of urgent tasks: call out, clear, agree, end, debrief."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from workflows import training_records
from workflows.engine.services import ServiceContext, service
from workflows.posting_tables import UrgentTask
from workflows.training_records import end_item
from workflows.training_states import ItemState, RiskClass

Result = dict[str, Any]


@service("urgent.begin")
def begin(call: ServiceContext, *, item_id: int) -> Result:
    """Say until when a member stands ready for a call-out."""
    entry = training_records.item(call.session, item_id)
    last = entry.to_on or training_records.plan(call.session, entry.plan_id).ends_on
    last = max(last, call.now.date() + timedelta(days=1))
    return {"item_title": entry.title, "ready_until": _moment(datetime.combine(last, time(18)))}


@service("urgent.call_out")
def call_out(call: ServiceContext, *, item_id: int, call_out: Mapping[str, Any]) -> Result:
    """Write down what a member is called to."""
    entry = training_records.item(call.session, item_id)
    task = UrgentTask(
        item_id=item_id,
        member_id=entry.member_id,
        title=call_out["title"],
        risk_class=RiskClass(call_out["risk_class"]),
        days=int(call_out["days"]),
        called_at=call.now,
    )
    call.session.add(task)
    call.session.flush()
    return {
        "call_out": None,
        "urgent_task_id": task.id,
        "urgent_title": task.title,
        "risk_class": task.risk_class.value,
        "urgent_days": task.days,
    }


@service("urgent.note_clearance")
def note_clearance(
    call: ServiceContext, *, urgent_task_id: int, clearance: Mapping[str, Any]
) -> Result:
    """Keep whether the task is safe enough for this member."""
    task = call.session.get_one(UrgentTask, urgent_task_id)
    task.is_cleared, task.cleared_by = bool(clearance["agrees"]), call.actor.username
    task.clearance_reason = clearance.get("reason") or ""
    call.session.flush()
    return {"clearance": None, "is_cleared": task.is_cleared}


@service("urgent.note_consent")
def note_consent(
    call: ServiceContext, *, urgent_task_id: int, consent: Mapping[str, Any] | None = None
) -> Result:
    """Begin the task when the member agrees; silence and a refusal have no consequence."""
    task = call.session.get_one(UrgentTask, urgent_task_id)
    task.has_consent = bool(consent and consent["agrees"])
    task.consent_reason = (consent or {}).get("reason") or ""
    if task.has_consent:
        task.began_on = call.now.date()
    call.session.flush()
    return {
        "consent": None,
        "has_consent": task.has_consent,
        "task_over": _moment(call.now + timedelta(days=task.days)),
    }


@service("urgent.end")
def end(call: ServiceContext, *, urgent_task_id: int) -> None:
    """End a task when its days are over."""
    call.session.get_one(UrgentTask, urgent_task_id).ended_on = call.now.date()
    call.session.flush()


@service("urgent.debrief")
def debrief(
    call: ServiceContext, *, item_id: int, urgent_task_id: int, debriefing: Mapping[str, Any]
) -> Result:
    """Keep what the task taught, and end the measure."""
    task = call.session.get_one(UrgentTask, urgent_task_id)
    task.debrief, task.outcome = debriefing["report"], debriefing["outcome"]
    entry = training_records.item(call.session, item_id)
    end_item(entry, ItemState.COMPLETED, result=task.outcome, now=call.now)
    call.session.flush()
    return {"debriefing": None}


@service("urgent.lapse")
def lapse(call: ServiceContext, *, item_id: int) -> None:
    """End the readiness of a member whom nobody called out."""
    entry = training_records.item(call.session, item_id)
    end_item(entry, ItemState.CANCELLED, result="no_call", now=call.now)
    call.session.flush()


def _moment(moment: datetime) -> str:
    """Return a moment as the text that a timer reads."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
