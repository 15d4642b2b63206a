"""The words that pages use for what training keeps by code."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.training_list import Band

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
MEASURES: Mapping[str, LazyString] = {
    "POSTING_DOWN": _l("Posting to the front line"),
    "POSTING_UP": _l("Posting to a higher office"),
    "ROTATION": _l("Rotation to another post"),
    "ROTATION_TO_COLD": _l("Rotation to a calm post"),
    "ROTATION_TO_HOT": _l("Rotation to a demanding post"),
    "URGENT_TASK": _l("Urgent task"),
    "THEORY_COURSE": _l("Theory course"),
    "COORDINATION_PROJECT": _l("Project that needs coordination"),
    "SPECIALIST_COURSE": _l("Course in the own field"),
    "INTEGRITY_EDUCATION": _l("Education in integrity"),
    "LEARNING_COACH": _l("Coaching for learning"),
    "MENTOR_PAIRING": _l("First steps with a mentor"),
    "ACTING_ROLE": _l("Acting in the role"),
    "SELF_STUDY": _l("Self-study"),
}
STEPS: Mapping[str, LazyString] = {
    "opened": _l("Begun"),
    "feasible": _l("The work leaves room for it"),
    "not_feasible": _l("The work leaves no room for it"),
    "approved": _l("Plan approved"),
    "not_approved": _l("Plan not approved"),
    "settled": _l("The head settled it"),
    "finding": _l("Something was found that concerns the plan"),
    "revision_none": _l("Nothing has to change"),
    "revision_minor": _l("A little has to change"),
    "revision_major": _l("A good deal has to change"),
    "revision_approved": _l("Change approved"),
    "revision_refused": _l("Change refused"),
    "changed": _l("Plan changed"),
    "judged": _l("The year was judged"),
    "closed": _l("Closed"),
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
        "MEASURE_TITLES": MEASURES,
        "PLAN_STEPS": STEPS,
        "HOURS_KINDS": HOURS_KINDS,
    }
