"""The services of one review up to the provisional grade."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from rules.sentences import Sentence
from workflows import experience, member_services, rating_records, review_records, review_schemes
from workflows.engine.services import ServiceContext, service
from workflows.errors import Conflict
from workflows.people_tables import DisciplineRecord, Person
from workflows.pool_tables import PoolMember
from workflows.rating import FIELDS
from workflows.review_states import INTEGRITY, WINDOWS, CycleState, ReviewState
from workflows.review_tables import Review
from workflows.vocabulary import (
    EmploymentStatus,
    Horizon,
    Lifecycle,
    Readiness,
    SpellKind,
)

FRONTLINE_MONTHS = 24
MEETS_THE_LEVEL = 3  # a mean below this mark is a gap
Result = dict[str, Any]


class AlreadyReviewed(Conflict):
    """A member is reviewed once in each cycle."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Sentence("Member %(number)s is reviewed in this cycle already.", number=number)
        )


@service("review.open")
def open_review(call: ServiceContext, *, member_id: int, cycle_id: int) -> Result:
    """
    Open the review of a member in a cycle, with the windows of its kind.

    Raises:
        AlreadyReviewed: There is one.

    """
    member = member_services.fetch(call.session, member_id)
    cycle = review_records.cycle(call.session, cycle_id)
    found = Review(
        cycle_id=cycle.id,
        member_id=member.id,
        subject=member.person.username,
        instance_id=call.instance_id,
        opened_at=call.now,
        grade_before=member.last_grade if member.last_grade in ("A", "B", "C", "D") else None,
    )
    try:
        with call.session.begin_nested():
            call.session.add(found)
    except IntegrityError as error:
        raise AlreadyReviewed(member.number) from error
    return {"review_id": found.id, "is_away": _is_away(member), **WINDOWS[cycle.kind]}


@service("review.check_presence")
def check_presence(call: ServiceContext, *, review_id: int) -> Result:
    """Say whether a member who reported nothing is away."""
    return {"is_away": _is_away(review_records.fetch(call.session, review_id).member)}


@service("review.end")
def end(call: ServiceContext, *, review_id: int, state: str) -> None:
    """End a review without a grade; one that is final stays so."""
    found = review_records.fetch(call.session, review_id)
    if found.state is not ReviewState.FINAL:
        found.state = ReviewState(state)
    call.session.flush()


@service("review.note_report")
def note_report(call: ServiceContext, *, review_id: int, self_report: Mapping[str, Any]) -> Result:
    """Keep what the member reports, with the evidence and the own marks."""
    found = review_records.fetch(call.session, review_id)
    found.self_report, found.self_evidence = self_report["report"], self_report["evidence"]
    found.self_marks = {code: self_report[name] for name, code in FIELDS.items()}
    call.session.flush()
    return {"self_report": None}


@service("review.note_potential")
def note_potential(call: ServiceContext, *, review_id: int, judgement: Mapping[str, Any]) -> Result:
    """Keep how the head judges the potential, and collect the inputs of the decisions."""
    found = review_records.fetch(call.session, review_id)
    found.potential, found.potential_reason = judgement["potential"], judgement["reason"]
    found.hours_ratio = judgement["hours_percent"] / 100
    found.horizon = Horizon(judgement["horizon"])
    means = _means(call, found)
    scheme = review_schemes.weights(review_schemes.by_id(call.session, found.cycle.scheme_id))
    counting = [code for code, weight in scheme["indicators"].items() if weight]
    found.gaps = sum(means[code] < MEETS_THE_LEVEL for code in counting)
    votes, fail_votes = rating_records.fail_votes(call.session, review_id)
    call.session.flush()
    return {
        "judgement": None,
        "score": found.score,
        "potential": found.potential,
        "gaps": found.gaps,
        "hours_ratio": found.hours_ratio,
        "integrity": means[INTEGRITY],
        "votes": votes,
        "fail_votes": fail_votes,
        **_standing(call, found.member),
    }


@service("review.note_proposal")
def note_proposal(
    call: ServiceContext, *, review_id: int, grade: str, nine_box: str, readiness: str
) -> Result:
    """Keep what the decisions propose; people decide later."""
    found = review_records.fetch(call.session, review_id)
    found.provisional_grade, found.nine_box = grade, nine_box
    found.readiness, found.state = Readiness(readiness), ReviewState.SCORED
    call.session.flush()
    # The facts behind the proposal are in the record of the decisions.
    facts = ("votes", "fail_votes", "integrity", "serious_discipline", "hours_ratio")
    return dict.fromkeys(facts)


@service("review.after_calibration")
def after_calibration(call: ServiceContext, *, review_id: int) -> Result:
    """Say whether the cycle is calibrated, and which grade stands since."""
    found = review_records.fetch(call.session, review_id)
    call.session.refresh(found.cycle, ["state"])
    return {
        "is_calibrated": found.cycle.state is not CycleState.OPEN,
        "provisional_grade": found.provisional_grade,
    }


def _is_away(member: PoolMember) -> bool:
    """Say whether a member is on long leave: nobody is reviewed for a time of absence."""
    is_suspended = member.person.employment_status is EmploymentStatus.SUSPENDED
    return is_suspended or member.lifecycle is Lifecycle.SUSPENDED


def _means(call: ServiceContext, found: Review) -> dict[str, float]:
    """Return the weighted mean of each indicator."""
    scheme = review_schemes.by_id(call.session, found.cycle.scheme_id)
    groups = review_schemes.weights(scheme)["groups"]
    return rating_records.overall(rating_records.counted(call.session, found), groups)


def _standing(call: ServiceContext, member: PoolMember) -> Result:
    """Return what counts besides the marks: discipline, correction and experience."""
    person, today = member.person, call.now.date()
    months = experience.months_by_kind(call.session, person, today)[SpellKind.FRONTLINE]
    needed = member.pool.policy.get("min_frontline_months", FRONTLINE_MONTHS)
    return {
        "serious_discipline": _is_disciplined(call, person),
        "open_correction_level": member.standing.correction_level,
        "experience_complete": months >= needed,
    }


def _is_disciplined(call: ServiceContext, person: Person) -> bool:
    """Say whether a disciplinary measure has effect now."""
    record, today = DisciplineRecord, call.now.date()
    return (
        call.session.scalar(
            select(record.id)
            .where(record.person_id == person.id, record.effective_on <= today)
            .where(or_(record.effect_until.is_(None), record.effect_until > today))
            .limit(1)
        )
        is not None
    )
