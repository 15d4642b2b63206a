"""
The restricted tables of reviews: who rates whom, and what was said.

Only the services of the review, and pages for those who may see reviewers'
identities, read them. The person who is rated never does.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.review_states import RaterGroup, SeatState
from workflows.vocabulary import stored


class RaterAssignment(Base):
    """The seat of a rater: one for each person and review, and never one for the subject."""

    __tablename__ = "rater_assignment"
    __table_args__ = (
        UniqueConstraint("review_id", "rater"),
        ForeignKeyConstraint(["review_id", "subject"], ["review.id", "review.subject"]),
        CheckConstraint("rater <> subject", name="not_the_subject"),
        CheckConstraint(
            "outcome IN ('RECUSE', 'SPEAK_NO_VOTE', 'DISCLOSE', 'CLEAR')", name="outcome"
        ),
        Index("ix_rater_assignment_rater", "rater"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int]
    subject: Mapped[str] = mapped_column(String(120))
    rater: Mapped[str] = mapped_column(String(120))
    rater_group: Mapped[RaterGroup] = mapped_column(stored(RaterGroup))
    state: Mapped[SeatState] = mapped_column(stored(SeatState), default=SeatState.PROPOSED)
    relation: Mapped[str] = mapped_column(String(40), default="")
    outcome: Mapped[str | None] = mapped_column(String(20))  # of the declaration of ties
    details: Mapped[str] = mapped_column(Text, default="")


class RatingResponse(Base):
    """What one rater said; one answer for each seat."""

    __tablename__ = "rating_response"

    seat_id: Mapped[int] = mapped_column(ForeignKey("rater_assignment.id"), primary_key=True)
    marks: Mapped[dict[str, Any]]  # by indicator, 1 to 5
    is_failing: Mapped[bool]  # the rater thinks that the member is not up to the work
    comment: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime]
