"""The facts by which the exit decision proposes: from the tables and from what was proposed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workflows import experience
from workflows.exit_records import DISCIPLINE, VOLUNTARY, proposals
from workflows.exit_tables import ExitCase, LongLeave
from workflows.nomination_records import months_later
from workflows.people_tables import DisciplineRecord, GradeHistory, PersonDemographic
from workflows.pool_tables import PoolMember
from workflows.vocabulary import EmploymentStatus

TERM_NOTICE = timedelta(days=90)
APPOINTED = "appointed"
LEFT = "left_organisation"
LONG_LEAVE = "long_leave"
# What the other processes call the same thing.
_OTHER_NAMES: Mapping[str, str] = {
    "correction": "correction_failed",
    "plan": "plan_failed",
    "training": "plan_failed",
    "death": LEFT,
    "health": LONG_LEAVE,
}
# Measures that end a membership, unless the policy of the pool names others.
_SERIOUS = ("demotion", "removal from office", "dismissal")
# The training process proposes an exit only after the second failed plan in a row.
_FAILED_PLANS = 2


def cause_named(cause: str) -> str:
    """Return the code of a cause, whatever another process calls it."""
    return _OTHER_NAMES.get(cause, cause)[:40]


def failed_plans_of(cause: str, told: int | None) -> int:
    """Return in how many periods the plan failed: as told, else as often as a proposal needs."""
    return told if told is not None else _FAILED_PLANS if cause == "plan_failed" else 0


def collect(session: Session, case: ExitCase, today: date) -> dict[str, Any]:
    """Return the inputs of the exit decision for a case."""
    member, open_ones = case.member, proposals(session, case)
    causes = {each.cause for each in open_ones}
    person, pool = member.person, member.pool
    has_left = person.employment_status is EmploymentStatus.LEFT
    return {
        "appointed": APPOINTED in causes,
        "left_organisation": LEFT in causes or has_left,
        "serious_discipline": DISCIPLINE in causes
        or disciplined(session, member.person_id, pool.policy, today),
        "withdraws": VOLUNTARY in causes,
        "grades": grades(session, member),
        "correction_failed": "correction_failed" in causes,
        "refused_posts": max((each.refused_posts for each in open_ones), default=0),
        "failed_plans": max((each.failed_plans for each in open_ones), default=0),
        "age": age(session, member.person_id, today),
        "age_limit": pool.policy.get("exit_age_limit"),
        "leave_months": leave_months(session, member.person_id, today),
        "months_in_pool": months_of_term(member, pool.term_months, today),
        "term_months": pool.term_months,
        "renewals_left": max(pool.renewals - member.renewals_used, 0),
    }


def grades(session: Session, member: PoolMember) -> list[str]:
    """Return the grades since the member joined, the newest last; before the first, the last."""
    found = session.scalars(
        select(GradeHistory.grade)
        .where(
            GradeHistory.person_id == member.person_id,
            GradeHistory.year >= member.joined_on.year,
        )
        .order_by(GradeHistory.year)
    ).all()
    return list(found) or ([member.last_grade] if member.last_grade else [])


def disciplined(session: Session, person_id: int, policy: Mapping[str, Any], today: date) -> bool:
    """Say whether a serious disciplinary measure is in effect."""
    record = DisciplineRecord
    found = session.scalar(
        select(
            exists()
            .where(record.person_id == person_id, record.measure.in_(serious_measures(policy)))
            .where(record.effective_on <= today)
            .where(or_(record.effect_until.is_(None), record.effect_until > today))
        )
    )
    return bool(found)


def serious_measures(policy: Mapping[str, Any]) -> list[str]:
    """Return the names of the measures that end a membership."""
    return list(policy.get("serious_measures", _SERIOUS))


def age(session: Session, person_id: int, today: date) -> int | None:
    """Return the age in years, or None when no birth date is kept."""
    birth_date = session.scalar(
        select(PersonDemographic.birth_date).where(PersonDemographic.person_id == person_id)
    )
    return None if birth_date is None else experience.whole_months(birth_date, today) // 12


def leave_months(session: Session, person_id: int, today: date) -> int:
    """Return how long the present leave lasts."""
    since = leave_since(session, person_id)
    return 0 if since is None else experience.whole_months(since, today)


def leave_since(session: Session, person_id: int) -> date | None:
    """Return since when a person is on a long leave, or None."""
    return session.scalar(
        select(LongLeave.since).where(LongLeave.person_id == person_id, LongLeave.until.is_(None))
    )


def months_of_term(member: PoolMember, term_months: int, today: date) -> int:
    """
    Return the months of the present term that are over.

    In the last ninety days the question is what holds at its end, so that there
    is time for an answer.
    """
    if member.term_end - TERM_NOTICE <= today:
        return max(term_months, _since(member, term_months, today))
    return _since(member, term_months, today)


def _since(member: PoolMember, term_months: int, today: date) -> int:
    """Return the months since the present term began; a leave has moved its end."""
    began = months_later(member.term_end, -term_months)
    return experience.whole_months(max(began, member.joined_on), today)
