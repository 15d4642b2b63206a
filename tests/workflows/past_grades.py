"""Cases in which a grade was proposed once, for tests of what changed rules would have done."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.engine.tables import Bundle, DecisionRecord, Duty, Instance

INPUTS: dict[str, Any] = {
    "score": 80,
    "serious_discipline": False,
    "votes": 10,
    "fail_votes": 0,
    "integrity": 4,
    "open_correction_level": 0,
    "hours_ratio": 1,
}


def add_past_grade(
    session: Session, bundle: Bundle, subject: str, *, now: datetime, score: int, grade: str
) -> Instance:
    """Add a finished case about somebody, with the grade that the rules proposed then."""
    case = Instance(
        definition_key=bundle.process_key,
        definition_version=1,
        bundle_id=bundle.id,
        name=f"Review of {subject}",
        status="completed",
        data={},
        started_by="priya",
        started_at=now,
        changed_at=now,
        ended_at=now,
    )
    session.add(case)
    session.flush()
    session.add(Duty(instance_id=case.id, duty="subject", username=subject))
    session.add(
        DecisionRecord(
            instance_id=case.id,
            seq=1,
            decision_key="grade",
            content_hash="0" * 64,
            inputs={**INPUTS, "score": score},
            output=grade,
            matched_rules=[],
            decided_at=now,
        )
    )
    session.flush()
    return case
