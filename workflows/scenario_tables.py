"""The tables of scenarios: those that are kept as tests, and those that somebody plays now."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.vocabulary import stored


class Source(StrEnum):
    """What is played."""

    DRAFT = "draft"  # with the drafts that the player has open
    IN_FORCE = "in_force"


class ProcessScenario(Base):
    """A scenario of a process: played once, replayed whenever the process changes."""

    __tablename__ = "process_scenario"
    __table_args__ = (UniqueConstraint("process_key", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[dict[str, Any]]
    saved_by: Mapped[str] = mapped_column(String(120))
    saved_at: Mapped[datetime]


class ScenarioPlay(Base):
    """
    What somebody plays of a process: the steps so far, and nothing else.

    Where the case stands is found by playing them again. `scenario_id` is the
    scenario that was opened, if it was one.
    """

    __tablename__ = "scenario_play"
    __table_args__ = (UniqueConstraint("process_key", "username"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(120))
    username: Mapped[str] = mapped_column(String(120))
    source: Mapped[Source] = mapped_column(stored(Source))
    document: Mapped[dict[str, Any]]
    scenario_id: Mapped[int | None] = mapped_column(
        ForeignKey("process_scenario.id", ondelete="SET NULL"), index=True
    )
    changed_at: Mapped[datetime]
