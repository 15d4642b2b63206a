"""The files of other tools that were handed in to the studio, as they came."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class ForeignFile(Base):
    """
    A model of another tool, kept as it was handed in.

    The report about it is computed from it. `process_id` is the process in it that became
    the draft, `process_key` the id that it got; both are empty until a draft is begun.
    """

    __tablename__ = "foreign_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    tool: Mapped[str] = mapped_column(String(160))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    handed_in_by: Mapped[str] = mapped_column(String(120))
    handed_in_at: Mapped[datetime]
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("definition_draft.id"), unique=True, index=True
    )
    process_id: Mapped[str | None] = mapped_column(String(120))
    process_key: Mapped[str | None] = mapped_column(String(120))
