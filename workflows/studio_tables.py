"""The tables of the studio: drafts of definitions, and every text that somebody saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.studio_states import DraftKind, DraftStatus, Subject
from workflows.vocabulary import stored

_IS_OPEN = text("status NOT IN ('published', 'discarded')")


class DefinitionDraft(Base):
    """
    A process, a form or a file of decisions that is being changed; at most one draft of it is open.

    `revision` counts the saves. `editor` holds the draft until somebody takes it
    over. `seen_id` is the version in force that the approver compared it with,
    `failing` the ids of the scenarios that failed then, and `failing_reason` why it
    was approved all the same.
    """

    __tablename__ = "definition_draft"
    __table_args__ = (
        Index(
            "uq_definition_draft_open",
            "kind",
            "key",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint(
            "status NOT IN ('proposed', 'approved', 'published')"
            " OR (proposed_by IS NOT NULL AND comment <> '')",
            name="proposal",
        ),
        CheckConstraint(
            "status NOT IN ('approved', 'published') OR decided_by IS NOT NULL", name="approval"
        ),
        CheckConstraint("(status = 'published') = (published_id IS NOT NULL)", name="published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DraftKind] = mapped_column(stored(DraftKind))
    key: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[DraftStatus] = mapped_column(stored(DraftStatus), default=DraftStatus.DRAFT)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=0)
    begun_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime]
    editor: Mapped[str | None] = mapped_column(String(120))
    editing_since: Mapped[datetime | None]
    saved_by: Mapped[str | None] = mapped_column(String(120))
    saved_at: Mapped[datetime | None]
    proposed_by: Mapped[str | None] = mapped_column(String(120))
    proposed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was sent back
    seen_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    failing: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    failing_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    published_id: Mapped[int | None] = mapped_column(
        ForeignKey("definition_version.id"), index=True
    )

    @property
    def subject(self) -> Subject:
        """Return what the draft is of."""
        return Subject(self.kind, self.key)


class DraftText(Base):
    """
    What somebody saved in one sitting, or could not save because another one went on.

    The text of a sitting follows its saves; what lies aside was refused and is
    kept for its author.
    """

    __tablename__ = "definition_draft_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("definition_draft.id"), index=True)
    revision: Mapped[int]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    saved_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    is_aside: Mapped[bool] = mapped_column(default=False)
