"""The archives that were handed in to the studio, as they came."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class DefinitionArchive(Base):
    """
    An archive of processes, decisions and forms, kept as it was handed in.

    The report about it is computed from it and from what is in force when it is read.
    """

    __tablename__ = "definition_archive"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(String(64))
    files: Mapped[int]
    handed_in_by: Mapped[str] = mapped_column(String(120))
    handed_in_at: Mapped[datetime]
