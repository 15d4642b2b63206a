"""What a figure counts, in a sentence above its cases."""

from collections.abc import Mapping

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _l

from webapp import stall_words, wording
from webapp.figures import quarter_name
from webapp.texts import gettext as _
from workflows.channel_funnel import GroupBy
from workflows.figure_cases import Behind, Counted
from workflows.figures import FigureFilter
from workflows.nomination_milestones import Milestone

GROUPS: Mapping[GroupBy, LazyString] = {
    GroupBy.UNIT: _l("Unit"),
    GroupBy.LEVEL: _l("Level"),
    GroupBy.CATEGORY: _l("Field"),
}
MILESTONES: Mapping[str, LazyString] = {
    Milestone.NOMINATED: _l("Nominated"),
    Milestone.ELIGIBLE: _l("Eligible"),
    Milestone.VETTED: _l("Vetted"),
    Milestone.PANEL: _l("Decided by the panel"),
    Milestone.APPROVED: _l("Approved"),
    Milestone.NOTICED: _l("Notice over"),
    Milestone.CONFIRMED: _l("Confirmed"),
}


def channel(code: str) -> str:
    """Return what people call a channel; an empty one stands for all."""
    return str(wording.CHANNELS.get(code, code)) if code else _("All channels")


def group(name: str) -> str:
    """Return what people call a group that is compared with others."""
    readable = name.replace("_", " ").capitalize() if name.islower() else name
    return readable or _("Nobody known")


def decimal(value: float) -> str:
    """Write a number with at most one decimal, as the reader's language does."""
    return str(format_decimal(value, format="#,##0.#"))


def told(behind: Behind, wanted: FigureFilter, names: Mapping[str, str]) -> str:
    """Say what a figure counts."""
    facts = {
        "since": quarter_name(wanted.since),
        "until": quarter_name(wanted.until),
        "item": names.get(behind.item, behind.item),
        **_channel_facts(behind),
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
        Counted.CHANNEL: _(
            "Nominations that began from %(since)s to %(until)s and got to “%(milestone)s”:"
            " %(channel)s.",
            **facts,
        ),
        Counted.PERSON: _("Cases in which something is open with %(item)s.", **facts),
    }
    return sentences[behind.counted]


def _channel_facts(behind: Behind) -> Mapping[str, str]:
    """Return the names of the channel and the milestone that a figure counts."""
    code, _slash, milestone = behind.item.partition("/")
    if behind.counted is not Counted.CHANNEL:
        return {"channel": "", "milestone": ""}
    return {"channel": channel(code), "milestone": str(MILESTONES.get(milestone, milestone))}


def _waiting(behind: Behind, facts: Mapping[str, str]) -> str:
    """Say which open user tasks are meant."""
    if behind.age and behind.item:
        return _("Cases in which “%(item)s” has been open for %(age)s.", **facts)
    if behind.age:
        return _("Cases in which a task has been open for %(age)s.", **facts)
    return _("Cases in which “%(item)s” is open.", **facts)
