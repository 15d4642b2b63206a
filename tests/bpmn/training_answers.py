"""Answers by chance for the services of training."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.walker import Answer

Inputs = Mapping[str, Any]
_SOON = "2026-12-01T09:00:00Z"
_LATER = "2027-03-01T09:00:00Z"


def _facts(inputs: Inputs, chance: Random) -> Answer:
    return {
        "frontline_months": chance.choice((6, 84)),
        "headquarters_months": 0,
        "months_in_post": 40,
        "hot_months": 0,
        "cold_months": 0,
        "urgent_tasks_24m": 1,
        "hours_done": 10,
        "hours_due": 90,
        "weakest_indicator": chance.choice(("V", "L")),
        "has_mentor": True,
        "nine_box": "Solid contributor",
        "horizon": "mid",
        "open_correction_level": 0,
        "hardship_limit": False,
    }


def _check_facts(inputs: Inputs, chance: Random) -> Answer:
    return {
        "organised_hours": chance.choice((5, 40, 95)),
        "self_study_hours": 5,
        "required_hours": 90,
        "elapsed_percent": chance.choice((50, 100)),
    }


def _noted(inputs: Inputs, chance: Random) -> Answer:
    return {
        "check_id": 3,
        "year_is_over": inputs["elapsed_percent"] >= 100,
        "twice_behind": chance.random() < 0.5,
        "sign_code": "training_pace_lt_70",
        "next_check": _LATER,
    }


def _launch(inputs: Inputs, chance: Random) -> Answer:
    branches = ("courses", "self_studies", "postings", "urgent_tasks", "projects")
    return {name: [1] if chance.random() < 0.6 else [] for name in branches}


def _attended(inputs: Inputs, chance: Random) -> Answer:
    return {
        "attended": inputs["attendance"]["outcome"],
        "leave_hours": inputs["attendance"].get("leave_hours", 0),
    }


def _match(inputs: Inputs, chance: Random) -> Answer:
    if chance.random() < 0.3:
        return "not_suitable"
    return {
        "matches": inputs["matches"] + 1,
        "agreement_id": 4,
        "host_supervisor": "bo",
        "posting_place": "Outer",
        "posting_starts": _SOON,
        "thirty_days_on": "2026-12-31T09:00:00Z",
        "half_time": "2027-02-01T09:00:00Z",
        "posting_ends": "2027-06-01T09:00:00Z",
    }


def _agreed(name: str, source: str, key: str = "agrees") -> Callable[[Inputs, Random], Answer]:
    """Repeat what a form says."""
    return lambda inputs, chance: {name: bool(inputs[source][key])}


ANSWERS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "training.open_year": lambda inputs, chance: {
        "plan_id": 1,
        "plan_year": 2026,
        "helper": chance.choice(("mona", None)),
        "next_check": _LATER,
    },
    "training.facts": _facts,
    "training.note_recommendations": lambda inputs, chance: {"chosen": [], "recommended": "X"},
    "training.note_draft": lambda inputs, chance: {"again": chance.random() < 0.3, "items": [1]},
    "training.measure": lambda inputs, chance: {"item_title": "Course", "item_hours": 3},
    "training.note_measure": lambda inputs, chance: {"needs_consent": chance.random() < 0.6},
    "training.note_feasibility": _agreed("fits", "feasibility"),
    "training.note_approval": _agreed("approved", "approval"),
    "training.settle": lambda inputs, chance: {
        "approved": inputs["settlement"]["outcome"] == "approve"
    },
    "training.launch": _launch,
    "training.check_facts": _check_facts,
    "training.note_check": _noted,
    "training.close_year": lambda inputs, chance: {
        "goes_on": chance.random() < 0.3,
        "failed_twice": chance.random() < 0.5,
        "rated_plan_id": 1,
    },
    "training.begin_revision": lambda inputs, chance: {
        "plan_id": 1,
        "in_force": chance.random() < 0.8,
        "changed": False,
        "found_at": _SOON,
    },
    "training.note_revision": lambda inputs, chance: {
        "weight": inputs["revision"]["weight"],
        "wanted": [],
    },
    "training.note_revision_approval": _agreed("approved", "approval"),
    "training.apply_revision": lambda inputs, chance: {"items": [2], "changed": True},
    "course.enrol": lambda inputs, chance: (
        "no_such_course"
        if chance.random() < 0.2
        else {
            "enrolment_id": 5,
            "course_title": "Law",
            "class_hours": 10,
            "course_over": _SOON,
        }
    ),
    "course.note_attendance": _attended,
    "course.note_judgement": _agreed("is_failed", "course_judgement", "is_failed"),
    "study.begin": lambda inputs, chance: {"study_ends": _LATER},
    "study.log": lambda inputs, chance: {
        "study_entry_id": 6,
        "is_last": bool(inputs["study"].get("is_last")),
    },
    "project.begin": lambda inputs, chance: {
        "item_title": "Project",
        "report_from": _SOON,
        "sponsor": chance.choice(("bo", None)),
    },
    "posting.begin": lambda inputs, chance: {"item_title": "Posting", "matches": 0},
    "posting.match": _match,
    "posting.tally": lambda inputs, chance: {
        "all_agree": chance.random() < 0.7,
        "may_match_again": inputs["matches"] < 3,
    },
    "posting.note_recall": _agreed("is_recalled", "recall", "is_recalled"),
    "posting.cancel": lambda inputs, chance: {
        "may_match_again": inputs["matches"] < 3,
        "is_credited": chance.random() < 0.5,
    },
    "posting.give_up": lambda inputs, chance: {
        "substitute_id": 9,
        "substitute_kind": inputs["substitute"]["kind"],
    },
    "urgent.begin": lambda inputs, chance: {"ready_until": _LATER},
    "urgent.call_out": lambda inputs, chance: {"urgent_task_id": 8},
    "urgent.note_clearance": _agreed("is_cleared", "clearance"),
    "urgent.note_consent": lambda inputs, chance: {
        "has_consent": bool((inputs.get("consent") or {}).get("agrees")),
        "task_over": "2027-01-15T09:00:00Z",
    },
}
