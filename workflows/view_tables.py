"""The tables of kept views: how somebody narrowed a page, with whom it is shared, what to watch."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.vocabulary import stored


class ViewPage(StrEnum):
    """The pages of which views are kept."""

    FIGURES = "figures"
    PROCESS = "process"
    CHANNELS = "channels"
    STRUCTURE = "structure"
    STALLED = "stalled"
    CASES = "cases"


class Watched(StrEnum):
    """What an alert compares with its limit."""

    STALLED = "stalled"  # how many cases of the view stand still
    OPEN = "open"  # how many cases of the view are open
    STEP = "step"  # how many working days half of the tasks at a step took


class SavedView(Base):
    """
    A page as somebody narrowed it, under a name.

    It holds what the page was asked for, never what it showed: each reader sees what
    he or she may see there.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner", "page", "name", name="uq_saved_view_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"))
    page: Mapped[ViewPage] = mapped_column(stored(ViewPage, "view_page"))
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # The group or role whose people see it, too; empty: nobody else.
    audience: Mapped[str] = mapped_column(String(120), default="", index=True)
    created_at: Mapped[datetime]


class DefaultView(Base):
    """The view with which a page opens for somebody."""

    __tablename__ = "default_view"

    username: Mapped[str] = mapped_column(
        ForeignKey("account.username", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[ViewPage] = mapped_column(stored(ViewPage, "view_page"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))


class ViewAlert(Base):
    """
    What somebody wants to be told about a view: once when the limit is crossed.

    `is_above` says that it was crossed and has not fallen back since: then nobody is told
    again. Working days are in tenths.
    """

    __tablename__ = "view_alert"
    __table_args__ = (
        UniqueConstraint(
            "view_id", "username", "watched", "element_id", name="uq_view_alert_watched"
        ),
        CheckConstraint("most >= 0", name="most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"))
    watched: Mapped[Watched] = mapped_column(stored(Watched, "watched"))
    element_id: Mapped[str] = mapped_column(String(80), default="")
    most: Mapped[int]  # told when there is more
    is_above: Mapped[bool] = mapped_column(default=False)
    last_value: Mapped[int | None]
    checked_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    view: Mapped[SavedView] = relationship(lazy="raise_on_sql")


class DigestState(Base):
    """Whether somebody wants the weekly digest, and what the last one counted."""

    __tablename__ = "digest_state"

    username: Mapped[str] = mapped_column(
        ForeignKey("account.username", ondelete="CASCADE"), primary_key=True
    )
    is_wanted: Mapped[bool] = mapped_column(default=True)
    week: Mapped[date | None]  # the Monday of the last digest
    stalled_ids: Mapped[str] = mapped_column(Text, default="[]")  # cases that it counted, as JSON
