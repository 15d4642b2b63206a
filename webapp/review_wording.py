"""Words for the codes of reviews."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.review_states import CycleKind, CycleState, GradeStage, RaterGroup, ReviewState
from workflows.review_states import SeatState as Seat

CYCLE_KINDS: Mapping[str, LazyString] = {
    CycleKind.ANNUAL: _l("Annual review"),
    CycleKind.MINI: _l("Short review"),
}
CYCLE_STATES: Mapping[str, LazyString] = {
    CycleState.OPEN: _l("Reviews are running"),
    CycleState.CALIBRATED: _l("Calibrated, being decided"),
    CycleState.CLOSED: _l("Closed"),
}
REVIEW_STATES: Mapping[str, LazyString] = {
    ReviewState.OPEN: _l("Being rated"),
    ReviewState.SCORED: _l("Provisional grade"),
    ReviewState.FINAL: _l("Final"),
    ReviewState.NOT_RATED: _l("Too few ratings"),
    ReviewState.POSTPONED: _l("Postponed"),
    ReviewState.ENDED: _l("Member left the pool"),
}
REVIEW_TONES: Mapping[str, str] = {
    ReviewState.OPEN: "blue",
    ReviewState.SCORED: "amber",
    ReviewState.FINAL: "green",
    ReviewState.NOT_RATED: "red",
    ReviewState.POSTPONED: "grey",
    ReviewState.ENDED: "grey",
}
RATER_GROUPS: Mapping[str, LazyString] = {
    RaterGroup.SUPERIOR: _l("Superior"),
    RaterGroup.PANEL: _l("HR and panel"),
    RaterGroup.PEERS: _l("Colleagues"),
    RaterGroup.SUBORDINATES: _l("Direct reports"),
    RaterGroup.MENTOR: _l("Mentor"),
}
SEAT_STATES: Mapping[str, LazyString] = {
    Seat.PROPOSED: _l("Proposed"),
    Seat.ASKED: _l("Asked"),
    Seat.ANSWERED: _l("Answered"),
    Seat.RECUSED: _l("Gave the seat back"),
    Seat.SILENT: _l("Did not answer"),
}
GRADE_STAGES: Mapping[str, LazyString] = {
    GradeStage.HEAD: _l("Accountable head"),
    GradeStage.PANEL: _l("Panel"),
    GradeStage.APPEAL: _l("After an appeal"),
}
NINE_BOXES: Mapping[str, LazyString] = {
    "Strong concern": _l("Strong concern"),
    "Inconsistent in role": _l("Inconsistent in role"),
    "Unrealised potential": _l("Unrealised potential"),
    "Solid contributor": _l("Solid contributor"),
    "Key contributor": _l("Key contributor"),
    "Emerging potential": _l("Emerging potential"),
    "Proven performer": _l("Proven performer"),
    "High achiever": _l("High achiever"),
    "Top talent": _l("Top talent"),
}


def vocabulary() -> dict[str, Any]:
    """Give templates the words for codes of reviews."""
    return {
        "CYCLE_KINDS": CYCLE_KINDS,
        "CYCLE_STATES": CYCLE_STATES,
        "REVIEW_STATES": REVIEW_STATES,
        "REVIEW_TONES": REVIEW_TONES,
        "RATER_GROUPS": RATER_GROUPS,
        "SEAT_STATES": SEAT_STATES,
        "GRADE_STAGES": GRADE_STAGES,
        "NINE_BOXES": NINE_BOXES,
    }
