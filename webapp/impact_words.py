"""What D21 says of a group beside the one with the highest rate, in words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

VERDICTS: Mapping[str, LazyString] = {
    "OK": _l("close to the others"),
    "FLAG_REVIEW": _l("far apart: look at it"),
    "FLAG_SIGNIFICANT": _l("far apart, hardly by chance"),
    "INSUFFICIENT_DATA": _l("too few to say"),
}
TONES: Mapping[str, str] = {"OK": "green", "FLAG_REVIEW": "amber", "FLAG_SIGNIFICANT": "red"}
