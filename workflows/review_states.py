"""The closed vocabularies of periodic reviews, and the windows of the two kinds of cycle."""

from enum import StrEnum

INDICATORS = ("V", "P", "L", "R", "D", "I")
INTEGRITY = "I"


class CycleKind(StrEnum):
    """How thorough a cycle is."""

    ANNUAL = "annual"
    MINI = "mini"


class CycleState(StrEnum):
    """How far a cycle is; a calibrated one still waits for its last reviews."""

    OPEN = "open"
    CALIBRATED = "calibrated"
    CLOSED = "closed"


class ReviewState(StrEnum):
    """How far a review is."""

    OPEN = "open"
    SCORED = "scored"  # has a provisional grade
    FINAL = "final"
    NOT_RATED = "not_rated"  # too few people rated
    POSTPONED = "postponed"  # the member is away
    ENDED = "ended"  # the member left the pool

    @property
    def label(self) -> str:
        """Return the state in words."""
        return self.value.replace("_", " ")


class RaterGroup(StrEnum):
    """From where somebody knows the member."""

    SUPERIOR = "superior"
    PANEL = "panel"
    PEERS = "peers"
    SUBORDINATES = "subordinates"
    MENTOR = "mentor"


class SeatState(StrEnum):
    """What became of the seat of a rater."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ANSWERED = "answered"
    RECUSED = "recused"  # declared a tie that is too close, or declared nothing
    SILENT = "silent"


class GradeStage(StrEnum):
    """Who gave a grade: a decision of the head, a voice of the panel, or after an appeal."""

    HEAD = "head"
    PANEL = "panel"
    APPEAL = "appeal"


WAITING = (ReviewState.OPEN,)
UNFINISHED = (ReviewState.OPEN, ReviewState.SCORED)

# Working days, as the processes read them: the annual cycle takes eight weeks, the mini one two.
WINDOWS: dict[CycleKind, dict[str, str]] = {
    CycleKind.ANNUAL: {
        "report_window": "P10BD",
        "report_remind": "P7BD",
        "list_window": "P3BD",
        "rating_window": "P10BD",
        "rating_remind": "P5BD",
        "rating_again": "P8BD",
        "rating_close": "P12BD",
        "decision_window": "P5BD",
        "talk_window": "P10BD",
    },
    CycleKind.MINI: {
        "report_window": "P3BD",
        "report_remind": "P2BD",
        "list_window": "P1BD",
        "rating_window": "P3BD",
        "rating_remind": "P1BD",
        "rating_again": "P2BD",
        "rating_close": "P4BD",
        "decision_window": "P2BD",
        "talk_window": "P10BD",
    },
}
CALIBRATION_AFTER = {CycleKind.ANNUAL: "P35BD", CycleKind.MINI: "P11BD"}
