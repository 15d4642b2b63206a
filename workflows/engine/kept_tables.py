"""
What was found in a large installation by looking at every case, kept until the next look.

None of it is a truth of its own: it can be thrown away and found again. No
step of a case writes here.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class KeptPace(Base):
    """What an element usually takes, in working days."""

    __tablename__ = "kept_pace"

    definition_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    element_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]
    median: Mapped[float]
    high: Mapped[float]


class StalledNote(Base):
    """A case that did not go on at the last look; `since` is that of its gravest reason."""

    __tablename__ = "stalled_note"
    __table_args__ = (Index("ix_stalled_note_since", "since", "instance_id"),)

    instance_id: Mapped[int] = mapped_column(
        ForeignKey("instance.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime]
    definition_key: Mapped[str] = mapped_column(String(120))
    reasons: Mapped[str] = mapped_column(String(200))  # each between bars: |left|slow|
    units: Mapped[str] = mapped_column(Text)  # of whom it is about, and those above: |3|1|


class RiskNote(Base):
    """An open user task that might stall, at the last look."""

    __tablename__ = "risk_note"
    __table_args__ = (Index("ix_risk_note_due_order", "due_order", "user_task_id"),)

    user_task_id: Mapped[int] = mapped_column(
        ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True
    )
    due_order: Mapped[datetime]
