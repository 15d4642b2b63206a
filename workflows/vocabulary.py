"""The closed vocabularies of people and pools, stored by their value."""

from enum import StrEnum

from sqlalchemy import Enum


class EmploymentStatus(StrEnum):
    """Whether a person works here at the moment."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Temperature(StrEnum):
    """How much pressure a post puts on the person who holds it."""

    HOT = "hot"
    NORMAL = "normal"
    COLD = "cold"


class SpellKind(StrEnum):
    """Where experience was gained."""

    FRONTLINE = "frontline"
    HEADQUARTERS = "headquarters"
    EXTERNAL = "external"


class RelationKind(StrEnum):
    """What ties two people together; the first four and `mentor` are declared, never derived."""

    SPOUSE = "spouse"
    DIRECT_KIN = "direct_kin"
    COLLATERAL = "collateral_3gen"
    IN_LAW = "close_in_law"
    MENTOR = "mentor"


class PoolKind(StrEnum):
    """What a pool prepares people for."""

    LEADERSHIP = "leadership"
    SPECIALIST = "specialist"


class Visibility(StrEnum):
    """Who may know that a person is a member."""

    OPEN = "open"
    CONFIDENTIAL = "confidential"


class PlanState(StrEnum):
    """How far a plan is; only an approved plan admits people."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class Horizon(StrEnum):
    """How soon a member is meant to take a post."""

    NEAR = "near"
    MID = "mid"
    LONG = "long"


class Lifecycle(StrEnum):
    """The one state of a membership."""

    INTAKE = "INTAKE"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    UNDER_CONSIDERATION = "UNDER_CONSIDERATION"
    RENEWAL_DUE = "RENEWAL_DUE"
    EXIT_PROPOSED = "EXIT_PROPOSED"
    EXITED = "EXITED"


class Readiness(StrEnum):
    """How soon a member could take the target post."""

    NOT_RATED = "NOT_RATED"
    READY_NOW = "READY_NOW"
    READY_1Y = "READY_1Y"
    READY_1_3Y = "READY_1_3Y"
    READY_3Y_PLUS = "READY_3Y_PLUS"
    NOT_READY = "NOT_READY"


class Standing(StrEnum):
    """Whether a member is in any stage of correction."""

    GOOD = "GOOD"
    CARE = "CARE"
    WATCH = "WATCH"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"

    @property
    def correction_level(self) -> int:
        """Return the level of correction as decisions count it; 0 where there is none."""
        levels = (Standing.L1, Standing.L2, Standing.L3)
        return levels.index(self) + 1 if self in levels else 0


class Role(StrEnum):
    """The roles that an account may have; each is also a group that user tasks may name."""

    MEMBER = "member"
    MENTOR = "mentor"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    HR = "hr"
    DESIGNER = "designer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class AgeBand(StrEnum):
    """How long a case has stood still, in working days."""

    FRESH = "0-5"
    WEEK = "6-10"
    MONTH = "11-20"
    OLD = "over-20"


class AbsenceKind(StrEnum):
    """Why somebody is away, as much as colleagues need to know."""

    HOLIDAY = "holiday"
    DUTY_TRAVEL = "duty_travel"
    LEAVE = "leave"  # parental, care, study
    OTHER = "other"  # illness among them: nobody need say so


class MoveCause(StrEnum):
    """Why a user task of somebody who left went where it went."""

    GIVER = "giver"  # back to the one for whom the leaver did it
    SUBSTITUTE = "substitute"
    SUPERIOR = "superior"
    GROUPS = "groups"
    HR = "hr"


class QuestionEnd(StrEnum):
    """How a question to somebody ended."""

    ANSWERED = "answered"
    RECALLED = "recalled"
    DROPPED = "dropped"  # the user task went away meanwhile


class Tier(StrEnum):
    """How much of its time a user task has used, as the decision `sla_tier` says."""

    ON_TIME = "ON_TIME"
    REMIND = "REMIND"
    WARN = "WARN"
    ESCALATE = "ESCALATE"
    STALLED = "STALLED"


def stored(vocabulary: type[StrEnum], column: str = "") -> Enum:
    """
    Return the column type that keeps a vocabulary by value and lets nothing else in.

    Where a table has two columns of one vocabulary, `column` tells their constraints apart.
    """
    return Enum(
        vocabulary,
        name=column or vocabulary.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )
