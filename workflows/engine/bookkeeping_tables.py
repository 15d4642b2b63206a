"""The tables beside the cases: outbox, answers to repeated requests, audit, movable clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class Outbox(Base):
    """A notice or mail that leaves after the commit, at least once; `id` is its idempotency key."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Only what waits, so that letters of years make no look slower.
        Index(
            "ix_outbox_waiting",
            "kind",
            "created_at",
            "id",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        # Only what somebody has given up: what has left has no problem.
        Index(
            "ix_outbox_dropped",
            "sent_at",
            "id",
            sqlite_where=text("sent_at IS NOT NULL AND problem IS NOT NULL"),
            postgresql_where=text("sent_at IS NOT NULL AND problem IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)  # instance:seq:n
    kind: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # Set while it is being sent and after a failed attempt; empty when nobody tries any more.
    retry_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(300))  # why the last attempt failed


class IdempotencyAnswer(Base):
    """The stored answer of a request, given again when the same request is repeated."""

    __tablename__ = "idempotency_answer"

    actor: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AuditEvent(Base):
    """Who did what to which object, written in the same transaction; never changed."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AuditSeal(Base):
    """
    One link of the audit chain: that this entry stood at this place, after that of the last seal.

    A table of its own, so that whoever writes an entry waits for nobody, and
    no entry is ever touched again.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # without gaps
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    mac: Mapped[bytes] = mapped_column(LargeBinary)  # over the entry and the seal before


class MovableClockOffset(Base):
    """How far people moved the clock of a demonstration forward; one row."""

    __tablename__ = "movable_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int] = mapped_column(default=0)


class Sweep(Base):
    """A look at many cases that is repeated, and how far it has come."""

    __tablename__ = "sweep"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)  # the last case that was looked at
    round_ended_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(300))
