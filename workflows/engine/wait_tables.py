"""The tables of what is waited for: by the tokens of cases, and by processes that start in time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class Timer(Base):
    """A moment at which a waiting token goes on. The truth about time; jobs are only alarms."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "token_id"),
        Index("ix_timer_due_at", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token_id: Mapped[int]
    element_id: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]  # set after a failed attempt
    # It only begins an event sub-process: that it lies ahead does not mean that all is well.
    is_aside: Mapped[bool] = mapped_column(default=False, server_default=false())


class Subscription(Base):
    """
    A token that waits for something to happen elsewhere.

    `kind` is `message`, `signal`, or `condition`: what data must be like. The
    name of a condition is there for its readers; data of the case decide.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("instance_id", "token_id"),
        Index("ix_subscription_message", "message_name", "correlation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token_id: Mapped[int]
    element_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10), default="message", server_default="message")
    message_name: Mapped[str] = mapped_column(String(120))
    correlation: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    # It only begins an event sub-process: nothing stands still because it does not come.
    is_aside: Mapped[bool] = mapped_column(default=False, server_default=false())


class StartTimer(Base):
    """
    A moment at which a process begins a new case by itself.

    It belongs to a timer start event of the process version in force. A version
    that says the same keeps the schedule, so that publishing loses and repeats
    nothing; any other version replaces it.
    """

    __tablename__ = "start_timer"
    __table_args__ = (Index("ix_start_timer_due_at", "due_at"),)

    process_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    element_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    timing: Mapped[str] = mapped_column(String(400))  # what the model says: kind and text
    armed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None until a worker, who knows the calendar, has looked
    is_over: Mapped[bool] = mapped_column(default=False)  # it will not begin another case
    remaining: Mapped[int | None]  # how many cases it still begins; None is without end
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]  # set while it is being fired, and after a failure
    problem: Mapped[str | None] = mapped_column(Text)  # why the last case could not begin
    missed_at: Mapped[datetime | None]  # the first moment whose case was left out, until one begins
