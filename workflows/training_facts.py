"""What is known about a member when the decision recommends training."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import pairings
from workflows.engine.tables import DecisionRecord, Duty
from workflows.experience import months_by_kind, whole_months
from workflows.nomination_records import months_later
from workflows.nomination_tables import Assessment, Nomination
from workflows.people_tables import ExperienceSpell, Person
from workflows.posting_tables import UrgentTask
from workflows.training_records import hours_of
from workflows.training_tables import TrainingPlan
from workflows.vocabulary import SpellKind, Temperature

SELF_STUDY_SHARE = 0.4
URGENT_MONTHS = 24
# Neither calls for a measure of its own: what nobody has judged yet recommends nothing.
UNJUDGED_INDICATOR, UNJUDGED_BOX = "R", "Solid contributor"
_INDICATORS = {
    "values_conduct": "V",
    "professional": "P",
    "leadership": "L",
    "results": "R",
    "diligence": "D",
    "integrity": "I",
}
_REASONS: Mapping[str, str] = {
    "POSTING_DOWN": "{frontline_months} months of work at the front line.",
    "POSTING_UP": "{frontline_months} months at the front line, {headquarters_months} at "
    "headquarters.",
    "ROTATION": "{months_in_post} months in the present post.",
    "ROTATION_TO_COLD": "{hot_months} months in a row under high pressure.",
    "ROTATION_TO_HOT": "{cold_months} months in a row under low pressure.",
    "URGENT_TASK": "{urgent_tasks_24m} urgent tasks in the last two years.",
    "THEORY_COURSE": "{hours_done} of {hours_due} hours are done.",
    "COORDINATION_PROJECT": "Leadership is the weakest indicator.",
    "SPECIALIST_COURSE": "Professional ability is the weakest indicator.",
    "INTEGRITY_EDUCATION": "Integrity is the weakest indicator.",
    "LEARNING_COACH": "Diligence is the weakest indicator.",
    "MENTOR_PAIRING": "There is no mentor.",
    "ACTING_ROLE": "{nine_box}, and a post is near.",
}


def of(session: Session, plan: TrainingPlan, *, now: datetime) -> dict[str, Any]:
    """Return the inputs of the decision about recommendations for a plan."""
    member, today = plan.member, now.date()
    person = member.person
    months = months_by_kind(session, person, today)
    spells = _spells(session, person, today)
    hours = hours_of(session, member.id, plan.year)
    counted = hours.organised + min(hours.self_study, SELF_STUDY_SHARE * plan.required_hours)
    return {
        "frontline_months": months[SpellKind.FRONTLINE],
        "headquarters_months": months[SpellKind.HEADQUARTERS],
        "months_in_post": whole_months(_in_post_since(person, spells, today), today),
        "hot_months": months_in_a_row(spells, Temperature.HOT, today),
        "cold_months": months_in_a_row(spells, Temperature.COLD, today),
        "urgent_tasks_24m": _urgent_tasks(session, member.id, months_later(today, -URGENT_MONTHS)),
        "hours_done": counted,
        "hours_due": plan.required_hours,
        "weakest_indicator": _weakest(session, person),
        "has_mentor": pairings.declared_mentor(session, person.id, today=today) is not None,
        "nine_box": _nine_box(session, person),
        "horizon": member.horizon.value,
        "open_correction_level": member.standing.correction_level,
        "hardship_limit": plan.hardship_limit,
    }


def reason_of(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence that says why something is recommended."""
    shown = {name: f"{v:g}" if isinstance(v, float) else v for name, v in facts.items()}
    return _REASONS.get(code, code).format_map(shown)


def months_in_a_row(
    spells: Sequence[ExperienceSpell], temperature: Temperature, today: date
) -> int:
    """Return the months up to today that were spent without a break in posts of one kind."""
    begin = None
    for spell in sorted(spells, key=lambda each: each.since, reverse=True):
        reaches = (spell.until or today) >= (begin or today)
        if spell.temperature is not temperature:
            if reaches and begin is None:
                return 0
            continue
        if not reaches:
            break
        begin = spell.since
    return 0 if begin is None else whole_months(begin, today)


def _spells(session: Session, person: Person, today: date) -> Sequence[ExperienceSpell]:
    """Return the experience of a person so far."""
    return session.scalars(
        select(ExperienceSpell).where(
            ExperienceSpell.person_id == person.id, ExperienceSpell.since <= today
        )
    ).all()


def _in_post_since(person: Person, spells: Sequence[ExperienceSpell], today: date) -> date:
    """Return when the present work began: with the level, or with the newest time that lasts."""
    begun = [spell.since for spell in spells if spell.until is None or spell.until > today]
    return max([person.level_since, *begun])


def _urgent_tasks(session: Session, member_id: int, since: date) -> int:
    """Return how many urgent tasks a member finished since a day."""
    query = select(func.count()).where(
        UrgentTask.member_id == member_id, UrgentTask.ended_on >= since
    )
    return session.scalar(query) or 0


def _weakest(session: Session, person: Person) -> str:
    """Return the indicator with the lowest marks of the released assessments."""
    rows = session.scalars(
        select(Assessment.scores)
        .join(Nomination, Nomination.id == Assessment.nomination_id)
        .where(Nomination.candidate_id == person.id, Assessment.released_at.is_not(None))
    ).all()
    totals = {
        code: sum(scores[name] for scores in rows if name in scores)
        for name, code in _INDICATORS.items()
        if any(name in scores for scores in rows)
    }
    # All alike says nothing about a weakness.
    if len(set(totals.values())) <= 1:
        return UNJUDGED_INDICATOR
    return min(totals, key=lambda code: totals[code])


def _nine_box(session: Session, person: Person) -> str:
    """Return where the newest decision about the person put him or her in the grid."""
    found = session.scalar(
        select(DecisionRecord.output)
        .join(Duty, Duty.instance_id == DecisionRecord.instance_id)
        .where(
            DecisionRecord.decision_key == "nine_box",
            Duty.duty == "subject",
            Duty.username == person.username,
        )
        .order_by(DecisionRecord.decided_at.desc(), DecisionRecord.id.desc())
        .limit(1)
    )
    return found if isinstance(found, str) else UNJUDGED_BOX
