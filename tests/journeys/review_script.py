"""The script of a review cycle: who is reviewed by whom, and what each writes into which form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.workflows.staff import declare_mentor
from workflows import memberships, people, pools
from workflows.actors import SYSTEM
from workflows.people_tables import OrgUnit

POOL, POOL_NAME = "grid", "Grid Leaders"
MANAGER, HR = "priya.sharma", "helena.carvalho"
SUBJECT, SUBJECT_NAME, HEAD = "amara.okafor", "Amara Okafor", "omar.darwish"
OTHER = "rachel.dawson"
MENTOR = "nora.lindqvist"
RATERS: Mapping[str, Mapping[str, Any]] = {
    SUBJECT: {
        "superior": HEAD,
        "panel": ["rocio.herrera"],
        "peers": ["akiko.tanaka", "bruno.barbieri"],
        "mentor": MENTOR,
    },
    OTHER: {
        "superior": HEAD,
        "panel": ["rocio.herrera"],
        "peers": ["jiwoo.ahn", "youssef.almasri"],
        "subordinates": ["dmytro.petrenko", "joanna.jablonska", "minseo.seo"],
    },
}
# Who rates at a browser, and who is late, so that the cockpit names somebody.
RATER, LATE = "akiko.tanaka", "bruno.barbieri"
# The superior and the mentor are known to the subject; that they rate is not said.
RATER_NAMES = ("Herrera", "Tanaka", "Barbieri")

MARKS = ("values_conduct", "professional", "leadership", "results", "diligence", "integrity")
# What raters say of the two: competent, and basically competent.
MARKS_OF: Mapping[str, Mapping[str, int]] = {
    SUBJECT: dict.fromkeys(MARKS, 4),
    OTHER: {**dict.fromkeys(MARKS, 4), "leadership": 3, "results": 3},
}
RATIONALE = "She led two repairs that nobody else could lead; the other units see the same."
HEADS_REASON = "The work is in order, and leading the team is still to be learnt."
COMMENT = "She asked for help early and handed the control room over in good order."
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "self_report": {
        "report": "I led the repair after the storm and trained two people for the night shift.",
        "evidence": "The report on the storm of March, and the plan of the shifts.",
        **dict.fromkeys(MARKS, 4),
    },
    "edit_raters": RATERS[SUBJECT],
    "approve_raters": {"approves": True},
    "declare_tie": {"relation": "none", "financial_tie": False, "other_declared": False},
    "rate": {**dict.fromkeys(MARKS, 4), "is_failing": False, "comment": COMMENT},
    "judge_potential": {
        "potential": 72,
        "hours_percent": 100,
        "horizon": "near",
        "reason": "She takes over the duty of the head when I am away, and it works.",
    },
    "calibrate": {
        "outcome": "close",
        "minutes": "The youngest spoke first. One grade was changed, with the reason written down.",
    },
    "confirm_grade": {"grade": "A"},
    "feedback_talk": {
        "held_on": "2027-01-20",
        "agreed": "A posting to the control centre in spring, and a talk every month.",
    },
    "read_grade": {"signature": "signed", "comment": "I see it in the same way."},
}


def prepare(session: Session, now: datetime) -> None:
    """Make a small pool with two active members, one of whom has a mentor."""
    unit = session.get_one(OrgUnit, people.by_username(session, HEAD).unit_id)
    pool = pools.create(session, POOL, name=POOL_NAME, owner_unit=unit, target_level_rank=3)
    for username in (SUBJECT, OTHER):
        person = people.by_username(session, username)
        member = memberships.create(session, person, pool, actor=SYSTEM, now=now)
        memberships.activate(session, member, actor=SYSTEM, now=now)
    declare_mentor(session, MENTOR, SUBJECT, now=now)
