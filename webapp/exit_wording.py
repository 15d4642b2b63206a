"""Words for the codes of exits and appeals."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.appeal_tables import AppealOutcome, AppealState
from workflows.exit_tables import ExitState

EXIT_STATES: Mapping[str, LazyString] = {
    ExitState.PROPOSED: _l("Being looked at"),
    ExitState.SUSPENDED: _l("On a long leave"),
    ExitState.DECIDED: _l("Decided, not yet in effect"),
    ExitState.EFFECTIVE: _l("No longer in the pool"),
    ExitState.RETAINED: _l("Stays in the pool"),
    ExitState.TAKEN_BACK: _l("Request taken back"),
}
EXIT_TONES: Mapping[str, str] = {
    ExitState.PROPOSED: "amber",
    ExitState.SUSPENDED: "amber",
    ExitState.DECIDED: "red",
    ExitState.EFFECTIVE: "grey",
    ExitState.RETAINED: "green",
    ExitState.TAKEN_BACK: "green",
}
EXIT_REASONS: Mapping[str, LazyString] = {
    "appointed": _l("Appointed to a post"),
    "left_organisation": _l("Left the organisation"),
    "voluntary": _l("By choice"),
    "term_end": _l("End of the term"),
    "aged_out": _l("Age limit of the pool"),
    "long_leave": _l("Long leave"),
    "discipline": _l("Disciplinary measure"),
    "grade_D": _l("Last grade D"),
    "two_C": _l("Last two grades C"),
    "correction_failed": _l("A correction failed"),
    "refused_twice": _l("Postings refused"),
    "plan_failed": _l("Training plan failed"),
}
APPEAL_STATES: Mapping[str, LazyString] = {
    AppealState.FILED: _l("Filed"),
    AppealState.ADMITTED: _l("Being decided"),
    AppealState.DECIDED: _l("Decided"),
}
APPEAL_OUTCOMES: Mapping[str, LazyString] = {
    AppealOutcome.UPHELD: _l("Upheld"),
    AppealOutcome.PARTLY: _l("Upheld in part"),
    AppealOutcome.DISMISSED: _l("Dismissed"),
}
APPEAL_MATTERS: Mapping[str, LazyString] = {
    "exit": _l("An exit"),
    "grade": _l("A grade"),
    "correction": _l("A correction"),
}
APPEAL_GROUNDS: Mapping[str, LazyString] = {
    "facts": _l("A fact is wrong"),
    "procedure": _l("A rule of the procedure was broken"),
    "conflict": _l("Somebody was not independent"),
    "evidence": _l("New evidence"),
    "discrimination": _l("Discrimination"),
}


def vocabulary() -> dict[str, Mapping[str, object]]:
    """Return the words that templates use, by the name they have there."""
    return {
        "EXIT_STATES": EXIT_STATES,
        "EXIT_TONES": EXIT_TONES,
        "EXIT_REASONS": EXIT_REASONS,
        "APPEAL_STATES": APPEAL_STATES,
        "APPEAL_OUTCOMES": APPEAL_OUTCOMES,
        "APPEAL_MATTERS": APPEAL_MATTERS,
        "APPEAL_GROUNDS": APPEAL_GROUNDS,
    }
