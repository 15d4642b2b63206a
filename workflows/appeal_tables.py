"""The tables of appeals: what is contested, who looks at it again, and what comes of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.pool_tables import PoolMember
from workflows.vocabulary import stored


class AppealState(StrEnum):
    """How far an appeal is."""

    FILED = "FILED"
    ADMITTED = "ADMITTED"
    DECIDED = "DECIDED"


class AppealOutcome(StrEnum):
    """What becomes of an appeal."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


class Appeal(Base):
    """
    A member contests a decision. Nothing here may ever be held against whoever files it.

    One appeal about a matter is open at most, and each has one second instance at most.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        Index(
            "uq_appeal_open",
            "matter",
            "matter_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_appeal_filed_at_id", "filed_at", "id"),
        CheckConstraint("matter IN ('exit', 'grade', 'correction')", name="matter"),
        CheckConstraint(
            "ground IN ('facts', 'procedure', 'conflict', 'evidence', 'discrimination')",
            name="ground",
        ),
        CheckConstraint("(state = 'DECIDED') = (closed_at IS NOT NULL)", name="closing_is_dated"),
        CheckConstraint("(state = 'DECIDED') = (outcome IS NOT NULL)", name="closing_has_outcome"),
        CheckConstraint("outcome IS NULL OR reasons <> ''", name="outcome_has_reasons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    matter: Mapped[str] = mapped_column(String(12))
    matter_id: Mapped[int]
    ground: Mapped[str | None] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text, default="")
    filed_by: Mapped[str] = mapped_column(String(120))
    filed_at: Mapped[datetime]
    state: Mapped[AppealState] = mapped_column(
        stored(AppealState, "appeal_state"), default=AppealState.FILED
    )
    is_admissible: Mapped[bool | None]
    admissibility_reason: Mapped[str] = mapped_column(Text, default="")
    admitted_by: Mapped[str | None] = mapped_column(String(120))
    heard_on: Mapped[date | None]
    hearing_notes: Mapped[str] = mapped_column(Text, default="")
    is_extended: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[AppealOutcome | None] = mapped_column(stored(AppealOutcome, "appeal_outcome"))
    reasons: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(120))  # None: the panel
    closed_at: Mapped[datetime | None]
    second_instance_of: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), unique=True)
    reinstated_member_id: Mapped[int | None] = mapped_column(
        ForeignKey("pool_member.id"), index=True
    )

    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql", foreign_keys=[member_id])


class AppealSeat(Base):
    """One seat of the panel of an appeal; who is bound to the matter leaves it."""

    __tablename__ = "appeal_seat"
    __table_args__ = (
        CheckConstraint("vote IN ('upheld', 'partly', 'dismissed', 'bound')", name="vote"),
        CheckConstraint("vote IS NULL OR vote = 'bound' OR reason <> ''", name="vote_has_a_reason"),
    )

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(120), primary_key=True)
    seated_at: Mapped[datetime]
    vote: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    voted_at: Mapped[datetime | None]
