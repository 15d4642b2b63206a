"""The tables of accounts, their sessions, tokens, groups and notices."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class Account(Base):
    """Somebody who may sign in; most belong to a person of the organisation."""

    __tablename__ = "account"

    username: Mapped[str] = mapped_column(String(120), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str] = mapped_column(String(250))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: cannot sign in
    roles: Mapped[list[str]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class GroupMember(Base):
    """That an account belongs to a named group, such as `panel:leaders`."""

    __tablename__ = "group_member"

    username: Mapped[str] = mapped_column(
        ForeignKey("account.username", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(String(120), primary_key=True, index=True)


class WebSession(Base):
    """Somebody who is signed in with a browser; the cookie's value itself is not kept."""

    __tablename__ = "web_session"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("account.username", ondelete="CASCADE"), index=True
    )
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(String(300), default="")


class ApiToken(Base):
    """A key with which a program acts for an account; the key itself is not kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("account.username", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Notification(Base):
    """A short notice to one person, shown in the application."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_recipient_id", "recipient", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(120))  # a username
    text: Mapped[str] = mapped_column(String(500))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"))
    page: Mapped[str | None] = mapped_column(String(200))  # what it leads to besides a case
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
