"""
The tables of signs and corrections: restricted, and never part of the data of a case.

A case of the engine holds ids and routing facts; evidence, statements and
reasons live here. What is closed is kept until `retain_until` and no longer.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.correction_states import (
    CaseState,
    Level,
    Occasion,
    Outcome,
    Severity,
    SignCode,
    SignState,
    Step,
)
from workflows.database import Base
from workflows.pool_tables import PoolMember
from workflows.vocabulary import stored

_IS_OPEN = text("state = 'open'")
_CODES = ", ".join(repr(code.value) for code in SignCode)
_IS_SCHEDULED = text("occasion = 'scheduled'")


class MemberEvidence(Base):
    """A statement about a member that an office is asked for; open until somebody answers."""

    __tablename__ = "member_evidence"
    __table_args__ = (
        CheckConstraint("result IN ('confirmed', 'not_confirmed')", name="result"),
        CheckConstraint("(result IS NULL) = (answered_at IS NULL)", name="answer_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    office: Mapped[str] = mapped_column(String(80))  # the group that was asked
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(120))
    result: Mapped[str | None] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(120), default="")


class CorrectionCase(Base):
    """What is done about the signs of one member, from a talk of care to an admonition."""

    __tablename__ = "correction_case"
    __table_args__ = (
        Index(
            "uq_correction_case_open",
            "member_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_correction_case_state_due", "state", "next_checkpoint_at", "id"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closing_is_dated"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closing_has_outcome"),
        CheckConstraint("(state = 'closed') = (retain_until IS NOT NULL)", name="is_retained"),
        CheckConstraint("extensions BETWEEN 0 AND 1", name="extended_once"),
        CheckConstraint("prior_level BETWEEN 0 AND 3", name="prior_level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), unique=True)
    issue_code: Mapped[str] = mapped_column(String(40))
    state: Mapped[CaseState] = mapped_column(
        stored(CaseState, "correction_state"), default=CaseState.OPEN
    )
    level: Mapped[Level | None] = mapped_column(stored(Level, "correction_level"))
    way: Mapped[str] = mapped_column(String(20), default="")
    minimum_level: Mapped[Level | None] = mapped_column(stored(Level, "minimum_level"))
    proposal: Mapped[str] = mapped_column(String(10), default="")  # of the rules
    points: Mapped[int] = mapped_column(default=0)
    warning_level: Mapped[str] = mapped_column(String(20), default="")
    is_heard: Mapped[bool] = mapped_column(default=False)
    talker: Mapped[str | None] = mapped_column(String(120))
    helper: Mapped[str | None] = mapped_column(String(120), index=True)
    is_repeat: Mapped[bool] = mapped_column(default=False)  # within twelve months of the last
    is_relapse: Mapped[bool] = mapped_column(default=False)  # within six months of the last
    prior_level: Mapped[int] = mapped_column(default=0)
    effect_until: Mapped[date | None]
    measures: Mapped[str] = mapped_column(Text, default="")
    agrees: Mapped[bool | None]  # none: no answer
    plan_round: Mapped[int] = mapped_column(default=0)  # of the levels decided so far
    plan_days: Mapped[int] = mapped_column(default=0)
    plan_started_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(default=0)
    next_checkpoint_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome, "correction_outcome"))
    retain_until: Mapped[date | None] = mapped_column(index=True)

    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql")


class RiskSign(Base):
    """
    Something that was noticed about a member. It counts once verified, for twelve months.

    A wish for support never has points, whoever writes it down.
    """

    __tablename__ = "risk_sign"
    __table_args__ = (
        CheckConstraint(f"code IN ({_CODES})", name="code"),
        CheckConstraint("(state = 'verified') = (expires_on IS NOT NULL)", name="expiry"),
        CheckConstraint("(state = 'verified') = (verified_by IS NOT NULL)", name="verified_by"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("state = 'verified' OR points = 0", name="only_verified_counts"),
        CheckConstraint("code <> 'wellbeing_request' OR points = 0", name="support_is_free"),
        Index("ix_risk_sign_member_state", "member_id", "state", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("correction_case.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None]  # of the record of whoever raised it
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("member_evidence.id"))
    state: Mapped[SignState] = mapped_column(
        stored(SignState, "sign_state"), default=SignState.RAISED
    )
    severity: Mapped[Severity | None] = mapped_column(stored(Severity))
    points: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime]
    raised_by: Mapped[str] = mapped_column(String(120))
    triaged_by: Mapped[str | None] = mapped_column(String(120))
    triage_reason: Mapped[str] = mapped_column(Text, default="")
    verified_by: Mapped[str | None] = mapped_column(String(120))
    expires_on: Mapped[date | None]


class CorrectionText(Base):
    """Something said or written in a case: a view of the member, a talk, a reply, an admonition."""

    __tablename__ = "correction_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("correction_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[Level | None] = mapped_column(stored(Level, "text_level"))
    author: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date | None]
    written_at: Mapped[datetime]


class CorrectionAction(Base):
    """One action of a plan for improvement."""

    __tablename__ = "correction_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("correction_case.id"), index=True)
    level: Mapped[Level] = mapped_column(stored(Level, "action_level"))
    position: Mapped[int]
    action: Mapped[str] = mapped_column(String(300))


class CorrectionDecision(Base):
    """What the rules proposed, and what a named person decided with which reason."""

    __tablename__ = "correction_decision"
    __table_args__ = (CheckConstraint("length(trim(reason)) >= 20", name="has_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("correction_case.id"), index=True)
    proposal: Mapped[str] = mapped_column(String(10), default="")
    decision: Mapped[str] = mapped_column(String(10))  # a level, NONE, RESUME or EXIT
    is_followed: Mapped[bool]
    is_final: Mapped[bool]  # else the member was to be heard, or the head to decide
    points: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]


class CorrectionReceipt(Base):
    """How the member took the notice of a level."""

    __tablename__ = "correction_receipt"
    __table_args__ = (CheckConstraint("answer IN ('signed', 'refused', 'silent')", name="answer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("correction_case.id"), index=True)
    level: Mapped[Level] = mapped_column(stored(Level, "receipt_level"))
    answer: Mapped[str] = mapped_column(String(10))
    witnesses: Mapped[list[str]] = mapped_column(default=list)
    grounds: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]


class Checkpoint(Base):
    """A look at how far a plan is, with what the rules propose and what somebody decided."""

    __tablename__ = "correction_checkpoint"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("expected BETWEEN 0 AND 100", name="expected"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint("decision IS NULL OR length(trim(reason)) >= 20", name="has_reason"),
        CheckConstraint(
            "decision IS NULL OR decision <> 'EXTEND_30D' OR (is_last AND extensions = 0)",
            name="extended_once_at_the_end",
        ),
        Index(
            "uq_correction_checkpoint_number",
            "case_id",
            "plan_round",
            "number",
            unique=True,
            sqlite_where=_IS_SCHEDULED,
            postgresql_where=_IS_SCHEDULED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("correction_case.id"), index=True)
    level: Mapped[Level] = mapped_column(stored(Level, "checkpoint_level"))
    plan_round: Mapped[int]
    number: Mapped[int]
    occasion: Mapped[Occasion] = mapped_column(stored(Occasion))
    is_last: Mapped[bool]
    extensions: Mapped[int]
    expected: Mapped[int]
    progress: Mapped[int | None]
    evidence_complete: Mapped[bool | None]
    findings: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(String(120))
    proposal: Mapped[str] = mapped_column(String(20), default="")
    decision: Mapped[Step | None] = mapped_column(stored(Step))
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
