"""Answers by chance for the services of the reviews."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.walker import Answer
from workflows.review_states import WINDOWS, CycleKind

GROUPS = ("superior", "panel", "peers", "subordinates", "mentor")
Inputs = Mapping[str, Any]


def _tally(inputs: Inputs, chance: Random) -> Answer:
    sizes = dict(zip(GROUPS, (chance.choice((0, 1, 1, 1)), 1, 4, 0, 0), strict=True))
    marks = [chance.randint(1, 5) for _ in "VPLRDI"]
    one = dict(zip("VPLRDI", marks, strict=True))
    return {
        "ratings": {group: [one] * size for group, size in sizes.items()},
        "weights": None,
        "group_sizes": [{"group": group, "raters": size} for group, size in sizes.items()],
        "superior_missing": not sizes["superior"],
    }


def _potential(inputs: Inputs, chance: Random) -> Answer:
    return {
        "score": chance.choice((55, 65, 75, 95)),
        "potential": chance.choice((50, 70, 90)),
        "gaps": 0,
        "hours_ratio": 1,
        "integrity": 4,
        "votes": 6,
        "fail_votes": chance.choice((0, 3)),
        "serious_discipline": False,
        "open_correction_level": 0,
        "experience_complete": True,
    }


def _decision(inputs: Inputs, chance: Random) -> Answer:
    grade = inputs["decision"]["grade"]
    return {"grade": grade, "needs_panel": grade == "D", "voices": 0}


def _voice(inputs: Inputs, chance: Random) -> Answer:
    return {"grade": inputs["voice"]["grade"], "is_done": chance.random() < 0.5}


def _receipt(inputs: Inputs, chance: Random) -> Answer:
    said = inputs["receipt"] or {}
    return {
        "is_signed": said.get("signature") == "signed",
        "is_disputed": chance.random() < 0.8,
    }


def _conclude(inputs: Inputs, chance: Random) -> Answer:
    return {
        "weakest": "L",
        "is_drop": chance.random() < 0.5,
        "exit_cause": chance.choice((None, "grade_D", "two_C")),
        "decided_by": "hedy",
    }


ANSWERS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "rating.seat": lambda inputs, chance: {
        "rater": "bob",
        "member_id": 11,
        "candidate_name": "Cara",
        "guide": [],
        **WINDOWS[CycleKind.ANNUAL],
    },
    "rating.open_seats": lambda inputs, chance: {"open_seats": chance.choice((0, 2))},
    "rating.propose": lambda inputs, chance: {"rater_choice": {}, "rater_notice": None},
    "rating.note_list": lambda inputs, chance: {
        "rater_notice": chance.choice((None, None, "Too few.")),
        "rater_list": [],
    },
    "rating.note_approval": lambda inputs, chance: {
        "is_approved": inputs["approval"]["approves"],
        "seats": [1, 2],
    },
    "rating.name_superior": lambda inputs, chance: {"seats": [3], "superior_asked": True},
    "rating.tally": _tally,
    "rating.note_score": lambda inputs, chance: {
        "is_rated": inputs["composite"]["score"] is not None
    },
    "review.open": lambda inputs, chance: {
        "review_id": 7,
        "is_away": chance.random() < 0.02,
        **WINDOWS[CycleKind.ANNUAL],
    },
    "review.check_presence": lambda inputs, chance: {"is_away": chance.random() < 0.1},
    "review.note_potential": _potential,
    "review.after_calibration": lambda inputs, chance: {
        "is_calibrated": chance.random() < 0.7,
        "provisional_grade": chance.choice(("A", "B", "C", "D", "D*")),
    },
    "review_outcome.note_decision": _decision,
    "review_outcome.note_voice": _voice,
    "review_outcome.note_readiness": lambda inputs, chance: {
        "letter": "Grade B.",
        "reasons": [],
        "is_adverse": inputs["grade"] in ("C", "D"),
    },
    "review_outcome.note_receipt": _receipt,
    "review_outcome.note_appeal": lambda inputs, chance: {"must_regrade": chance.random() < 0.95},
    "review_outcome.conclude": _conclude,
    "review_cycle.open": lambda inputs, chance: {
        "cycle_id": 3,
        "pool_name": "Leaders",
        "members": [11, 12],
        "calibrate_at": "2027-01-22T09:00:00+00:00",
    },
    "review_cycle.progress": lambda inputs, chance: {
        "unscored": chance.choice((0, 2)),
        "unfinished": chance.choice((0, 2)),
    },
    "review_cycle.convene": lambda inputs, chance: {"distribution": [], "flags": []},
}
