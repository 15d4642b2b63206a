"""The script of the journey: who plays which part, and what each writes into which form."""

from collections.abc import Mapping
from typing import Any

NOMINATOR, CANDIDATE, HEAD = "nora.lindqvist", "amara.okafor", "omar.darwish"
HR, POOL_MANAGER, CONDUCT = "helena.carvalho", "priya.sharma", "ebele.nwosu"
ASSESSORS = ("kenji.nakamura", "fatima.haddad", "tomasz.nowak")
POOL, POOL_NAME = "leaders", "Future Leaders"
STATEMENT = "She led the repair after the storm in March and kept every crew together."

NO_CONFLICT = {"relation": "none", "financial_tie": False, "other_declared": False}
MARKS = {
    "values_conduct": 4,
    "professional": 5,
    "leadership": 4,
    "results": 5,
    "diligence": 4,
    "integrity": 5,
}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "consent": {"agrees": True, "privacy_read": True},
    "completeness": {"is_complete": True},
    "answer_evidence": {"result": "clear", "statement": "Nothing stands against the person."},
    "record_ballot": {"issued": 20, "returned": 18, "yes": 15},
    "choose_reviewers": {"reviewers": list(ASSESSORS)},
    "declare": NO_CONFLICT,
    "assess": {**MARKS, "comment": "Planned the outage of June and handed over in good order."},
    "comment_facts": {"comment": "The facts are right."},
    "vote": {"vote": "yes"},
    "close_meeting": {
        "minutes": "The panel heard the assessments and voted.",
        "open_question": False,
    },
    "justify": {"signs": True, "reason": "Two members leave within the year."},
    "sign_agreement": {"signs": True, "privacy_read": True},
    "self_assessment": {
        "strengths": "I stay calm when several things fail at once.",
        "wishes": "I want to learn how budgets are made.",
        "aspiration": "I would like to lead a department.",
    },
    "set_horizon": {"horizon": "mid"},
    "welcome_talk": {
        "held_on": "2026-11-20",
        "notes": "We agreed on a first project and a talk every quarter.",
    },
}
