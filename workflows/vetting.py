"""The services of the vetting: checks by offices, the ballot, and what it all suggests."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import fetch, keep, move_in_case
from workflows.nomination_states import NominationState
from workflows.nomination_tables import (
    Assessment,
    Nomination,
    RecommendationBallot,
    VettingCheck,
)

Result = dict[str, Any]

CHECKS = (
    {"kind": "records", "title": "Personnel records", "group": "hr"},
    {"kind": "conduct", "title": "Conduct and integrity", "group": "conduct-office"},
    {"kind": "references", "title": "References", "group": "hr"},
)
_TITLES = {check["kind"]: check["title"] for check in CHECKS}
_RESULTS = {
    "clear": "nothing stands against it",
    "concern": "something to weigh",
    "failed": "rules the candidate out",
}


@service("vetting.prepare")
def prepare(call: ServiceContext, *, nomination_id: int) -> Result:
    """Begin the vetting: which checks, whether a ballot, and how many assessments are missing."""
    entry = fetch(call.session, nomination_id)
    move_in_case(call, entry, NominationState.VETTING)
    missing = missing_assessments(call.session, entry)
    return {
        "checks": [dict(check) for check in CHECKS],
        "ballot_wanted": entry.channel == "ballot" and _ballot(call.session, entry.id) is None,
        "assessments_wanted": missing > 0,
        "findings": None,
        "candidate_comment": None,
    }


@service("vetting.record_ballot")
def record_ballot(call: ServiceContext, *, nomination_id: int, ballot: Mapping[str, Any]) -> Result:
    """Keep the counts of a ballot; one with more papers than were issued is void."""
    issued, returned, yes = ballot["issued"], ballot["returned"], ballot["yes"]
    call.session.add(
        RecommendationBallot(
            nomination_id=nomination_id,
            issued=issued,
            returned=returned,
            yes=yes,
            is_void=returned > issued or yes > returned,
            recorded_by=call.actor.username,
            recorded_at=call.now,
        )
    )
    call.session.flush()
    return {"ballot": None}


@service("vetting.request_check")
def request_check(call: ServiceContext, *, nomination_id: int, kind: str) -> Result:
    """Ask an office for a statement."""
    check = VettingCheck(nomination_id=nomination_id, kind=kind, requested_at=call.now)
    call.session.add(check)
    call.session.flush()
    return {"check_id": check.id}


@service("vetting.record_check")
def record_check(call: ServiceContext, *, check_id: int, evidence: Mapping[str, Any]) -> Result:
    """Keep the statement of an office."""
    check = call.session.get_one(VettingCheck, check_id)
    check.result, check.statement = evidence["result"], evidence["statement"]
    check.reference = evidence.get("reference") or ""
    check.answered_at, check.answered_by = call.now, call.actor.username
    return {"evidence": None}


@service("vetting.tally")
def tally(call: ServiceContext, *, nomination_id: int) -> Result:
    """Sum up checks, assessments and ballot as the decision wants them."""
    session = call.session
    entry = fetch(session, nomination_id)
    scores = list(
        session.scalars(select(Assessment.score).where(Assessment.nomination_id == entry.id))
    )
    if len(scores) >= entry.pool.minimum_reviewers:
        _release_assessments(call, entry)
    ballot = _ballot(session, entry.id)
    average = round(sum(scores) / len(scores), 2) if scores else 0
    spread = round(max(scores) - min(scores), 2) if scores else 0
    text = f"{len(scores)} assessments, {average} of 100 on average, {spread} points apart"
    if ballot is not None:
        text += f"; ballot: {ballot.yes} of {ballot.returned} in favour"
    return {
        "hard_check_failed": any(check.result == "failed" for check in checks(session, entry)),
        "reviewers": len(scores),
        "average": average,
        "spread": spread,
        "ballots": ballot.returned if ballot else 0,
        "yes": ballot.yes if ballot else 0,
        "text": text + ".",
    }


@service("vetting.note_discussion")
def note_discussion(
    call: ServiceContext, *, nomination_id: int, discussion: Mapping[str, Any]
) -> Result:
    """Keep the summary of a moderated discussion."""
    keep(call, nomination_id, "discussion", discussion["summary"])
    return {"recommendation": discussion["recommendation"], "discussion": None}


@service("vetting.release")
def release(call: ServiceContext, *, nomination_id: int, recommendation: str) -> Result:
    """Keep the recommendation, and put the factual findings together for the candidate."""
    entry = fetch(call.session, nomination_id)
    entry.recommendation = recommendation
    return {"findings": findings(call.session, entry)}


@service("vetting.close")
def close(
    call: ServiceContext, *, nomination_id: int, comment: Mapping[str, Any] | None = None
) -> Result:
    """Close the vetting with the comment of the candidate, where there is one."""
    entry = fetch(call.session, nomination_id)
    entry.vetted_at = call.now
    text = (comment or {}).get("comment")
    keep(call, nomination_id, "candidate_comment", text)
    return {"candidate_comment": text, "comment": None}


def missing_assessments(session: Session, entry: Nomination) -> int:
    """Return how many more assessments the pool asks for."""
    given = session.scalar(
        select(func.count()).select_from(Assessment).where(Assessment.nomination_id == entry.id)
    )
    return max(0, entry.pool.minimum_reviewers - (given or 0))


def checks(session: Session, entry: Nomination) -> list[VettingCheck]:
    """Return the latest answer of each kind of check, in the order of the kinds."""
    answers = session.scalars(
        select(VettingCheck)
        .where(VettingCheck.nomination_id == entry.id, VettingCheck.answered_at.is_not(None))
        .order_by(VettingCheck.id)
    )
    latest = {check.kind: check for check in answers}
    return [latest[kind] for kind in _TITLES if kind in latest]


def findings(session: Session, entry: Nomination) -> list[str]:
    """Return the factual findings in sentences, without the names of those who gave them."""
    return [
        f"{_TITLES[check.kind]}: {_RESULTS[check.result or 'clear']}. {check.statement}"
        for check in checks(session, entry)
    ]


def assessments(session: Session, entry: Nomination) -> list[Assessment]:
    """Return the assessments that may be read: none before all are in."""
    return list(
        session.scalars(
            select(Assessment)
            .where(Assessment.nomination_id == entry.id, Assessment.released_at.is_not(None))
            .order_by(Assessment.id)
        )
    )


def _release_assessments(call: ServiceContext, entry: Nomination) -> None:
    """Unseal the assessments, now that all are in."""
    sealed = select(Assessment).where(
        Assessment.nomination_id == entry.id, Assessment.released_at.is_(None)
    )
    for assessment in call.session.scalars(sealed):
        assessment.released_at = call.now


def _ballot(session: Session, nomination_id: int) -> RecommendationBallot | None:
    """Return the ballot that counts, or None."""
    return session.scalar(
        select(RecommendationBallot)
        .where(
            RecommendationBallot.nomination_id == nomination_id,
            RecommendationBallot.is_void.is_(False),
        )
        .order_by(RecommendationBallot.id.desc())
        .limit(1)
    )
