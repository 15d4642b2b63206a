"""What the restricted tables of a review say: seats, marks by group, means."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.rating_tables import RaterAssignment, RatingResponse
from workflows.review_states import INDICATORS, RaterGroup, SeatState
from workflows.review_tables import Review, Score

SMALLEST = 3  # peers or subordinates; fewer are merged or left out
MERGED = "MERGED"
_SMALL = (RaterGroup.PEERS, RaterGroup.SUBORDINATES)
_SEATS = EntityQuery(
    select(RaterAssignment)
    .where(RaterAssignment.review_id == bindparam("review_id"))
    .order_by(RaterAssignment.id)
)

_RESPONSES = EntityQuery(
    select(RatingResponse)
    .join(RaterAssignment, RaterAssignment.id == RatingResponse.seat_id)
    .where(RaterAssignment.review_id == bindparam("review_id"))
)
_FORGET_SCORES = Prepared(
    delete(Score).where(Score.review_id == bindparam("review_id")), of_entities=True
)
_KEEP_SCORES = insert(table_of(Score))
_SCORES = EntityQuery(
    select(Score)
    .where(Score.review_id == bindparam("review_id"))
    .order_by(Score.rater_group, Score.indicator),
    is_renewing=True,
)


@dataclass(frozen=True)
class GroupMeans:
    """The means of one or two groups that are shown and counted as one."""

    groups: tuple[RaterGroup, ...]
    raters: int
    means: Mapping[str, float]


def seats(
    session: Session, review_id: int, state: SeatState | None = None
) -> list[RaterAssignment]:
    """Return the seats of a review, in order."""
    found = _SEATS.all(session, review_id=review_id)
    return [seat for seat in found if state is None or seat.state == state]


def marks_by_group(session: Session, review_id: int) -> dict[RaterGroup, list[dict[str, int]]]:
    """Return the marks of each group, sorted by value: the order says nothing about the raters."""
    found: dict[RaterGroup, list[dict[str, int]]] = {group: [] for group in RaterGroup}
    for group, response in _responses(session, review_id):
        found[group].append({code: response.marks[code] for code in INDICATORS})
    for marks in found.values():
        marks.sort(key=lambda one: [one[code] for code in INDICATORS])
    return found


def comments(session: Session, review_id: int, groups: Sequence[RaterGroup]) -> list[str]:
    """Return what some groups wrote, without any order of time."""
    return [
        response.comment
        for group, response in _responses(session, review_id)
        if group in groups and response.comment.strip()
    ]


def fail_votes(session: Session, review_id: int) -> tuple[int, int]:
    """Return how many rated, and how many of them find the member not up to the work."""
    found = [response.is_failing for _, response in _responses(session, review_id)]
    return len(found), sum(found)


def write_means(session: Session, review_id: int) -> None:
    """Write the mean of each indicator and group anew."""
    _FORGET_SCORES.run(session, review_id=review_id)
    rows = [
        {
            "review_id": review_id,
            "rater_group": group,
            "indicator": code,
            "mean": fmean(one[code] for one in marks),
            "raters": len(marks),
        }
        for group, marks in marks_by_group(session, review_id).items()
        for code in INDICATORS
        if marks
    ]
    if rows:
        session.execute(_KEEP_SCORES, rows)


def counted(session: Session, review: Review) -> list[GroupMeans]:
    """
    Return the groups that the score counts, small ones merged or left out.

    Where peers and subordinates are merged, neither stands alone: the
    difference would give the smaller group away.
    """
    scores: defaultdict[RaterGroup, dict[str, Score]] = defaultdict(dict)
    for score in _SCORES.all(session, review_id=review.id):
        scores[score.rater_group][score.indicator] = score
    is_merged = MERGED in review.notes
    parts = [(group,) for group in RaterGroup if not (is_merged and group in _SMALL)]
    found = [_means(part, scores) for part in [*parts, *([_SMALL] if is_merged else [])]]
    return [
        one
        for one in found
        if one.raters and (one.raters >= SMALLEST or not set(one.groups) <= set(_SMALL))
    ]


def overall(means: Sequence[GroupMeans], weights: Mapping[str, int]) -> dict[str, float]:
    """Return the weighted mean of each indicator over the groups that count."""
    share = [sum(weights[group.value] for group in one.groups) for one in means]
    if not sum(share):
        return {}
    return {
        code: sum(one.means[code] * part for one, part in zip(means, share, strict=True))
        / sum(share)
        for code in INDICATORS
    }


def _means(
    groups: tuple[RaterGroup, ...], scores: Mapping[RaterGroup, Mapping[str, Score]]
) -> GroupMeans:
    """Return the means over one or two groups, each rater counted once."""
    present = [scores[group] for group in groups if scores.get(group)]
    raters = sum(next(iter(one.values())).raters for one in present)
    means = {
        code: sum(one[code].mean * one[code].raters for one in present) / raters
        for code in INDICATORS
        if raters
    }
    return GroupMeans(groups, raters, means)


def _responses(session: Session, review_id: int) -> list[tuple[RaterGroup, RatingResponse]]:
    """Return every answer with the group from which it came."""
    given = {one.seat_id: one for one in _RESPONSES.all(session, review_id=review_id)}
    return [
        (seat.rater_group, given[seat.id])
        for seat in _SEATS.all(session, review_id=review_id)
        if seat.id in given
    ]
