"""The scorecard of an accountable head: five figures over the members he or she answers for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflows.check_in_tables import CheckInState
from workflows.head_members import A_YEAR, MemberLine
from workflows.review_states import UNFINISHED

PLAN_IN = timedelta(days=30)
CHECKPOINT_IN = timedelta(days=7)
_ASKED = frozenset({CheckInState.HELD, CheckInState.MISSED, CheckInState.REFUSED})


class Figure(StrEnum):
    """What the scorecard measures."""

    PLANS = "plans"
    TALKS = "talks"
    FOLLOW_UP = "follow_up"
    REVIEWS = "reviews"
    GRADES = "grades"


@dataclass(frozen=True)
class Share:
    """How many of something were as they should be."""

    kept: int = 0
    counted: int = 0

    @property
    def missed(self) -> int:
        """Return how many were not."""
        return self.counted - self.kept

    @property
    def percent(self) -> int | None:
        """Return the share in per cent; None where there was nothing to count."""
        return round(100 * self.kept / self.counted) if self.counted else None


def share(line: MemberLine, figure: Figure, *, now: datetime) -> Share:
    """Return what one member adds to a figure."""
    return _SHARES[figure](line, now)


def scorecard(lines: Iterable[MemberLine], *, now: datetime) -> dict[Figure, Share]:
    """Add up the figures over all members."""
    found = {}
    every = list(lines)
    for figure in Figure:
        shares = [share(line, figure, now=now) for line in every]
        found[figure] = Share(
            sum(each.kept for each in shares), sum(each.counted for each in shares)
        )
    return found


def _one(is_kept: bool) -> Share:
    """Count one thing."""
    return Share(int(is_kept), 1)


def _plans(line: MemberLine, now: datetime) -> Share:
    """
    Count the newest training plan: it should be in force within 30 days.

    A plan that is not in force counts when these days are over, and so does a member without one.
    """
    plan = line.plan
    if line.is_resting:
        return Share()
    if plan is not None and plan.approved_at is not None:
        return _one(plan.approved_at - plan.opened_at <= PLAN_IN)
    begun = plan.opened_at.date() if plan is not None else line.member.joined_on
    return _one(is_kept=False) if now.date() - begun > PLAN_IN else Share()


def _talks(line: MemberLine, _now: datetime) -> Share:
    """Count the talks of twelve months that were due: they should have been held."""
    states = [talk.state for talk in line.talks]
    return Share(states.count(CheckInState.HELD), sum(state in _ASKED for state in states))


def _follow_up(line: MemberLine, now: datetime) -> Share:
    """Count the checkpoints of corrections in twelve months: each should be held in a week."""
    kept = counted = 0
    for point in line.checkpoints:
        is_held = point.held_at is not None and point.held_at - point.opened_at <= CHECKPOINT_IN
        is_due = point.held_at is not None or now - point.opened_at > CHECKPOINT_IN
        kept, counted = kept + is_held, counted + is_due
    return Share(kept, counted)


def _reviews(line: MemberLine, now: datetime) -> Share:
    """Count the newest review that began in the last twelve months: it should be complete."""
    newest = line.reviews[0] if line.reviews else None
    if newest is None or now - newest.opened_at > A_YEAR:
        return Share()
    return _one(newest.state not in UNFINISHED)


def _grades(line: MemberLine, _now: datetime) -> Share:
    """Count the last two grades: the newer one should not be worse."""
    review = line.graded
    if review is None or review.grade_before is None or review.final_grade is None:
        return Share()
    return _one(review.final_grade <= review.grade_before)


_SHARES: Mapping[Figure, Callable[[MemberLine, datetime], Share]] = {
    Figure.PLANS: _plans,
    Figure.TALKS: _talks,
    Figure.FOLLOW_UP: _follow_up,
    Figure.REVIEWS: _reviews,
    Figure.GRADES: _grades,
}
