"""The words of care and correction: levels, signs, decisions, outcomes."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.correction_states import CaseState, Level, Outcome, Severity, SignCode, SignState

LEVELS: Mapping[str, LazyString] = {
    Level.L0: _l("Care (level 0)"),
    Level.L1: _l("Reminder (level 1)"),
    Level.L2: _l("Inquiry and plan (level 2)"),
    Level.L3: _l("Admonition and plan (level 3)"),
    Level.REFER: _l("Referred to the conduct office"),
}
LEVEL_TONES: Mapping[str, str] = {
    Level.L0: "green",
    Level.L1: "blue",
    Level.L2: "amber",
    Level.L3: "red",
    Level.REFER: "red",
}
DECISIONS: Mapping[str, LazyString] = {
    **LEVELS,
    "NONE": _l("No correction"),
    "RESUME": _l("The membership goes on"),
    "EXIT": _l("Propose the exit"),
    "CONTINUE": _l("Go on as planned"),
    "INTENSIFY": _l("Do more"),
    "CLOSE": _l("Close: the aims are reached"),
    "EXTEND_30D": _l("Extend by 30 days"),
    "ESCALATE": _l("Go to the next level"),
}
OUTCOMES: Mapping[str, LazyString] = {
    Outcome.DISMISSED: _l("Nothing to correct"),
    Outcome.CARED: _l("The talk of care was held"),
    Outcome.CORRECTED: _l("The correction is over"),
    Outcome.RESUMED: _l("The membership goes on"),
    Outcome.EXIT_PROPOSED: _l("The exit was proposed"),
    Outcome.APPEAL_UPHELD: _l("Undone by an appeal"),
    Outcome.LEFT_POOL: _l("The member left the pool"),
    Outcome.ABANDONED: _l("The case was cancelled"),
}
STATES: Mapping[str, LazyString] = {CaseState.OPEN: _l("Open"), CaseState.CLOSED: _l("Closed")}
SIGN_STATES: Mapping[str, LazyString] = {
    SignState.RAISED: _l("Being checked"),
    SignState.VERIFIED: _l("Verified"),
    SignState.REJECTED: _l("Does not hold"),
    SignState.DUPLICATE: _l("Known already"),
}
SIGN_TONES: Mapping[str, str] = {
    SignState.RAISED: "amber",
    SignState.VERIFIED: "blue",
    SignState.REJECTED: "grey",
    SignState.DUPLICATE: "grey",
}
SEVERITIES: Mapping[str, LazyString] = {
    Severity.CARE: _l("Needs support"),
    Severity.ORDINARY: _l("Ordinary"),
    Severity.SERIOUS: _l("Serious"),
    Severity.MISCONDUCT: _l("Possible misconduct"),
}
SIGNS: Mapping[str, LazyString] = {
    SignCode.GRADE_DROP: _l("The grade fell"),
    SignCode.PACE_70: _l("Training is behind 70 per cent of its plan"),
    SignCode.PACE_40: _l("Training is behind 40 per cent of its plan"),
    SignCode.OVERDUE: _l("Three or more tasks are overdue"),
    SignCode.MISSED_CHECK_INS: _l("Two or more check-ins were refused"),
    SignCode.ABSENCE: _l("Three or more days of absence are unexplained"),
    SignCode.GAP: _l("Own and other ratings differ widely"),
    SignCode.POSTING: _l("A posting was below expectation"),
    SignCode.COMPLAINT_MINOR: _l("A minor complaint proved true"),
    SignCode.COMPLAINT_SERIOUS: _l("A serious complaint proved true"),
    SignCode.AUDIT: _l("An audit raised a question of integrity"),
    SignCode.WELLBEING: _l("The member asked for support"),
}
TEXTS: Mapping[str, LazyString] = {
    "hearing": _l("The member was heard"),
    "talk": _l("Record of the talk"),
    "reply": _l("Reply to the inquiry"),
    "admonition": _l("Admonition"),
    "agreement": _l("Remark on the plan"),
}
ANSWERS: Mapping[str, LazyString] = {
    "signed": _l("The member signed"),
    "refused": _l("The member did not sign"),
    "silent": _l("The member did not answer"),
}


def vocabulary() -> dict[str, Mapping[str, object]]:
    """Return the words that templates use, by the name they have there."""
    return {
        "CORRECTION_LEVELS": LEVELS,
        "CORRECTION_TONES": LEVEL_TONES,
        "CORRECTION_DECISIONS": DECISIONS,
        "CORRECTION_OUTCOMES": OUTCOMES,
        "CORRECTION_STATES": STATES,
        "CORRECTION_TEXTS": TEXTS,
        "CORRECTION_ANSWERS": ANSWERS,
        "SIGNS": SIGNS,
        "SIGN_STATES": SIGN_STATES,
        "SIGN_TONES": SIGN_TONES,
        "SEVERITIES": SEVERITIES,
    }
