"""Words for what the data says in codes: states, levels of readiness, outcomes of decisions."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.texts import gettext as _
from workflows.nomination_states import NominationState
from workflows.vocabulary import (
    AbsenceKind,
    Horizon,
    Lifecycle,
    MoveCause,
    Readiness,
    SpellKind,
    Standing,
    Tier,
)

LIFECYCLES: Mapping[str, LazyString] = {
    Lifecycle.INTAKE: _l("In intake"),
    Lifecycle.ACTIVE: _l("Active"),
    Lifecycle.SUSPENDED: _l("Suspended"),
    Lifecycle.UNDER_CONSIDERATION: _l("Considered for a post"),
    Lifecycle.RENEWAL_DUE: _l("Renewal due"),
    Lifecycle.EXIT_PROPOSED: _l("Exit proposed"),
    Lifecycle.EXITED: _l("Left the pool"),
}
LIFECYCLE_TONES: Mapping[str, str] = {
    Lifecycle.INTAKE: "blue",
    Lifecycle.ACTIVE: "green",
    Lifecycle.SUSPENDED: "amber",
    Lifecycle.UNDER_CONSIDERATION: "blue",
    Lifecycle.RENEWAL_DUE: "amber",
    Lifecycle.EXIT_PROPOSED: "red",
    Lifecycle.EXITED: "grey",
}
READINESS: Mapping[str, LazyString] = {
    Readiness.NOT_RATED: _l("Not rated yet"),
    Readiness.READY_NOW: _l("Ready now"),
    Readiness.READY_1Y: _l("Ready within a year"),
    Readiness.READY_1_3Y: _l("Ready in one to three years"),
    Readiness.READY_3Y_PLUS: _l("Ready in more than three years"),
    Readiness.NOT_READY: _l("Not ready"),
}
HORIZONS: Mapping[str, LazyString] = {
    Horizon.NEAR: _l("Near term"),
    Horizon.MID: _l("Medium term"),
    Horizon.LONG: _l("Long term"),
}
STANDINGS: Mapping[str, LazyString] = {
    Standing.GOOD: _l("Good"),
    Standing.CARE: _l("Care"),
    Standing.WATCH: _l("Watch"),
    Standing.L1: _l("Correction, level 1"),
    Standing.L2: _l("Correction, level 2"),
    Standing.L3: _l("Correction, level 3"),
}
NOMINATION_STATES: Mapping[str, LazyString] = {
    NominationState.DRAFT: _l("Draft"),
    NominationState.SUBMITTED: _l("Waits for consent"),
    NominationState.SCREENING: _l("Is being checked for eligibility"),
    NominationState.INELIGIBLE: _l("Not eligible"),
    NominationState.HOLD: _l("On hold until an investigation ends"),
    NominationState.WAIVER: _l("An exception is being decided"),
    NominationState.VETTING: _l("Is being vetted"),
    NominationState.PANEL: _l("Before the panel"),
    NominationState.REJECTED: _l("Rejected"),
    NominationState.DEFERRED: _l("The panel has questions"),
    NominationState.WAITLISTED: _l("Waits for a seat"),
    NominationState.APPROVED: _l("Approved"),
    NominationState.NOTICE: _l("On public notice"),
    NominationState.INQUIRY: _l("An objection is being looked into"),
    NominationState.NOTICE_DONE: _l("The public notice is over"),
    NominationState.REVOKED: _l("Revoked"),
    NominationState.CONFIRMED: _l("Confirmed"),
    NominationState.WITHDRAWN: _l("Withdrawn"),
    NominationState.EXPIRED: _l("Expired"),
}
EXPERIENCE: Mapping[str, LazyString] = {
    SpellKind.FRONTLINE: _l("On the front line"),
    SpellKind.HEADQUARTERS: _l("At headquarters"),
    SpellKind.EXTERNAL: _l("Outside the organisation"),
}
CASE_STATUSES: Mapping[str, LazyString] = {
    "running": _l("Running"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
    "incident": _l("Needs attention"),
}
CASE_TONES: Mapping[str, str] = {
    "running": "blue",
    "completed": "green",
    "cancelled": "grey",
    "incident": "red",
}
CHANNELS: Mapping[str, LazyString] = {
    "unit": _l("The unit proposes"),
    "self": _l("The person applies"),
    "ballot": _l("A ballot of colleagues"),
    "panel": _l("The panel proposes"),
    "referral": _l("A referral"),
}
TIERS: Mapping[str, LazyString] = {
    Tier.REMIND: _l("Half of its time is over"),
    Tier.WARN: _l("Most of its time is over"),
    Tier.ESCALATE: _l("Its time is over"),
    Tier.STALLED: _l("Long overdue"),
}
TIER_TONES: Mapping[str, str] = {
    Tier.REMIND: "blue",
    Tier.WARN: "amber",
    Tier.ESCALATE: "red",
    Tier.STALLED: "red",
}
ABSENCES: Mapping[str, LazyString] = {
    AbsenceKind.HOLIDAY: _l("Holiday"),
    AbsenceKind.DUTY_TRAVEL: _l("Travelling for work"),
    AbsenceKind.LEAVE: _l("Leave"),
    AbsenceKind.OTHER: _l("Something else"),
}
MOVES: Mapping[str, LazyString] = {
    MoveCause.GIVER: _l("back to whom it was done for"),
    MoveCause.SUBSTITUTE: _l("to the substitute"),
    MoveCause.SUPERIOR: _l("to the superior"),
    MoveCause.GROUPS: _l("back to its group"),
    MoveCause.HR: _l("to HR, who decides"),
}
INCIDENTS: Mapping[str, LazyString] = {
    "service_failed": _l("The work behind this step did not succeed."),
    "service_unknown": _l("The program that this step needs is not installed."),
    "expression_failed": _l("A rule of this step cannot be worked out with the data of the case."),
    "uncaught_error": _l("The step reported an error, and the process does not say what then."),
    "budget": _l("The step does far more than a step may do."),
    "timer_failed": _l("The time came, but the case could not go on."),
    "message_undelivered": _l("A message of this case did not arrive where it should."),
    "inconsistent": _l("What is stored of this case does not agree with itself."),
    "step_refused": _l("This step cannot be done with the data of the case."),
}
GROUPS: Mapping[str, LazyString] = {
    "hr": _l("HR"),
    "pool-manager": _l("the pool managers"),
    "conduct-office": _l("the conduct office"),
    "reviewer": _l("the reviewers"),
    "manager": _l("the managers"),
    "member": _l("the members"),
    "mentor": _l("the mentors"),
    "designer": _l("the designers"),
    "auditor": _l("the auditors"),
    "administrator": _l("the administrators"),
    "training-officer": _l("the training officers"),
    "appeals-secretary": _l("the secretaries of appeals"),
}
# What somebody does in a case, where that keeps him or her from something else in it.
DUTIES: Mapping[str, LazyString] = {
    "subject": _l("the case is about you"),
    "nominator": _l("you nominated"),
    "requester": _l("you asked for it"),
    "proposer": _l("you proposed it"),
    "reporter": _l("you reported the sign"),
    "triage": _l("you looked at the sign first"),
    "checker": _l("you gave a statement"),
    "screener": _l("you checked the file"),
    "chooser": _l("you chose who judges"),
    "reviewer": _l("you assessed"),
    "judge": _l("you judged"),
    "panel": _l("you voted"),
    "moderator": _l("you led the discussion"),
    "facilitator": _l("you led the calibration"),
    "inquiry": _l("you led the inquiry"),
    "author": _l("you wrote what is looked at here"),
    "review": _l("you looked at it once more"),
    "waiver": _l("you decided about an exception"),
    "approver": _l("you approved"),
    "decider": _l("you decided"),
    "superior": _l("you decided finally"),
    "secretary": _l("you are the secretary of the appeal"),
    "witness": _l("you are a witness already"),
}


def vocabulary() -> dict[str, Mapping[str, object]]:
    """Return the words that templates use, by the name they have there."""
    return {
        "LIFECYCLES": LIFECYCLES,
        "TONES": LIFECYCLE_TONES,
        "READINESS": READINESS,
        "HORIZONS": HORIZONS,
        "STANDINGS": STANDINGS,
        "EXPERIENCE": EXPERIENCE,
        "NOMINATION_STATES": NOMINATION_STATES,
        "CASE_STATUSES": CASE_STATUSES,
        "CASE_TONES": CASE_TONES,
        "TIERS": TIERS,
        "TIER_TONES": TIER_TONES,
        "ABSENCES": ABSENCES,
        "MOVES": MOVES,
    }


def humanise(code: str) -> str:
    """Return a code or variable name as words: `NOT_RECOMMEND`, `months_in_level`, `dueDate`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", code).replace("_", " ").replace("-", " ")
    words = " ".join(spaced.split()).lower()
    return words[:1].upper() + words[1:]


def word(vocabulary: Mapping[str, LazyString], code: Any) -> str:
    """Return the word for a code, or the code made readable where there is none."""
    if code is None:
        return ""
    known = vocabulary.get(str(code))
    return humanise(str(code)) if known is None else str(known)


def group(name: str) -> str:
    """Return what people call a group: `panel:leaders` is the panel of the pool `leaders`."""
    kind, _colon, code = name.partition(":")
    if kind == "panel" and code:
        return str(_("the panel “%(pool)s”", pool=humanise(code)))
    return word(GROUPS, name)
