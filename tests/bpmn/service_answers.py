"""
Answers by chance for the services of the packaged processes.

A walk runs without a database. A service that is not named here answers
nothing; a new process needs an entry only when it reads what a service says.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn import (
    correction_answers,
    exit_answers,
    member_answers,
    mentoring_answers,
    review_answers,
    training_answers,
)
from tests.bpmn.sample_data import PEOPLE
from tests.bpmn.walker import Answer

Inputs = Mapping[str, Any]


def answer(service: str, inputs: Inputs, chance: Random) -> Answer:
    """Answer one call."""
    make = _ANSWERS.get(service)
    return make(inputs, chance) if make else {}


def _register(inputs: Inputs, chance: Random) -> Answer:
    return {
        "nomination_id": 7,
        "nominator": "nora",
        "nominator_name": "Nora",
        "candidate_name": "Cara",
        "head": chance.choice(("hedy", None)),
        "head_name": "Hedy",
        "pool_name": "Leaders",
        "notice_required": chance.random() < 0.8,
    }


def _facts(inputs: Inputs, chance: Random) -> Answer:
    return {
        "employment_status": "active",
        "service_years": chance.choice((8, 8, 8, 8, 8, 1)),
        "months_in_level": 30,
        "last_grades": ["B", "A", "B"],
        "discipline_active": False,
        "cooling_off": False,
        "already_member": False,
        "under_investigation": chance.random() < 0.15,
        "education_rank": 3,
        "frontline_months": chance.choice((36, 36, 6)),
        "age": 38,
    }


def _prepare(inputs: Inputs, chance: Random) -> Answer:
    kinds = (("records", "hr"), ("conduct", "conduct-office"), ("references", "hr"))
    return {
        "checks": [{"kind": kind, "title": kind, "group": group} for kind, group in kinds],
        "ballot_wanted": chance.random() < 0.5,
        "assessments_wanted": chance.random() < 0.8,
    }


def _tally(inputs: Inputs, chance: Random) -> Answer:
    return {
        "hard_check_failed": False,
        "reviewers": chance.choice((2, 3, 3, 4)),
        "average": chance.choice((55, 72, 85, 90)),
        "spread": chance.choice((5, 10, 25)),
        "ballots": 0,
        "yes": 0,
        "text": "Numbers.",
    }


def _convene(inputs: Inputs, chance: Random) -> Answer:
    if chance.random() < 0.05:
        return "checks_expired"
    return {"meeting_id": 3, "panel_seats": chance.sample(PEOPLE, chance.choice((0, 3, 4)))}


def _count(inputs: Inputs, chance: Random) -> Answer:
    seats, recused = chance.choice(((9, 0), (9, 0), (9, 0), (4, 2)))
    present = chance.choice((9, 7, 3)) if seats == 9 else 2
    yes = chance.randint(0, present) if chance.random() < 0.5 else present
    return {
        "seats": seats,
        "recused": recused,
        "present": present,
        "yes": yes,
        "no": (present - yes) // 2,
        "defer": present - yes - (present - yes) // 2,
        "open_question": chance.random() < 0.15,
    }


def _conclude(inputs: Inputs, chance: Random) -> Answer:
    return {"panel_rounds": chance.choice((1, 3)), "questions": "What about?"}


def _seat(inputs: Inputs, chance: Random) -> Answer:
    return {
        "plan_cell_exists": chance.random() < 0.8,
        "members": chance.choice((5, 8, 12)),
        "pending_exits": 0,
        "target": 8,
        "maximum": 10,
        "text": "Numbers.",
    }


def _objections(inputs: Inputs, chance: Random) -> Answer:
    # Mostly "wait": an inquiry must be able to outlast its reminder.
    number, is_open, gravity, days = chance.choices(
        (
            (1, True, "none", 3),
            (1, True, "none", 21),
            (2, False, "serious", 0),
            (1, False, "minor", 0),
            (0, False, "none", 0),
        ),
        weights=(90, 3, 2, 2, 3),
    )[0]
    return {
        "objections": number,
        "open": is_open,
        "substantiated": gravity,
        "inquiry_working_days": days,
        "text": "Numbers.",
    }


def _substitute(inputs: Inputs, chance: Random) -> Answer:
    return "not_suitable" if chance.random() < 0.3 else {"reviewer": chance.choice(PEOPLE)}


def _silence(inputs: Inputs, chance: Random) -> Answer:
    return {"conflict": "RECUSE"}


def _receipt(inputs: Inputs, chance: Random) -> Answer:
    return {"review_requested": chance.random() < 0.5, "review_grounds": "A fact is wrong."}


_OF_NOMINATIONS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "nomination.register": _register,
    "nomination.note_head_decision": lambda inputs, chance: {
        "panel_outcome": inputs["head_decision"]["outcome"]
    },
    "screening.facts": _facts,
    "screening.note_waiver": lambda inputs, chance: {
        "approves": bool(inputs["answer"] and inputs["answer"]["approves"])
    },
    "acknowledgement.sign": _receipt,
    "acknowledgement.refuse": _receipt,
    "conflicts.record_silence": _silence,
    "vetting.prepare": _prepare,
    "vetting.request_check": lambda inputs, chance: {"check_id": 5},
    "vetting.tally": _tally,
    "assessment.propose": lambda inputs, chance: {"needed": 3, "seats": []},
    "assessment.appoint": lambda inputs, chance: {
        "seats": chance.sample(PEOPLE, chance.choice((2, 3, 3)))
    },
    "assessment.substitute": _substitute,
    "panel.convene": _convene,
    "panel.count": _count,
    "panel.conclude": _conclude,
    "admission.facts": _seat,
    "admission.facts_age": lambda inputs, chance: {"fresh": chance.random() < 0.5},
    "notice.publish": lambda inputs, chance: {"notice_period": "P7BD"},
    "notice.open_inquiry": lambda inputs, chance: {"objection_id": 9},
    "notice.facts": _objections,
    "notice.note_decision": lambda inputs, chance: {
        "notice_result": inputs["objection_decision"]["outcome"]
    },
    "intake.create_member": lambda inputs, chance: {"member_id": 11},
}

# Each stage of a member's life keeps its answers in a module of its own, `<stage>_answers`.
_ANSWERS = {
    **_OF_NOMINATIONS,
    **member_answers.ANSWERS,
    **training_answers.ANSWERS,
    **mentoring_answers.ANSWERS,
    **review_answers.ANSWERS,
    **correction_answers.ANSWERS,
    **exit_answers.ANSWERS,
}
