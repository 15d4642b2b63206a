"""The words that pages use for what training keeps by code."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.training_list import Band
from workflows.training_planning import KINDS

BOARD_STATES: Mapping[str, LazyString] = {
    "behind": _l("Behind"),
    "no_plan": _l("No plan in force"),
    "on_track": _l("On track"),
    "met": _l("Hours met"),
}
BOARD_TONES: Mapping[str, str] = {
    "behind": "red",
    "no_plan": "amber",
    "on_track": "blue",
    "met": "green",
}
BANDS: Mapping[str, LazyString] = {
    Band.NO_PLAN: _l("No plan"),
    Band.UNDER_25: _l("Less than a quarter"),
    Band.UNDER_50: _l("A quarter to a half"),
    Band.UNDER_75: _l("A half to three quarters"),
    Band.UNDER_100: _l("Three quarters and more"),
    Band.WHOLE: _l("All of the hours"),
}
PLAN_STATES: Mapping[str, LazyString] = {
    "draft": _l("In the making"),
    "approved": _l("In force"),
    "closed": _l("Closed"),
}
ITEM_STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "planned": _l("Planned"),
    "running": _l("Under way"),
    "completed": _l("Completed"),
    "failed": _l("Failed"),
    "cancelled": _l("Cancelled"),
}
ITEM_TONES: Mapping[str, str] = {
    "running": "blue",
    "completed": "green",
    "failed": "red",
}
RESULTS: Mapping[str, LazyString] = {
    "MET": _l("Hours met"),
    "ON_TRACK": _l("On track"),
    "BEHIND": _l("Behind"),
    "NOT_MET": _l("Hours not met"),
}
RESULT_TONES: Mapping[str, str] = {
    "MET": "green",
    "ON_TRACK": "blue",
    "BEHIND": "red",
    "NOT_MET": "red",
}
HOURS_KINDS: Mapping[str, LazyString] = {
    "organised": _l("Organised"),
    "self": _l("Self-study"),
}


def words() -> dict[str, Mapping[str, object]]:
    """Return the words that templates about training use, by the name they have there."""
    return {
        "BOARD_STATES": BOARD_STATES,
        "BOARD_TONES": BOARD_TONES,
        "BANDS": BANDS,
        "PLAN_STATES": PLAN_STATES,
        "ITEM_STATES": ITEM_STATES,
        "ITEM_TONES": ITEM_TONES,
        "RESULTS": RESULTS,
        "RESULT_TONES": RESULT_TONES,
        "MEASURE_TITLES": {code: kind.title for code, kind in KINDS.items()},
        "HOURS_KINDS": HOURS_KINDS,
    }
