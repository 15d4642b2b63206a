"""What a figure counts, in a sentence above its cases."""

from collections.abc import Mapping

from flask_babel import format_decimal

from webapp import stall_words
from webapp.figures import quarter_name
from webapp.texts import gettext as _
from workflows.figure_cases import Behind, Counted
from workflows.figures import FigureFilter


def decimal(value: float) -> str:
    """Write a number with at most one decimal, as the reader's language does."""
    return str(format_decimal(value, format="#,##0.#"))


def told(behind: Behind, wanted: FigureFilter, names: Mapping[str, str]) -> str:
    """Say what a figure counts."""
    facts = {
        "since": quarter_name(wanted.since),
        "until": quarter_name(wanted.until),
        "item": names.get(behind.item, behind.item),
        "age": str(stall_words.BANDS[behind.age]) if behind.age else "",
    }
    sentences = {
        Counted.OPEN: _("Cases that are open now."),
        Counted.BEGUN: _("Cases that began from %(since)s to %(until)s.", **facts),
        Counted.ENDED: _("Cases that ended from %(since)s to %(until)s.", **facts),
        Counted.STEP: _("Cases in which “%(item)s” was done from %(since)s to %(until)s.", **facts),
        Counted.PASSED: _(
            "Cases that began from %(since)s to %(until)s and got past “%(item)s”.", **facts
        ),
        Counted.HERE: _("Cases that are at “%(item)s” now.", **facts),
        Counted.WAITING: _waiting(behind, facts),
        Counted.PERSON: _("Cases in which something is open with %(item)s.", **facts),
    }
    return sentences[behind.counted]


def _waiting(behind: Behind, facts: Mapping[str, str]) -> str:
    """Say which open user tasks are meant."""
    if behind.age and behind.item:
        return _("Cases in which “%(item)s” has been open for %(age)s.", **facts)
    if behind.age:
        return _("Cases in which a task has been open for %(age)s.", **facts)
    return _("Cases in which “%(item)s” is open.", **facts)
