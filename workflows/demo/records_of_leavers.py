"""What must be closed when a membership is over, and what is still open all the same."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflows.appeal_tables import Appeal
from workflows.check_in_tables import CheckIn, CheckInState, SupportAction
from workflows.correction_states import CaseState
from workflows.correction_tables import CorrectionCase
from workflows.exit_tables import ExitCase
from workflows.mentoring_tables import MentorChange, MentorPairing
from workflows.pool_tables import PoolMember
from workflows.posting_tables import PostingAgreement
from workflows.review_states import UNFINISHED
from workflows.review_tables import Review
from workflows.training_states import OPEN_ITEMS, PostingState, TrainingPlanState
from workflows.training_tables import TrainingItem, TrainingPlan
from workflows.vocabulary import Lifecycle

_MOST = 200
_OPEN_POSTINGS = (PostingState.MATCHED, PostingState.AGREED, PostingState.RUNNING)
# What is open, by the column that says whose it is and what makes it so. An appeal
# against an exit goes on: it is the last word about a membership that is over.
_OPEN: tuple[tuple[str, InstrumentedAttribute[int], ColumnElement[bool]], ...] = (
    ("plan of training", TrainingPlan.member_id, TrainingPlan.state != TrainingPlanState.CLOSED),
    ("measure of training", TrainingItem.member_id, TrainingItem.state.in_(OPEN_ITEMS)),
    ("posting", PostingAgreement.member_id, PostingAgreement.state.in_(_OPEN_POSTINGS)),
    ("pairing with a mentor", MentorPairing.member_id, MentorPairing.ended_on.is_(None)),
    ("change of mentors", MentorChange.member_id, MentorChange.closed_at.is_(None)),
    ("check-in", CheckIn.member_id, CheckIn.state == CheckInState.OPEN),
    ("support", SupportAction.member_id, SupportAction.state == "open"),
    ("correction", CorrectionCase.member_id, CorrectionCase.state == CaseState.OPEN),
    ("exit", ExitCase.member_id, ExitCase.closed_at.is_(None)),
    ("review", Review.member_id, Review.state.in_(UNFINISHED)),
    (
        "appeal",
        Appeal.member_id,
        Appeal.closed_at.is_(None) & (Appeal.matter != "exit"),
    ),
)


def problems(session: Session, _now: datetime) -> Iterator[str]:
    """Yield what is open of members who left their pool."""
    for what, whose, is_open in _OPEN:
        query = (
            select(PoolMember.number)
            .join(whose.class_, whose == PoolMember.id)
            .where(PoolMember.lifecycle == Lifecycle.EXITED, is_open)
        )
        for number in session.scalars(query.limit(_MOST)):
            yield f"{number} has left, but a {what} is still open."
