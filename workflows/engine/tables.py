"""The tables of the process engine. Hot paths use them as Core tables, not as entities."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.engine.bookkeeping_tables import (
    AuditEvent,
    AuditSeal,
    IdempotencyAnswer,
    MovableClockOffset,
    Outbox,
)
from workflows.engine.wait_tables import StartTimer, Subscription, Timer

__all__ = [
    "END_OF_TIME",
    "AuditEvent",
    "AuditSeal",
    "Bundle",
    "DecisionRecord",
    "DefinitionVersion",
    "Draft",
    "Duty",
    "HistoryEvent",
    "IdempotencyAnswer",
    "Incident",
    "Instance",
    "MovableClockOffset",
    "Outbox",
    "StartTimer",
    "Subscription",
    "Timer",
    "UserTask",
    "UserTaskCandidate",
]

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
"""Where work without a due date stands in the inbox: at the end."""


class DefinitionVersion(Base):
    """One immutable version of a process, decision model or form, addressed by its content."""

    __tablename__ = "definition_version"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        UniqueConstraint("kind", "key", "content_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # process, decision, form
    key: Mapped[str] = mapped_column(String(120))  # process id, decision id, form id
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    findings: Mapped[list[Any]] = mapped_column(default=list)  # warnings that did not stop it
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(120))
    is_latest: Mapped[bool] = mapped_column(default=True)


class Bundle(Base):
    """
    A process version together with the exact versions of all that it refers to.

    Newer tables, forms and called processes act on cases started later. Only a
    case that calls the latest version of a process goes on with another bundle,
    which has a newer one besides. What `manifest` says: see `manifests`.
    """

    __tablename__ = "bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(120), index=True)
    definition_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    bundle_hash: Mapped[str] = mapped_column(String(64), unique=True)
    manifest: Mapped[dict[str, Any]]
    message_starts: Mapped[list[str]] = mapped_column(default=list)  # messages that start a case
    signal_starts: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    is_active: Mapped[bool] = mapped_column(default=True)  # new cases start with it


class Instance(Base):
    """A running or finished case of a process."""

    __tablename__ = "instance"
    __table_args__ = (Index("ix_instance_definition_status", "definition_key", "status", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_key: Mapped[str] = mapped_column(String(120))
    definition_version: Mapped[int]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    business_key: Mapped[str | None] = mapped_column(String(200), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(12))  # running, completed, cancelled, incident
    state: Mapped[bytes | None] = mapped_column(LargeBinary)  # live tokens; None when finished
    data: Mapped[dict[str, Any]]  # process data of the outermost scope
    active_elements: Mapped[list[str]] = mapped_column(default=list)  # where the case is now
    version: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[str] = mapped_column(String(120), index=True)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UserTask(Base):
    """Work that waits for a person."""

    __tablename__ = "user_task"
    __table_args__ = (
        UniqueConstraint("instance_id", "token_id"),
        # What a step reads: few rows, however long the case has been going on.
        Index(
            "ix_user_task_open",
            "instance_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_user_task_inbox",
            "assignee",
            "inbox_at",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_user_task_closed",
            "assignee",
            "id",
            sqlite_where=text("state <> 'open'"),
            postgresql_where=text("state <> 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token_id: Mapped[int]
    definition_key: Mapped[str] = mapped_column(String(120))
    element_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200), default="")  # what the case is about
    state: Mapped[str] = mapped_column(String(10), default="open")  # open, completed, cancelled
    assignee: Mapped[str | None] = mapped_column(String(120))
    is_claimed: Mapped[bool] = mapped_column(default=False)  # assignee took it from a group
    candidate_groups: Mapped[list[str]] = mapped_column(default=list)
    form_key: Mapped[str | None] = mapped_column(String(120))
    duty: Mapped[str | None] = mapped_column(String(80))
    excludes: Mapped[list[str]] = mapped_column(default=list)
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    inbox_at: Mapped[datetime] = mapped_column(default=END_OF_TIME)  # due_at, or the end of time
    stalls_at: Mapped[datetime | None]  # 150 % of its time: from here on the case counts as stalled
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None] = mapped_column(String(120))
    # For whom the assignee does it, the first holder first: their duties bind the assignee too.
    on_behalf_of: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    paused_at: Mapped[datetime | None]  # its time stands still: somebody was asked something


class UserTaskCandidate(Base):
    """
    A group whose people may claim an open user task that nobody holds.

    Claiming removes the rows and releasing puts them back, so that the index
    holds exactly what the inboxes of a group show, in their order.
    """

    __tablename__ = "user_task_candidate"
    __table_args__ = (
        Index("ix_user_task_candidate_inbox", "group_name", "inbox_at", "user_task_id"),
    )

    group_name: Mapped[str] = mapped_column(String(120), primary_key=True)
    user_task_id: Mapped[int] = mapped_column(
        ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    inbox_at: Mapped[datetime] = mapped_column(default=END_OF_TIME)


class Draft(Base):
    """What a person typed into a form and has not submitted yet."""

    __tablename__ = "draft"

    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(120), primary_key=True)
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class HistoryEvent(Base):
    """One thing that happened in a case; appended, never changed."""

    __tablename__ = "history_event"

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(24))
    element_id: Mapped[str | None] = mapped_column(String(80))
    name: Mapped[str | None] = mapped_column(String(200))
    actor: Mapped[str | None] = mapped_column(String(120))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What the step was told, at its first event: to replay it, never to show it.
    log: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Duty(Base):
    """Who held which duty in a case: nominator, subject, reviewer, approver."""

    __tablename__ = "duty"
    __table_args__ = (
        # What is about somebody. Steps give other duties: only a start pays for it.
        Index(
            "ix_duty_subject",
            "username",
            "instance_id",
            sqlite_where=text("duty = 'subject'"),
            postgresql_where=text("duty = 'subject'"),
        ),
    )

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(80), primary_key=True)
    username: Mapped[str] = mapped_column(String(120), primary_key=True)


class Incident(Base):
    """A case that cannot go on by itself, with what a person can do about it."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "resolved_at", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    token_id: Mapped[int | None]
    element_id: Mapped[str | None] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))  # service_failed, expression_failed, budget, ...
    message: Mapped[str] = mapped_column(Text)
    command: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what `retry` does again
    opened_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1, server_default="1")  # how often it failed
    tried_at: Mapped[datetime | None]  # when it failed last
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(120))
    resolution: Mapped[str | None] = mapped_column(String(20))  # retried, skipped, ...


class DecisionRecord(Base):
    """One evaluation of a decision in a case: inputs, rules that matched, outcome."""

    __tablename__ = "decision_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    seq: Mapped[int]
    decision_key: Mapped[str] = mapped_column(String(120), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[dict[str, Any]]
    output: Mapped[Any] = mapped_column(JSON)
    matched_rules: Mapped[list[Any]]
    # What each rule did, where the business rule task asks for it.
    trace: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    decided_at: Mapped[datetime]
