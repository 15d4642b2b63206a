"""The words in which signs and corrections are recorded, and what follows from a level."""

from enum import StrEnum


class SignCode(StrEnum):
    """What can be noticed about a member; the rules for early warning give each its points."""

    GRADE_DROP = "grade_drop"
    PACE_70 = "training_pace_lt_70"
    PACE_40 = "training_pace_lt_40"
    OVERDUE = "overdue_tasks_ge_3"
    MISSED_CHECK_INS = "missed_checkins_ge_2"
    ABSENCE = "unexplained_absence_ge_3"
    GAP = "self_other_gap_ge_1_5"
    POSTING = "posting_below_expectation"
    COMPLAINT_MINOR = "complaint_minor_upheld"
    COMPLAINT_SERIOUS = "complaint_serious_upheld"
    AUDIT = "audit_integrity_flag"
    WELLBEING = "wellbeing_request"

    @property
    def words(self) -> str:
        """Return what the code means, for people."""
        return _SIGNS[self]


class SignState(StrEnum):
    """How far a sign is; only a verified one counts."""

    RAISED = "raised"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """How grave a verified sign is, in rising order."""

    CARE = "care"
    ORDINARY = "ordinary"
    SERIOUS = "serious"
    MISCONDUCT = "misconduct"

    @property
    def is_grave(self) -> bool:
        """Say whether a plan that runs cannot simply go on."""
        return self in (Severity.SERIOUS, Severity.MISCONDUCT)


class Level(StrEnum):
    """The level of a case; what is referred is decided outside this product."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    REFER = "REFER"

    @property
    def number(self) -> int:
        """Return the level as the rules count it; a referral weighs like the highest."""
        return 3 if self is Level.REFER else int(self.value[1])

    @property
    def needs_hearing(self) -> bool:
        """Say whether the member must have been heard before."""
        return self is not Level.L0

    @property
    def is_for_the_head(self) -> bool:
        """Say whether only the accountable head decides on it."""
        return self in (Level.L2, Level.L3, Level.REFER)

    @property
    def plan_days(self) -> int:
        """Return how many calendar days the plan for improvement takes."""
        return {Level.L1: 30, Level.L2: 60, Level.L3: 90}.get(self, 0)

    @property
    def checkpoint_days(self) -> int:
        """Return the calendar days from one checkpoint to the next."""
        return 30 if self is Level.L1 else 15

    @property
    def way(self) -> str:
        """Return the way in which the member is spoken to."""
        return _WAYS[self]


class CaseState(StrEnum):
    """Whether a case goes on; a member has one open case at most."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    DISMISSED = "dismissed"
    CARED = "cared"
    CORRECTED = "corrected"
    RESUMED = "resumed"
    EXIT_PROPOSED = "exit_proposed"
    APPEAL_UPHELD = "appeal_upheld"
    LEFT_POOL = "left_pool"
    ABANDONED = "abandoned"


class Step(StrEnum):
    """How a plan goes on after a checkpoint."""

    CONTINUE = "CONTINUE"
    INTENSIFY = "INTENSIFY"
    CLOSE = "CLOSE"
    EXTEND = "EXTEND_30D"
    ESCALATE = "ESCALATE"


class Occasion(StrEnum):
    """Why a checkpoint is held: it was time, or a new serious sign came."""

    SCHEDULED = "scheduled"
    SIGN = "sign"


def retention_months(level: Level | None) -> int:
    """Return how long a closed case is kept: care 12 months, a reminder 24, the rest 36."""
    if level is None or level is Level.L0:
        return 12
    return 24 if level is Level.L1 else 36


_WAYS = {
    Level.L0: "care_talk",
    Level.L1: "reminder",
    Level.L2: "inquiry",
    Level.L3: "admonition",
    Level.REFER: "referral",
}
_SIGNS = {
    SignCode.GRADE_DROP: "The grade fell",
    SignCode.PACE_70: "Training is behind 70 per cent of its plan",
    SignCode.PACE_40: "Training is behind 40 per cent of its plan",
    SignCode.OVERDUE: "Three or more tasks are overdue",
    SignCode.MISSED_CHECK_INS: "Two or more check-ins were refused",
    SignCode.ABSENCE: "Three or more days of absence are unexplained",
    SignCode.GAP: "Own and other ratings differ widely",
    SignCode.POSTING: "A posting was below expectation",
    SignCode.COMPLAINT_MINOR: "A minor complaint proved true",
    SignCode.COMPLAINT_SERIOUS: "A serious complaint proved true",
    SignCode.AUDIT: "An audit raised a question of integrity",
    SignCode.WELLBEING: "The member asked for support",
}
