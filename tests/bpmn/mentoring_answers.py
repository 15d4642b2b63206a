"""Answers by chance for the services of mentoring and check-ins."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.sample_data import PEOPLE
from tests.bpmn.walker import Answer

Inputs = Mapping[str, Any]


def _candidate(chance: Random) -> dict[str, Any]:
    return {
        "mentor": chance.choice(PEOPLE),
        "mentor_name": "Somebody",
        "conflict_of_interest": chance.random() < 0.2,
        "in_reporting_line": False,
        "allow_reporting_line": False,
        "mentor_in_correction": False,
        "level_gap": 1,
        "load": chance.choice((0, 1)),
        "capacity": chance.choice((None, 2)),
    }


def _perhaps(inputs: Inputs, chance: Random) -> Answer:
    return {"candidate": _candidate(chance) if chance.random() < 0.7 else None}


def _shortlist(inputs: Inputs, chance: Random) -> Answer:
    eligible = [each["mentor"] for each in inputs["judged"] if each["result"] == "OK"]
    if not eligible or chance.random() < 0.3:
        return "no_mentor_available"
    return {"eligible": eligible, "eligible_names": "Some", "wish_notice": None}


def _answer(inputs: Inputs, chance: Random) -> Answer:
    accepted = inputs.get("answer") is not None and chance.random() < 0.7
    return {"accepted": accepted, "pairing_id": 5, "mentor": "emre", "mentor_name": "Emre"}


def _held(inputs: Inputs, chance: Random) -> Answer:
    outcomes = ("nothing", "obstacle", "care", "plan", "sign", "refused", "refused_twice")
    return {
        "outcome": chance.choice(outcomes),
        "helper": "emre",
        "finding": "workload",
        "sign": "overdue_tasks_ge_3",
    }


ANSWERS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "mentoring.propose": lambda inputs, chance: {
        "search_number": 1,
        "candidates": [_candidate(chance) for _ in range(chance.choice((0, 1, 3)))],
    },
    "mentoring.shortlist": _shortlist,
    "mentoring.note_wishes": lambda inputs, chance: {
        "has_wishes": chance.random() < 0.8,
        "wish_notice": None,
    },
    "mentoring.next_wish": lambda inputs, chance: {"wish": chance.choice((None, "emre", "bo"))},
    "mentoring.note_answer": _answer,
    "mentoring.interim_facts": _perhaps,
    "mentoring.name_mentor": _perhaps,
    "mentoring.begin_interim": lambda inputs, chance: {
        "pairing_id": 4,
        "mentor": "hedy",
        "mentor_name": "Hedy",
    },
    "mentoring.note_agreement": lambda inputs, chance: {"agreement_text": "Goals."},
    "mentoring.note_confirmation": lambda inputs, chance: {
        "agrees": chance.random() < 0.7,
        "agreement_wish": None,
    },
    "mentoring.year_over": lambda inputs, chance: {
        "is_running": chance.random() < 0.6,
        "goes_on": chance.random() < 0.6,
    },
    "mentor_change.open": lambda inputs, chance: {
        "change_id": chance.choice((None, 3, 3, 3)),
        "old_mentor": "emre",
        "old_mentor_name": "Emre",
        "is_still_there": chance.random() < 0.7,
        "has_private_notes": chance.random() < 0.7,
    },
    "mentor_change.cover_facts": _perhaps,
    "mentor_change.replace": lambda inputs, chance: {"mentor": "hedy"},
    "check_in.rhythm": lambda inputs, chance: {
        "next_check_in": "2027-03-01T09:00:00Z",
        "is_over": chance.random() < 0.2,
    },
    "check_in.open": lambda inputs, chance: {
        "is_due": chance.random() < 0.9,
        "check_in_id": 8,
        "responsible": chance.choice(("emre", None)),
        "superior": chance.choice(("hedy", None)),
    },
    "check_in.note_held": _held,
    "check_in.note_missed": lambda inputs, chance: {"missed_twice": chance.random() < 0.5},
    "support.begin": lambda inputs, chance: {"action_id": 2, "action_text": "A text."},
}
