"""What a member may read of the own review: means of groups and shuffled comments, no rater."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from workflows import rating_records, review_records, review_schemes
from workflows.rating_records import GroupMeans
from workflows.review_states import RaterGroup, ReviewState
from workflows.review_tables import Review

FEWEST_COMMENTS = 5  # with fewer writers the style could give one away
_WITH_COMMENTS = "SHOW_SCORES_AND_COMMENTS"
_ANONYMOUS = frozenset({RaterGroup.PEERS, RaterGroup.SUBORDINATES})


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator: the own mark and the means of the groups that may be shown."""

    name: str
    weight: int
    own: int | None
    means: tuple[float, ...]


@dataclass(frozen=True)
class FeedbackReport:
    """
    The feedback that the subject of a review gets.

    Nothing here says who rated, or when somebody did.
    """

    groups: tuple[tuple[RaterGroup, ...], ...]
    lines: tuple[IndicatorLine, ...]
    comments: list[str]
    score: float | None
    grade: str | None
    reasons: list[str]
    agreed: str
    comment: str


def for_subject(session: Session, review_id: int) -> FeedbackReport:
    """
    Return what the subject may read; nothing of the ratings before the feedback talk.

    All seats are closed by then: a mean that moves with a late answer would give its
    rater away.
    """
    found = review_records.fetch(session, review_id)
    scheme = review_schemes.by_id(session, found.cycle.scheme_id)
    is_told = found.talk_held_on is not None or found.state is ReviewState.FINAL
    shown = _shown(session, found) if is_told else []
    return FeedbackReport(
        groups=tuple(one.groups for one in shown),
        lines=tuple(
            IndicatorLine(
                one.name,
                one.weight,
                found.self_marks.get(one.code),
                tuple(round(group.means[one.code], 2) for group in shown),
            )
            for one in scheme.indicators
            if one.weight
        ),
        comments=_comments(session, found, shown),
        score=found.score if is_told else None,
        grade=found.final_grade,
        reasons=_reasons(session, found) if is_told else [],
        agreed=found.talk_notes,
        comment=found.member_comment,
    )


def _shown(session: Session, found: Review) -> list[GroupMeans]:
    """Return the groups whose means the decision about visibility lets through."""
    return [
        one
        for one in rating_records.counted(session, found)
        if len(one.groups) > 1 or _is_shown(found.visibility, one.groups[0])
    ]


def _is_shown(visibility: Mapping[str, str], group: RaterGroup) -> bool:
    """Say whether the means of one group may be shown."""
    return str(visibility.get(group.value, "NONE")).startswith("SHOW")


def _comments(session: Session, found: Review, shown: list[GroupMeans]) -> list[str]:
    """Return comments of groups that are large enough, in an order that says nothing."""
    groups = [
        group
        for one in shown
        if one.raters >= FEWEST_COMMENTS and set(one.groups) <= _ANONYMOUS
        for group in one.groups
        if len(one.groups) > 1 or found.visibility.get(group.value) == _WITH_COMMENTS
    ]
    written = rating_records.comments(session, found.id, groups)
    if len(written) < FEWEST_COMMENTS:
        return []
    # The digest shuffles once and for all: looking again and again shows no other order.
    return sorted(written, key=lambda text: sha256(f"{found.id} {text}".encode()).digest())


def _reasons(session: Session, found: Review) -> list[str]:
    """Return the reasons of those who decided, without their names."""
    return [one.reason for one in review_records.grades(session, found.id) if one.reason]
