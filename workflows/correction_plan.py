"""The services of a plan for improvement: draft, agreement, and when the checkpoints are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from rules.sentences import Sentence
from workflows import correction_records
from workflows.account_tables import Account
from workflows.correction_records import fetch, keep, tell
from workflows.correction_states import Level, Occasion
from workflows.correction_tables import Checkpoint, CorrectionAction, CorrectionCase
from workflows.engine.services import BusinessError, ServiceContext, service

Result = dict[str, Any]


@service("correction_plan.look")
def look(call: ServiceContext, *, case_id: int) -> Result:
    """Say whether the present level has a plan already, as after an interruption."""
    case = fetch(call.session, case_id)
    is_planned = case.next_checkpoint_at is not None
    return {
        "is_planned": is_planned,
        "helper": case.helper,
        "plan_days": case.plan_days,
        **({"checkpoint_due": _moment(case)} if is_planned else {}),
    }


@service("correction_plan.note_draft")
def note_draft(call: ServiceContext, *, case_id: int, plan_draft: Mapping[str, Any]) -> Result:
    """Keep actions, measures and helper; the member cannot help him- or herself."""
    case = fetch(call.session, case_id)
    helper = plan_draft.get("helper") or case.helper
    _check_helper(call, case, helper)
    assert case.level is not None
    for position, action in enumerate(plan_draft["actions"], start=1):
        call.session.add(
            CorrectionAction(case_id=case.id, level=case.level, position=position, action=action)
        )
    case.measures, case.helper = plan_draft["measures"], helper
    call.session.flush()
    return {
        "plan_draft": None,
        "refusal_text": None,
        "helper": helper,
        "plan_actions": list(plan_draft["actions"]),
        "plan_measures": case.measures,
    }


@service("correction_plan.explain")
def explain(call: ServiceContext, *, refusal: Mapping[str, Any]) -> Result:
    """Say on the form why what was sent is not possible."""
    return {"refusal": None, "refusal_text": refusal["message"]}


@service("correction_plan.begin")
def begin(
    call: ServiceContext, *, case_id: int, plan_agreement: Mapping[str, Any] | None = None
) -> Result:
    """Begin the plan, agreed or not; without an answer it begins as it is."""
    case = fetch(call.session, case_id)
    case.agrees = None if plan_agreement is None else plan_agreement["agrees"]
    keep(call, case, "agreement", (plan_agreement or {}).get("remark"))
    case.plan_started_at = call.now
    _set_next(case, 1)
    call.session.flush()
    tell(call, [case.helper], "You help with a plan for improvement. Its checkpoints are yours.")
    return {
        "plan_agreement": None,
        "plan_actions": None,
        "plan_measures": None,
        "checkpoint_due": _moment(case),
    }


@service("correction_plan.schedule")
def schedule(call: ServiceContext, *, case_id: int) -> Result:
    """Set the day of the next checkpoint."""
    case = fetch(call.session, case_id)
    held = call.session.scalar(
        select(func.max(Checkpoint.number)).where(
            Checkpoint.case_id == case.id,
            Checkpoint.plan_round == case.plan_round,
            Checkpoint.occasion == Occasion.SCHEDULED,
        )
    )
    _set_next(case, (held or 0) + 1)
    call.session.flush()
    return {"checkpoint_due": _moment(case)}


def _set_next(case: CorrectionCase, number: int) -> None:
    """Set the next checkpoint, counted from the day on which the plan began."""
    assert case.plan_started_at is not None
    days = (case.level or Level.L2).checkpoint_days * number
    case.next_checkpoint_at = case.plan_started_at + timedelta(days=days)


def _moment(case: CorrectionCase) -> str:
    """Return the moment of the next checkpoint as a timer reads it."""
    due: datetime | None = case.next_checkpoint_at
    assert due is not None
    return due.isoformat(timespec="seconds")


def _check_helper(call: ServiceContext, case: CorrectionCase, helper: str | None) -> None:
    """Refuse a helper who is the member, or who could never be given a checkpoint."""
    if helper == correction_records.username_of(call.session, case):
        raise BusinessError(
            "not_possible", Sentence("The member cannot be the own helper. Name another.")
        )
    if helper is not None and call.session.get(Account, helper) is None:
        raise BusinessError(
            "not_possible",
            Sentence("“%(name)s” has no account. Name somebody else.", name=helper),
        )
