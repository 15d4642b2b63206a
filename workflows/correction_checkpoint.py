"""The services of a checkpoint: what is expected, what was seen, what is decided."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from rules.sentences import Sentence
from workflows import correction_records
from workflows.correction_records import fetch
from workflows.correction_states import Level, Occasion, Step
from workflows.correction_tables import Checkpoint, CorrectionCase
from workflows.engine.entity_queries import get_one
from workflows.engine.services import BusinessError, ServiceContext, service

EXTENSION_DAYS = 30
_GOES_ON = frozenset({Step.CONTINUE, Step.INTENSIFY})
Result = dict[str, Any]


@service("checkpoint.open")
def open_checkpoint(call: ServiceContext, *, case_id: int, by_sign: bool) -> Result:
    """
    Open the checkpoint that is due, or one for a new serious sign.

    For a sign nothing is asked again: the progress is that of the last
    checkpoint of this plan.
    """
    case = fetch(call.session, case_id)
    checkpoint = _for_sign(call, case) if by_sign else _scheduled(call, case)
    call.session.flush()
    return {
        "checkpoint_id": checkpoint.id,
        "checkpoint_number": checkpoint.number,
        "expected": checkpoint.expected,
        "last_checkpoint": checkpoint.is_last,
        "extensions": checkpoint.extensions,
        "progress": checkpoint.progress,
        "evidence_complete": checkpoint.evidence_complete,
    }


@service("checkpoint.hold")
def hold(call: ServiceContext, *, checkpoint_id: int, report: Mapping[str, Any]) -> Result:
    """Keep what was seen."""
    checkpoint = get_one(call.session, Checkpoint, checkpoint_id)
    checkpoint.progress = report["progress"]
    checkpoint.evidence_complete = report["evidence_complete"]
    checkpoint.findings = report["findings"]
    checkpoint.held_at, checkpoint.held_by = call.now, call.actor.username
    call.session.flush()
    return {
        "report": None,
        "progress": checkpoint.progress,
        "evidence_complete": checkpoint.evidence_complete,
        "checkpoint_findings": checkpoint.findings,
    }


@service("checkpoint.propose")
def propose(call: ServiceContext, *, checkpoint_id: int, proposal: str) -> None:
    """Keep what the rules propose."""
    get_one(call.session, Checkpoint, checkpoint_id).proposal = proposal
    call.session.flush()


@service("checkpoint.decide")
def decide(call: ServiceContext, *, checkpoint_id: int, decision: Mapping[str, Any]) -> Result:
    """
    Record what a named person decided, following the proposal or not.

    Raises:
        OwnCase: The member decides.

    """
    checkpoint = get_one(call.session, Checkpoint, checkpoint_id)
    case = fetch(call.session, checkpoint.case_id)
    if call.actor.username == correction_records.username_of(call.session, case):
        raise correction_records.OwnCase
    step = Step(decision["outcome"])
    _check_possible(checkpoint, step)
    checkpoint.decision, checkpoint.reason = step, decision["reason"]
    checkpoint.decided_by, checkpoint.decided_at = call.actor.username, call.now
    if step is Step.EXTEND:
        case.extensions += 1
        case.plan_days += EXTENSION_DAYS
    call.session.flush()
    return {
        "checkpoint_decision": None,
        "checkpoint_findings": None,
        "refusal_text": None,
        "checkpoint_outcome": step.value,
    }


@service("checkpoint.explain")
def explain(call: ServiceContext, *, refusal: Mapping[str, Any]) -> Result:
    """Say on the form why what was decided is not possible."""
    return {"refusal": None, "checkpoint_decision": None, "refusal_text": refusal["message"]}


def _check_possible(checkpoint: Checkpoint, step: Step) -> None:
    """Refuse to go on behind the end of the plan, and to extend it early or twice."""
    if step in _GOES_ON and checkpoint.is_last:
        raise BusinessError(
            "not_possible", Sentence("The plan ends here: close it, extend it or escalate.")
        )
    if step is Step.EXTEND and not checkpoint.is_last:
        raise BusinessError(
            "not_possible", Sentence("Only the last checkpoint can extend the plan.")
        )
    if step is Step.EXTEND and checkpoint.extensions > 0:
        raise BusinessError(
            "not_possible", Sentence("The plan was extended once; it cannot be again.")
        )


def _scheduled(call: ServiceContext, case: CorrectionCase) -> Checkpoint:
    """Return the checkpoint that is due; one that was interrupted is taken up again."""
    before = _of_this_plan(call, case, Occasion.SCHEDULED)
    if before and before[0].decision is None:
        return before[0]
    level = case.level or Level.L2
    number = before[0].number + 1 if before else 1
    day = number * level.checkpoint_days
    checkpoint = Checkpoint(
        case_id=case.id,
        level=level,
        plan_round=case.plan_round,
        number=number,
        occasion=Occasion.SCHEDULED,
        is_last=day >= case.plan_days,
        extensions=case.extensions,
        expected=min(100, round(100 * day / max(case.plan_days, 1))),
        opened_at=call.now,
    )
    call.session.add(checkpoint)
    return checkpoint


def _for_sign(call: ServiceContext, case: CorrectionCase) -> Checkpoint:
    """Return a checkpoint for a new sign, with what the last one of this plan saw."""
    held = [each for each in _of_this_plan(call, case) if each.progress is not None]
    last = held[0] if held else None
    checkpoint = Checkpoint(
        case_id=case.id,
        level=case.level or Level.L2,
        plan_round=case.plan_round,
        number=last.number if last else 0,
        occasion=Occasion.SIGN,
        is_last=False,
        extensions=case.extensions,
        expected=last.expected if last else 0,
        progress=(last.progress if last else None) or 0,
        evidence_complete=bool(last and last.evidence_complete),
        opened_at=call.now,
    )
    call.session.add(checkpoint)
    return checkpoint


def _of_this_plan(
    call: ServiceContext, case: CorrectionCase, occasion: Occasion | None = None
) -> list[Checkpoint]:
    """Return the checkpoints of the present plan, newest first."""
    query = select(Checkpoint).where(
        Checkpoint.case_id == case.id, Checkpoint.plan_round == case.plan_round
    )
    if occasion is not None:
        query = query.where(Checkpoint.occasion == occasion)
    return list(call.session.scalars(query.order_by(Checkpoint.id.desc())))
