"""The tables of practice: postings to another unit, and urgent tasks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.training_states import Direction, PostingState, RiskClass
from workflows.vocabulary import SpellKind, Temperature, stored

DAYS_FOR_CREDIT = 120
_IS_OPEN = text("state IN ('matched', 'agreed', 'running')")


class PostingAgreement(Base):
    """
    An agreement of member, home and host about a time in another unit.

    A rotation has no direction, but a temperature. Only a time of 120 days or
    more is credited.
    """

    __tablename__ = "posting_agreement"
    __table_args__ = (
        Index(
            "uq_posting_agreement_open",
            "member_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint("host_unit_id <> home_unit_id", name="another_unit"),
        CheckConstraint(
            "(direction IS NULL AND months BETWEEN 12 AND 36)"
            " OR (direction = 'down' AND months BETWEEN 12 AND 24)"
            " OR (direction = 'up' AND months BETWEEN 6 AND 12)",
            name="months",
        ),
        CheckConstraint(
            "state NOT IN ('agreed', 'running', 'ended', 'recalled')"
            " OR (member_agreed_at IS NOT NULL AND home_agreed_at IS NOT NULL"
            " AND host_agreed_at IS NOT NULL)",
            name="three_agree",
        ),
        CheckConstraint("to_on > from_on", name="order"),
        CheckConstraint(
            "state <> 'recalled' OR (recall_reason <> '' AND recalled_by IS NOT NULL)",
            name="recall_has_a_reason",
        ),
        CheckConstraint(
            f"NOT is_credited OR days_served >= {DAYS_FOR_CREDIT}", name="credit_from_120_days"
        ),
        CheckConstraint(
            "state NOT IN ('ended', 'recalled') OR ended_on IS NOT NULL", name="end_is_dated"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("training_item.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    host_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    host_supervisor: Mapped[str] = mapped_column(String(120))
    direction: Mapped[Direction | None] = mapped_column(stored(Direction))
    kind: Mapped[SpellKind] = mapped_column(stored(SpellKind))
    temperature: Mapped[Temperature] = mapped_column(stored(Temperature))
    objectives: Mapped[str] = mapped_column(Text)
    months: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    state: Mapped[PostingState] = mapped_column(stored(PostingState), default=PostingState.MATCHED)
    member_agreed_at: Mapped[datetime | None]
    home_agreed_at: Mapped[datetime | None]
    host_agreed_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(Text, default="")
    settling_in: Mapped[str] = mapped_column(Text, default="")
    midpoint_report: Mapped[str] = mapped_column(Text, default="")
    end_report: Mapped[str] = mapped_column(Text, default="")
    debrief: Mapped[str] = mapped_column(Text, default="")
    handed_over: Mapped[bool] = mapped_column(default=False)
    recall_reason: Mapped[str] = mapped_column(Text, default="")
    recalled_by: Mapped[str | None] = mapped_column(String(120))
    ended_on: Mapped[date | None]
    days_served: Mapped[int] = mapped_column(default=0)
    is_credited: Mapped[bool] = mapped_column(default=False)
    matched_at: Mapped[datetime]


class UrgentTask(Base):
    """An urgent or dangerous task that a member was called to; it begins with two consents."""

    __tablename__ = "urgent_task"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 90", name="days"),
        CheckConstraint(
            "began_on IS NULL OR (is_cleared AND has_consent"
            " AND is_cleared IS NOT NULL AND has_consent IS NOT NULL)",
            name="begins_cleared",
        ),
        CheckConstraint("(is_cleared IS NULL) = (cleared_by IS NULL)", name="clearance_is_signed"),
        CheckConstraint("outcome IN ('commendation', 'lesson')", name="outcome"),
        CheckConstraint("outcome IS NULL OR debrief <> ''", name="debriefed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("training_item.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    risk_class: Mapped[RiskClass] = mapped_column(stored(RiskClass))
    days: Mapped[int]
    is_cleared: Mapped[bool | None]
    cleared_by: Mapped[str | None] = mapped_column(String(120))
    clearance_reason: Mapped[str] = mapped_column(Text, default="")
    has_consent: Mapped[bool | None]
    consent_reason: Mapped[str] = mapped_column(Text, default="")
    called_at: Mapped[datetime]
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    debrief: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str | None] = mapped_column(String(20))
