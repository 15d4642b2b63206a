"""The tables of an exit: why somebody leaves a pool, who decided it, and what comes after."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.pool_tables import PoolMember
from workflows.vocabulary import stored


class ExitState(StrEnum):
    """How far the exit of a member is; the last three are final."""

    PROPOSED = "PROPOSED"
    SUSPENDED = "SUSPENDED"
    DECIDED = "DECIDED"
    EFFECTIVE = "EFFECTIVE"
    RETAINED = "RETAINED"
    TAKEN_BACK = "TAKEN_BACK"


FINAL = frozenset({ExitState.EFFECTIVE, ExitState.RETAINED, ExitState.TAKEN_BACK})
_IS_FINAL = "state IN ('EFFECTIVE', 'RETAINED', 'TAKEN_BACK')"


class ExitCase(Base):
    """
    The question whether a member leaves the pool, and its answer.

    A member has one open case at most. Whoever decides writes a reason, whether
    the decision follows the proposal or not.
    """

    __tablename__ = "exit_case"
    __table_args__ = (
        Index(
            "uq_exit_case_open",
            "member_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_exit_case_opened_at_id", "opened_at", "id"),
        CheckConstraint(f"({_IS_FINAL}) = (closed_at IS NOT NULL)", name="closing_is_dated"),
        CheckConstraint(
            "(state = 'EFFECTIVE') = (effective_on IS NOT NULL)", name="effect_is_dated"
        ),
        CheckConstraint("decision IN ('exit', 'keep')", name="decision"),
        CheckConstraint(
            "decision IS NULL OR (decided_by IS NOT NULL AND decision_reason <> '')",
            name="decision_has_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    cause: Mapped[str] = mapped_column(String(40))  # the first proposal's
    reason: Mapped[str] = mapped_column(String(40), default="")
    proposal: Mapped[str] = mapped_column(String(40), default="")  # of the decision table
    panel_outcome: Mapped[str] = mapped_column(String(20), default="")
    appointed_to: Mapped[str] = mapped_column(String(200), default="")
    statement: Mapped[str] = mapped_column(Text, default="")  # of the member
    talked_on: Mapped[date | None]
    talk_notes: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str | None] = mapped_column(String(10))
    follows: Mapped[bool | None]  # whether the decision is as proposed
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    effective_on: Mapped[date | None]
    cooling_off_until: Mapped[date | None]
    suspended_on: Mapped[date | None]
    state: Mapped[ExitState] = mapped_column(
        stored(ExitState, "exit_state"), default=ExitState.PROPOSED
    )
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql")


class ExitProposal(Base):
    """One reason for an exit, with what speaks for it; several may come together in a case."""

    __tablename__ = "exit_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"), index=True)
    cause: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[str] = mapped_column(Text, default="")
    refused_posts: Mapped[int] = mapped_column(default=0)
    failed_plans: Mapped[int] = mapped_column(default=0)
    proposed_by: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class LongLeave(Base):
    """A leave that pauses the clocks of a member; why somebody is on leave is not kept."""

    __tablename__ = "long_leave"
    __table_args__ = (
        Index(
            "uq_long_leave_open",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]


class ExitMeeting(Base):
    """The panel of the pool about one exit; without a quorum there are several meetings."""

    __tablename__ = "exit_meeting"
    __table_args__ = (UniqueConstraint("exit_case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"), index=True)
    number: Mapped[int]
    question: Mapped[str] = mapped_column(String(20))  # removal or renewal
    seats: Mapped[list[str]]
    convened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ExitVote(Base):
    """The vote of one seat; whoever is bound to the member says so instead."""

    __tablename__ = "exit_vote"
    __table_args__ = (CheckConstraint("vote IN ('yes', 'no', 'defer', 'bound')", name="vote"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("exit_meeting.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(120), primary_key=True)
    vote: Mapped[str] = mapped_column(String(5))
    cast_at: Mapped[datetime]


class ExitInterview(Base):
    """What somebody who left by choice says about the pool."""

    __tablename__ = "exit_interview"

    exit_case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"), primary_key=True)
    main_reason: Mapped[str] = mapped_column(String(40))
    remarks: Mapped[str] = mapped_column(Text, default="")
    would_return: Mapped[bool]
    answered_at: Mapped[datetime]


class HandoverItem(Base):
    """Something that a leaving member had to do; somebody else takes it over."""

    __tablename__ = "handover_item"
    __table_args__ = (
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taking_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    taken_by: Mapped[str | None] = mapped_column(String(120))
    taken_at: Mapped[datetime | None]


class AlumniFollowUp(Base):
    """How an appointed member does in the new post after a year."""

    __tablename__ = "alumni_follow_up"
    __table_args__ = (
        CheckConstraint("result IN ('passed', 'extended', 'failed', 'unknown')", name="result"),
        CheckConstraint("(result IS NULL) = (answered_at IS NULL)", name="answer_is_dated"),
    )

    exit_case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"), primary_key=True)
    due_on: Mapped[date]
    result: Mapped[str | None] = mapped_column(String(10))
    remarks: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]


class OutcomeReceipt(Base):
    """That an outcome was made known to a member: signed, refused or met with silence."""

    __tablename__ = "outcome_receipt"
    __table_args__ = (
        Index("ix_outcome_receipt_matter", "matter", "matter_id"),
        CheckConstraint("matter IN ('exit', 'appeal')", name="matter"),
        CheckConstraint("answer IN ('signed', 'refused', 'silent')", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(String(10))
    matter_id: Mapped[int]
    person: Mapped[str] = mapped_column(String(120))
    answer: Mapped[str] = mapped_column(String(10))
    witnesses: Mapped[list[str]] = mapped_column(default=list)
    recorded_at: Mapped[datetime]
