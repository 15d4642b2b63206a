"""Words for what an accountable head sees: needs, figures and how a grade moved."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.head_list import Need
from workflows.head_scorecard import Figure

NEEDS: Mapping[str, LazyString] = {
    Need.YOURS: _l("Waits for you"),
    Need.CORRECTION: _l("Correction to look at"),
    Need.LATE: _l("Others are late"),
    Need.TRAINING: _l("Training behind"),
    Need.TALK: _l("No talk for half a year"),
}
NEED_TONES: Mapping[str, str] = {
    Need.YOURS: "red",
    Need.CORRECTION: "red",
    Need.LATE: "amber",
    Need.TRAINING: "amber",
    Need.TALK: "violet",
}
NEED_ICONS: Mapping[str, str] = {
    Need.YOURS: "alarm",
    Need.CORRECTION: "lifebuoy",
    Need.LATE: "hourglass-low",
    Need.TRAINING: "school",
    Need.TALK: "message-2",
}
FIGURES: Mapping[str, LazyString] = {
    Figure.PLANS: _l("Training plans on time"),
    Figure.TALKS: _l("Talks held"),
    Figure.FOLLOW_UP: _l("Corrections followed up"),
    Figure.REVIEWS: _l("Reviews completed"),
    Figure.GRADES: _l("Grades kept or better"),
}
FIGURE_NOTES: Mapping[str, LazyString] = {
    Figure.PLANS: _l("In force within 30 days of the start"),
    Figure.TALKS: _l("Of the check-ins due in twelve months"),
    Figure.FOLLOW_UP: _l("Checkpoints held within a week, twelve months"),
    Figure.REVIEWS: _l("Of the last reviews begun in twelve months"),
    Figure.GRADES: _l("The last grade against the one before"),
}


def words() -> dict[str, Any]:
    """Return the words that templates use, by the name they have there."""
    return {
        "NEEDS": NEEDS,
        "NEED_TONES": NEED_TONES,
        "NEED_ICONS": NEED_ICONS,
        "FIGURES": FIGURES,
        "FIGURE_NOTES": FIGURE_NOTES,
    }
