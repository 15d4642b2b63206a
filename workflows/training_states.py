"""The closed vocabularies of training: states, tracks and kinds, stored by their value."""

from enum import StrEnum


class TrainingPlanState(StrEnum):
    """How far the plan of a member for a year is."""

    DRAFT = "draft"
    APPROVED = "approved"
    CLOSED = "closed"


class ItemState(StrEnum):
    """How far one measure of a plan is; it begins to run when the plan is approved."""

    DRAFT = "draft"
    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Say whether something is still to be done."""
        return self in OPEN_ITEMS


OPEN_ITEMS = frozenset({ItemState.DRAFT, ItemState.PLANNED, ItemState.RUNNING})


class Track(StrEnum):
    """What kind of learning a measure is."""

    THEORY = "theory"
    SELF_STUDY = "self_study"
    POSTING = "posting"
    ROTATION = "rotation"
    URGENT = "urgent"
    PROJECT = "project"
    COACHING = "coaching"


class Direction(StrEnum):
    """Where a posting leads: up to a higher office, or down to the front line."""

    UP = "up"
    DOWN = "down"


class Consent(StrEnum):
    """Whether the member agreed to a posting with relocation or hazard."""

    NOT_NEEDED = "not_needed"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class HoursKind(StrEnum):
    """Who organised the hours that were learned."""

    ORGANISED = "organised"
    SELF = "self"


class EnrolmentState(StrEnum):
    """How far the attendance of a course is."""

    ENROLLED = "enrolled"
    ATTENDED = "attended"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PostingState(StrEnum):
    """How far a posting is."""

    MATCHED = "matched"
    AGREED = "agreed"
    RUNNING = "running"
    ENDED = "ended"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


class RiskClass(StrEnum):
    """How dangerous an urgent task is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Compliance(StrEnum):
    """What the decision says about the hours of a member."""

    MET = "MET"
    ON_TRACK = "ON_TRACK"
    BEHIND = "BEHIND"
    NOT_MET = "NOT_MET"
    COURSE_FAILED = "COURSE_FAILED"
