"""The script of an exit by choice, and of the nomination that waits for the seat."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.journeys import nomination_script

CANDIDATE, CANDIDATE_NAME = nomination_script.CANDIDATE, "Amara Okafor"
NOMINATOR, STATEMENT = nomination_script.NOMINATOR, nomination_script.STATEMENT
POOL, POOL_MANAGER = nomination_script.POOL, nomination_script.POOL_MANAGER
COLLEAGUE = "mateo.navarro"
TALK = "The wish stands: research is calling. We part as friends."
WISH = "Talk about the next post in the first year already."


def answers(today: date) -> Mapping[str, Mapping[str, Any]]:
    """Return what is written into each form; the talks are held today."""
    return {
        **nomination_script.ANSWERS,
        "welcome_talk": {
            "held_on": today.isoformat(),
            "notes": "We agreed on a first project and a talk every quarter.",
        },
        "talk": {"held_on": today.isoformat(), "notes": TALK},
        "interview": {"main_reason": "prospects", "remarks": WISH, "would_return": True},
        "take_over": {"note": "The team divides the open work among itself."},
    }
