"""The tables of what is learned in hours: courses, their attendance, and self-study."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.training_states import EnrolmentState
from workflows.vocabulary import stored

_IS_ENROLLED = text("state IN ('enrolled', 'attended')")


class Course(Base):
    """A course of the catalogue; its theme serves a campaign where there is one."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("class_hours > 0", name="class_hours"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(60), default="")
    campaign: Mapped[str] = mapped_column(String(120), default="")
    class_hours: Mapped[float]
    is_offered: Mapped[bool] = mapped_column(default=True)


class CourseEnrolment(Base):
    """That a member takes a course for a measure, and how it went."""

    __tablename__ = "course_enrolment"
    __table_args__ = (
        Index(
            "uq_course_enrolment_open",
            "item_id",
            unique=True,
            sqlite_where=_IS_ENROLLED,
            postgresql_where=_IS_ENROLLED,
        ),
        CheckConstraint("hours >= 0 AND leave_hours >= 0", name="hours"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint(
            "state <> 'completed' OR (confirmed_by IS NOT NULL AND application <> '')",
            name="completion_is_shown",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("training_item.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(
        stored(EnrolmentState), default=EnrolmentState.ENROLLED
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[float] = mapped_column(default=0)  # attended
    leave_hours: Mapped[float] = mapped_column(default=0)
    application: Mapped[str] = mapped_column(Text, default="")  # what was applied on the job
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(120))
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    enrolled_at: Mapped[datetime]


class StudyEntry(Base):
    """What a member says to have studied; hours are booked when somebody verified it."""

    __tablename__ = "study_entry"
    __table_args__ = (
        CheckConstraint("hours > 0 AND hours <= 200", name="hours"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint("(is_accepted IS NULL) = (verified_by IS NULL)", name="verified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("training_item.id"), index=True)
    hours: Mapped[float]
    evidence: Mapped[str] = mapped_column(Text)
    logged_at: Mapped[datetime]
    is_accepted: Mapped[bool | None]
    verified_by: Mapped[str | None] = mapped_column(String(120))
    comment: Mapped[str] = mapped_column(Text, default="")
