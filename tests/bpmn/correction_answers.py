"""Answers by chance for the services of care and correction."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.walker import Answer

Inputs = Mapping[str, Any]


def _open_case(inputs: Inputs, chance: Random) -> Answer:
    return {
        "case_id": 3,
        "sign_id": 4,
        "joins": chance.random() < 0.1,
        "talker": "bo",
        "helper": "bo",
        "checking": 0,
        "serious_signs": 0,
        "answered_signs": 0,
    }


def _describe(inputs: Inputs, chance: Random) -> Answer:
    return {"sign_code": "grade_drop", "sign_words": "The grade fell", "sign_source": "HR"}


def _weigh(inputs: Inputs, chance: Random) -> Answer:
    signs = chance.choice(
        (["overdue_tasks_ge_3"], ["grade_drop", "training_pace_lt_70"], ["audit_integrity_flag"])
    )
    return {
        "verified": chance.choice((0, 1, 2, 3)),
        "signs": signs,
        "severity": chance.choice(("ordinary", "serious", "misconduct")),
        "repeat_in_12_months": False,
        "prior_level": 0,
        "sign_words": ["The grade fell"],
    }


def _propose(inputs: Inputs, chance: Random) -> Answer:
    return {"proposal": inputs["proposal"], "must_hear": inputs["proposal"] not in ("NONE", "L0")}


def _note_level(inputs: Inputs, chance: Random) -> Answer:
    level = inputs["level_decision"]["level"]
    if chance.random() < 0.1:
        return {"is_settled": False, "proposal": level, "must_hear": chance.random() < 0.5}
    return {"is_settled": True, "level": level, "plan_days": 60}


def _open_checkpoint(inputs: Inputs, chance: Random) -> Answer:
    return {
        "checkpoint_id": 5,
        "checkpoint_number": 1,
        "expected": 50,
        "last_checkpoint": chance.random() < 0.5,
        "extensions": chance.choice((0, 1)),
        "progress": 40,
        "evidence_complete": True,
    }


def _decide_checkpoint(inputs: Inputs, chance: Random) -> Answer:
    if chance.random() < 0.1:
        return "not_possible"
    return {"checkpoint_outcome": inputs["decision"]["outcome"]}


def _note_draft(inputs: Inputs, chance: Random) -> Answer:
    return "not_possible" if chance.random() < 0.1 else {"helper": "bo", "plan_actions": ["Talk"]}


def _evidence(inputs: Inputs, chance: Random) -> Answer:
    return {
        "evidence_result": inputs["evidence"]["result"],
        "evidence_severity": inputs["evidence"].get("severity", "ordinary"),
    }


def _next(inputs: Inputs, chance: Random) -> Answer:
    return {"checkpoint_due": "2026-12-12T09:00:00+00:00"}


def _receipt(inputs: Inputs, chance: Random) -> Answer:
    return {"review_requested": chance.random() < 0.3}


ANSWERS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "member_evidence.request": lambda inputs, chance: {"evidence_id": 6},
    "member_evidence.record": _evidence,
    "sign.describe": _describe,
    "sign.note_triage": lambda inputs, chance: {
        "triage_outcome": inputs["triage"]["outcome"],
        "evidence_office": "hr",
        "sign_result": "raised",
    },
    "sign.verify": lambda inputs, chance: {"sign_result": "verified"},
    "sign.refute": lambda inputs, chance: {"sign_result": "rejected"},
    "correction.open_case": _open_case,
    "correction.add_sign": lambda inputs, chance: {"new_sign_id": 8},
    "correction.look_at_sign": lambda inputs, chance: {"is_serious": chance.random() < 0.6},
    "correction.weigh": _weigh,
    "correction.propose": _propose,
    "correction.note_hearing": lambda inputs, chance: {"must_hear": False},
    "correction.note_level": _note_level,
    "correction.write_letter": lambda inputs, chance: {"letter": "The reason.", "helper": "bo"},
    "correction.close": lambda inputs, chance: {
        "finding": chance.choice(("grade_drop", "grade_drop", None))
    },
    "correction.note_referral": lambda inputs, chance: {
        "referral_outcome": inputs["referral_decision"]["outcome"]
    },
    "correction.propose_exit": lambda inputs, chance: {
        "exit_cause": "correction_failed",
        "proposed_by": "hedy",
    },
    "correction.note_appeal": lambda inputs, chance: {"is_upheld": chance.random() < 0.5},
    "correction_notice.sign": _receipt,
    "correction_notice.refuse": _receipt,
    "correction_plan.look": lambda inputs, chance: {
        "is_planned": chance.random() < 0.3,
        "checkpoint_due": "2026-12-12T09:00:00+00:00",
    },
    "correction_plan.note_draft": _note_draft,
    "correction_plan.begin": _next,
    "correction_plan.schedule": _next,
    "checkpoint.open": _open_checkpoint,
    "checkpoint.hold": lambda inputs, chance: {
        "progress": inputs["report"]["progress"],
        "evidence_complete": inputs["report"]["evidence_complete"],
    },
    "checkpoint.decide": _decide_checkpoint,
    "checkpoint.explain": lambda inputs, chance: {"refusal_text": "It is not possible."},
    "correction_plan.explain": lambda inputs, chance: {"refusal_text": "It is not possible."},
}
