"""The steps of a form that is being changed, so that they can be taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class FormStep(Base):
    """
    What a draft of a form was after one step; steps that were taken back can be done again.

    `revision` is the one of the draft at which it was last so. `touched` says what the step
    changed: typing on at the same place within a short time is one step.
    """

    __tablename__ = "form_step"
    __table_args__ = (Index("ix_form_step_draft", "draft_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("definition_draft.id"))
    revision: Mapped[int]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    touched: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    is_undone: Mapped[bool] = mapped_column(default=False)
