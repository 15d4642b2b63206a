"""Words for the codes that data of cases hold: by the name of the value, or by the decision."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.correction_words import DECISIONS, SIGNS
from webapp.exit_wording import APPEAL_GROUNDS, APPEAL_MATTERS, APPEAL_OUTCOMES, EXIT_REASONS
from webapp.recalling import recalled
from webapp.review_wording import NINE_BOXES
from webapp.training_words import MEASURES, RESULTS
from webapp.wording import READINESS, TIERS
from workflows.correction_states import SignCode
from workflows.screening import in_words

Words = Mapping[str, LazyString]

ELIGIBILITY: Words = {
    "ELIGIBLE": _l("Eligible"),
    "INELIGIBLE": _l("Not eligible"),
    "HOLD": _l("On hold until an investigation ends"),
    "WAIVER_NEEDED": _l("An exception is needed"),
}
ELIGIBILITY_REASONS: Words = {
    "not_active": _l("does not work here at the moment"),
    "service_years": _l("too few years of service"),
    "time_in_level": _l("too short a time on the present level"),
    "grade_below_B": _l("a grade below B in the last three years"),
    "discipline_active": _l("a disciplinary measure is in effect"),
    "cooling_off": _l("a waiting time after an earlier case is running"),
    "already_member": _l("is a member of the pool already"),
    "under_investigation": _l("an investigation is open"),
    "education": _l("the level of education"),
    "frontline_experience": _l("too little experience in the front line"),
    "age": _l("the age limit of the pool"),
}
CONFLICTS: Words = {
    "CLEAR": _l("No tie that matters"),
    "DISCLOSE": _l("A tie that is made known"),
    "SPEAK_NO_VOTE": _l("May speak, but not vote"),
    "RECUSE": _l("A tie that is too close"),
}
RECOMMENDATIONS: Words = {
    "RECOMMEND": _l("Recommended"),
    "RECOMMEND_WITH_CONDITIONS": _l("Recommended with conditions"),
    "NOT_RECOMMEND": _l("Not recommended"),
    "DISCUSS": _l("To be talked about"),
    "INSUFFICIENT": _l("Too few answers"),
}
VOTES: Words = {
    "APPROVE": _l("Approved"),
    "REJECT": _l("Rejected"),
    "DEFER": _l("Deferred: there are questions"),
    "NO_QUORUM": _l("Too few voted"),
    "NO_PANEL": _l("Too few may vote"),
}
NOTICES: Words = {
    "CONFIRM": _l("Confirmed"),
    "CONFIRM_WITH_CORRECTION": _l("Confirmed, with a correction"),
    "WAIT": _l("An inquiry is open"),
    "ESCALATE": _l("The inquiry takes too long"),
    "REVOKE": _l("Revoked"),
}
SEATS: Words = {
    "ADMIT": _l("There is a place"),
    "ADMIT_WITH_JUSTIFICATION": _l("There is a place, with a reason"),
    "WAITLIST": _l("Waits for a seat"),
    "BLOCK_NO_PLAN": _l("No approved plan has a place"),
}
WARNINGS: Words = {
    "NONE": _l("Nothing stands out"),
    "CARE": _l("Care"),
    "WATCH": _l("Watch"),
    "ALERT": _l("Alert"),
    "CRITICAL": _l("Critical"),
}
EXITS: Words = {
    "RETAIN": _l("Stays in the pool"),
    "SUSPEND": _l("The membership rests"),
    "RENEWAL_REVIEW": _l("A second term is looked at"),
    "EXIT_APPOINTED": _l("Leaves: appointed to a post"),
    "EXIT_LEFT_ORG": _l("Leaves: left the organisation"),
    "EXIT_WITHDRAWN": _l("Leaves: by choice"),
    "EXIT_AGED_OUT": _l("Leaves: age limit of the pool"),
    "EXIT_TERM_END": _l("Leaves: end of the term"),
    "PROPOSE_REMOVAL:discipline": _l("Removal: disciplinary measure"),
    "PROPOSE_REMOVAL:grade_D": _l("Removal: last grade D"),
    "PROPOSE_REMOVAL:two_C": _l("Removal: last two grades C"),
    "PROPOSE_REMOVAL:correction_failed": _l("Removal: a correction failed"),
    "PROPOSE_REMOVAL:refused_twice": _l("Removal: postings refused"),
    "PROPOSE_REMOVAL:plan_failed": _l("Removal: training plan failed"),
}
MENTORS: Words = {
    "OK": _l("May mentor"),
    "BLOCKED:coi": _l("Barred by a tie that is too close"),
    "BLOCKED:reporting_line": _l("Barred as a superior"),
    "BLOCKED:standing": _l("Barred by a correction"),
    "BLOCKED:level": _l("Barred: the level is too low"),
    "BLOCKED:load": _l("Barred: mentors enough members"),
}
SOURCES: Words = {
    "hr": _l("HR"),
    "complaint": _l("A complaint"),
    "audit": _l("An audit"),
    "observation": _l("An observation"),
    "check_in": _l("A check-in"),
    "training": _l("The training plan"),
    "review": _l("The periodic review"),
}
RISKS: Words = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High")}
CAUSES: Words = {
    **EXIT_REASONS,
    "check_in": _l("A check-in"),
    "review": _l("The review"),
    "correction": _l("Care and correction"),
    "missed_contacts": _l("Missed contacts"),
}
FINDINGS: Words = {
    **SIGNS,
    "workload": _l("The workload does not leave the time"),
    "unfit": _l("A measure does not fit"),
    "new_goal": _l("The goals have changed"),
    "new_task": _l("There is a new task"),
    "other": _l("Something else"),
}
_PROPOSALS: Words = {**DECISIONS, **EXITS}
_RESULTS: Words = {**RESULTS, "COURSE_FAILED": _l("Too much leave from the course")}
# The data say these in English; where the sentence is known, the reader's language has it.
_SIGN_SENTENCES: Words = {code.words: SIGNS[code] for code in SignCode}
_REASON_SENTENCES: Words = {in_words(code): words for code, words in ELIGIBILITY_REASONS.items()}

BY_DECISION: Mapping[str, Words] = {
    "eligibility": ELIGIBILITY,
    "conflict_of_interest": CONFLICTS,
    "vetting_recommendation": RECOMMENDATIONS,
    "panel_vote": VOTES,
    "notice_outcome": NOTICES,
    "quota": SEATS,
    "nine_box": NINE_BOXES,
    "readiness": READINESS,
    "early_warning": WARNINGS,
    "correction_level": DECISIONS,
    "checkpoint": DECISIONS,
    "training_recommendation": MEASURES,
    "training_compliance": _RESULTS,
    "exit_decision": EXITS,
    "mentor_eligibility": MENTORS,
    "sla_tier": {"ON_TIME": _l("On time"), **TIERS},
}
# What services told the next person, kept in the data of the case as an English sentence.
_NOTICES = frozenset(
    {
        "calibration_notice",
        "match_notice",
        "rater_notice",
        "refusal_text",
        "reviewer_notice",
        "substitute_notice",
        "wish_notice",
    }
)
# A model says this itself.
NOTICES_OF_MODELS = (
    _l("This person cannot assess the candidate: bound, seated already, or unknown."),
)
_BY_NAME: Mapping[str, Words] = {
    **BY_DECISION,
    "matter": APPEAL_MATTERS,
    "appeal_ground": APPEAL_GROUNDS,
    "outcome": {**APPEAL_OUTCOMES, **VOTES, **ELIGIBILITY},
    "panel_outcome": VOTES,
    "recommendation": RECOMMENDATIONS,
    "conflict": CONFLICTS,
    "proposal": _PROPOSALS,
    "level": {**DECISIONS, **WARNINGS},
    "warning_level": WARNINGS,
    "compliance": _RESULTS,
    "reasons": ELIGIBILITY_REASONS,
    "reason_codes": ELIGIBILITY_REASONS,
    "waiver_reasons": _REASON_SENTENCES,
    "sign_code": SIGNS,
    "sign_source": SOURCES,
    "sign_words": _SIGN_SENTENCES,
    "risk_class": RISKS,
    "cause": CAUSES,
    "finding": FINDINGS,
    "exit_reason": EXIT_REASONS,
}


def word_for(name: str, value: str) -> str | None:
    """Return the words for a code that stands under a name in the data, or None."""
    if name in _NOTICES:
        return recalled(value)
    found = _BY_NAME.get(name, {}).get(value)
    return None if found is None else str(found)
