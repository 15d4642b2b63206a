"""The script of a training year: who plays which part, and what each writes into which form."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

MEMBER, NAME = "amara.okafor", "Amara Okafor"
HEAD_NAME, OFFICER = "Omar Darwish", "giulia.ferrara"
POOL_MANAGER = "priya.sharma"
POOL = "leaders"

MEASURES = ["THEORY_COURSE", "COORDINATION_PROJECT", "URGENT_TASK"]
AGREED = ["Theory course", "Project that needs coordination", "Urgent task", "Self-study"]
# What the measures after the first one are about; none of them needs a consent.
OTHER_MEASURES = [
    {"objective": "Lead people who sit elsewhere.", "hours": 40},
    {"objective": "Run one store of parts for two regions.", "hours": 20},
    {"objective": "Read what others learned from outages.", "hours": 36},
]
HARMLESS = {"relocates": False, "is_hazardous": False}
RECOMMENDED = ["Posting to a higher office", "Urgent task", "Theory course"]
OWN_HOURS = 36
COURSE = "Theory course"
JUDGEMENT = "The leave was a call-out to the plant, and the exercises were made up."
CONTACT = "We prepared the talk with the neighbouring region."


def answers(today: date) -> Mapping[str, Mapping[str, Any]]:
    """Return what is written into each form; a year that begins today has these days."""
    return {
        **_of_mentoring(today),
        **_of_the_plan(),
        **_of_the_measures(today),
        "judge_year": {
            "result": "NOT_MET",
            "reason": "The hours are missing, and no reason was given.",
        },
        "rate_year": {"reaction": 4, "learning": 5},
        "rate_effect": {"behaviour": 4, "effect": 4, "notes": "She now plans with other regions."},
    }


def _of_mentoring(today: date) -> dict[str, Mapping[str, Any]]:
    """Return what member and mentor write; whom the member wishes for is seen in the form."""
    return {
        "choose": {},
        "accept": {"accepts": True},
        "agree": {
            "goals": "Lead a project that crosses two divisions.",
            "values": "We talk about decisions that were hard, and why.",
            "conduct": "She comes along to the talks with the regions.",
            "professional": "We plan budgets and read each other's papers.",
            "cadence": "monthly",
            "confidential": True,
        },
        "confirm": {"agrees": True},
        "first_meeting": {
            "held_on": today.isoformat(),
            "kind": "values",
            "summary": "We told each other how we came to this work.",
            "visibility": "shared",
        },
        "talk": {
            "result": "held",
            "motivation": 4,
            "workload": 3,
            "contact": "professional",
            "actions": "She leads the next talk with the region.",
            "outcome": "nothing",
        },
    }


def _of_the_plan() -> dict[str, Mapping[str, Any]]:
    """Return what is written while the plan is made."""
    return {
        "draft": {
            "measures": MEASURES,
            "wishes": "I want to lead people whom I do not see every day.",
            "self_study_hours": OWN_HOURS,
        },
        "shape_measure": {
            "objective": "Help where the grid is down.",
            "goal": "Every second member has led across regions.",
            "evidence": "A report, and what the colleagues say.",
            "theme": "growth",
        },
        "feasible": {"agrees": True, "reason": "The team can spare her for this."},
        "approve": {"agrees": True, "reason": "It fits what the pool needs."},
    }


def _of_the_measures(today: date) -> dict[str, Mapping[str, Any]]:
    """Return what is written about courses, self-study, the project and the urgent task."""
    return {
        "choose_course": {
            "course_code": "LEAD-1",
            "starts_on": (today + timedelta(days=7)).isoformat(),
            "ends_on": (today + timedelta(days=11)).isoformat(),
        },
        "attendance": {"outcome": "held", "leave_hours": 6},
        "judge_course": {"is_failed": False, "reason": JUDGEMENT},
        "apply_at_work": {"report": "The shifts of both regions are now planned in one talk."},
        "log_study": {
            "hours": OWN_HOURS,
            "evidence": "Notes on four books, and a plan for our next outage.",
            "is_last": True,
        },
        "verify_study": {"agrees": True, "reason": "I have read the notes."},
        "call_out": {
            "title": "Help after the flood in the south",
            "risk_class": "medium",
            "days": 5,
        },
        "clear": {"agrees": True, "reason": "Trained, healthy, and never alone."},
        "consent_task": {"agrees": True},
        "debrief": {
            "report": "The grid was up again after three days; the maps were out of date.",
            "outcome": "commendation",
        },
        "report_project": {"report": "Both regions now share one store of spare parts."},
        "confirm_project": {
            "agrees": True,
            "hours": 20,
            "reason": "I have seen the store and the plan.",
        },
    }
