"""
The tables of nominations: the truth behind the cases.

A case holds ids and routing facts; statements, reasons, scores and votes live
here. Whoever reads an assessment or a vote asks the services, which keep
unread what nobody may read yet.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.nomination_states import FINAL, NominationState
from workflows.people_tables import Person
from workflows.pool_tables import Pool
from workflows.vocabulary import stored

_IS_OPEN = text(f"state NOT IN ({', '.join(repr(state.value) for state in sorted(FINAL))})")


class Nomination(Base):
    """A proposal that a person should become a member of a pool."""

    __tablename__ = "nomination"
    __table_args__ = (
        Index(
            "uq_nomination_open",
            "candidate_id",
            "pool_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_nomination_pool_state", "pool_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), unique=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    nominator: Mapped[str] = mapped_column(String(120))  # a username
    channel: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text)
    state: Mapped[NominationState] = mapped_column(
        stored(NominationState), default=NominationState.SUBMITTED
    )
    nominated_at: Mapped[datetime]
    state_since: Mapped[datetime]
    facts_at: Mapped[datetime | None]  # when the eligibility was last decided
    vetted_at: Mapped[datetime | None]  # when the checks were last complete
    recommendation: Mapped[str | None] = mapped_column(String(40))
    quorum_failures: Mapped[int] = mapped_column(default=0)

    candidate: Mapped[Person] = relationship(lazy="raise_on_sql")
    pool: Mapped[Pool] = relationship(lazy="raise_on_sql")


class NominationStep(Base):
    """One step in the life of a nomination; appended, never changed."""

    __tablename__ = "nomination_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    from_state: Mapped[NominationState | None] = mapped_column(
        stored(NominationState, "from_state")
    )
    to_state: Mapped[NominationState] = mapped_column(stored(NominationState, "to_state"))
    reason: Mapped[str] = mapped_column(String(60), default="")
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class NominationText(Base):
    """Something that somebody wrote about a nomination: a reason, a letter, an answer."""

    __tablename__ = "nomination_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    author: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class Waiver(Base):
    """Whether somebody agrees to an exception from a soft rule."""

    __tablename__ = "waiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))  # head or pool
    approver: Mapped[str] = mapped_column(String(120))
    approves: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]


class VettingCheck(Base):
    """A statement that an office is asked for; open until somebody answers."""

    __tablename__ = "vetting_check"
    __table_args__ = (
        CheckConstraint("result IN ('clear', 'concern', 'failed')", name="result"),
        CheckConstraint("(result IS NULL) = (answered_at IS NULL)", name="answer_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(120))
    result: Mapped[str | None] = mapped_column(String(10))
    statement: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(120), default="")


class ConflictDeclaration(Base):
    """How somebody who judges is bound to the candidate, and what follows from it."""

    __tablename__ = "conflict_declaration"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    person: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20))  # reviewer or panel
    is_answered: Mapped[bool]
    relation: Mapped[str] = mapped_column(String(30), default="")
    financial_tie: Mapped[bool] = mapped_column(default=False)
    other_declared: Mapped[bool] = mapped_column(default=False)
    details: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20))
    declared_at: Mapped[datetime]


class Assessment(Base):
    """
    What one reviewer thinks of the candidate.

    Sealed until `released_at`: nobody reads it before all assessments are in.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("nomination_id", "reviewer"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    reviewer: Mapped[str] = mapped_column(String(120))
    scores: Mapped[dict[str, Any]]  # 1 to 5 by indicator
    score: Mapped[float]  # 0 to 100, weighted
    comment: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class RecommendationBallot(Base):
    """The counts of an anonymous ballot; nothing tells who voted how."""

    __tablename__ = "recommendation_ballot"
    __table_args__ = (CheckConstraint("issued >= 0 AND returned >= 0 AND yes >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    issued: Mapped[int]
    returned: Mapped[int]
    yes: Mapped[int]
    is_void: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class PanelMeeting(Base):
    """One meeting of a panel about one nomination; without a quorum there are several."""

    __tablename__ = "panel_meeting"
    __table_args__ = (UniqueConstraint("nomination_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    number: Mapped[int]
    seats: Mapped[list[str]]  # usernames
    convened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(20))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    minutes: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[str] = mapped_column(Text, default="")


class PanelVote(Base):
    """The vote of one seat; the primary key lets nobody vote twice."""

    __tablename__ = "panel_vote"
    __table_args__ = (CheckConstraint("vote IN ('yes', 'no', 'defer')", name="vote"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("panel_meeting.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(120), primary_key=True)
    vote: Mapped[str] = mapped_column(String(5))
    cast_at: Mapped[datetime]


class PublicNotice(Base):
    """Name, post and pool on display, so that people may object."""

    __tablename__ = "public_notice"
    __table_args__ = (CheckConstraint("working_days BETWEEN 5 AND 15", name="working_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), unique=True)
    body: Mapped[str] = mapped_column(Text)
    working_days: Mapped[int]
    published_at: Mapped[datetime]
    taken_down_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(30))


class Objection(Base):
    """An objection during a public notice. Restricted: the conduct office alone reads it."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("finding IN ('none', 'minor', 'serious')", name="finding"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    category: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    objector: Mapped[str | None] = mapped_column(String(120))  # None: anonymous
    received_at: Mapped[datetime]
    inquiry_began_at: Mapped[datetime | None]
    finding: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))


class Acknowledgement(Base):
    """That an adverse outcome was made known: signed, refused or met with silence."""

    __tablename__ = "acknowledgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    person: Mapped[str] = mapped_column(String(120))
    answer: Mapped[str] = mapped_column(String(10))  # signed, refused, silent
    witnesses: Mapped[list[str]] = mapped_column(default=list)
    recorded_at: Mapped[datetime]


class IntakeRecord(Base):
    """What was signed, said and agreed when somebody became a member."""

    __tablename__ = "intake_record"

    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), primary_key=True)
    signed_at: Mapped[datetime | None]
    strengths: Mapped[str] = mapped_column(Text, default="")
    wishes: Mapped[str] = mapped_column(Text, default="")
    aspiration: Mapped[str] = mapped_column(Text, default="")
    baseline_grade: Mapped[str | None] = mapped_column(String(1))
    welcomed_on: Mapped[date | None]
    welcome_notes: Mapped[str] = mapped_column(Text, default="")
