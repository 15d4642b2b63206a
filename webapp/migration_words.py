"""What is said of migrations of cases, in the reader's language."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.texts import gettext as _
from workflows.engine.migration.cases import Verdict
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.verdicts import Found, Hindrance, Remark
from workflows.engine.migration.work import MOVED_ON

STATES: Mapping[str, LazyString] = {
    RunState.EXAMINING: _l("Cases are being looked at"),
    RunState.EXAMINED: _l("Looked at, nothing changed yet"),
    RunState.PROPOSED: _l("Waits for a second person"),
    RunState.MIGRATING: _l("Cases migrate"),
    RunState.DONE: _l("Done"),
    RunState.STOPPED: _l("Stopped"),
}
STATE_TONES: Mapping[str, str] = {
    RunState.EXAMINING: "blue",
    RunState.EXAMINED: "blue",
    RunState.PROPOSED: "amber",
    RunState.MIGRATING: "blue",
    RunState.DONE: "green",
    RunState.STOPPED: "grey",
}
VERDICTS: Mapping[str, LazyString] = {
    Verdict.READY: _l("Can migrate"),
    Verdict.BLOCKED: _l("Stays as it is"),
    Verdict.MIGRATED: _l("Migrated"),
    Verdict.CURRENT: _l("Was on this version already"),
    Verdict.ENDED: _l("Ended meanwhile"),
    Verdict.FAILED: _l("Failed, untouched"),
}
VERDICT_TONES: Mapping[str, str] = {
    Verdict.READY: "green",
    Verdict.BLOCKED: "amber",
    Verdict.MIGRATED: "green",
    Verdict.CURRENT: "grey",
    Verdict.ENDED: "grey",
    Verdict.FAILED: "red",
}
VERDICT_PICTURES: Mapping[str, str] = {
    Verdict.READY: "circle-check",
    Verdict.BLOCKED: "hand-stop",
    Verdict.MIGRATED: "check",
    Verdict.CURRENT: "minus",
    Verdict.ENDED: "flag",
    Verdict.FAILED: "alert-circle",
}
Sentence = Callable[[str, str], str]


def problem(code: str) -> str:
    """Say why a migration stopped by itself."""
    if code == MOVED_ON:
        return _("Another version came into force meanwhile. Begin again with that one.")
    return _("An error inside (%(name)s); the log of the workers says more.", name=code)


def hindrance(found: Found) -> str:
    """Say in one sentence what stands in the way and what to do about it."""
    return {**_PLACES, **_WAYS}[Hindrance(found.code)](_called(found), found.detail)


def remark(found: Found) -> str:
    """Say in one sentence what a migration does, or leaves as it is."""
    name = _called(found)
    if found.detail:
        name = _("%(event)s, at %(step)s", event=name, step=found.detail)
    return _REMARKS[Remark(found.code)](name, "")


def _called(found: Found) -> str:
    """Return what to call an element: by its name, else by its id."""
    return found.name or found.element_id


_PLACES: Mapping[Hindrance, Sentence] = {
    Hindrance.GONE: lambda name, _detail: _(
        "It is at “%(name)s”, which the new version does not have: say which element it is now,"
        " or let the case pass it first.",
        name=name,
    ),
    Hindrance.OTHER_KIND: lambda name, _detail: _(
        "It is at “%(name)s”, which is another kind of element in the new version: give the new"
        " element an id of its own, or let the case pass it first.",
        name=name,
    ),
    Hindrance.OTHER_PLACE: lambda name, _detail: _(
        "It is at “%(name)s”, which lies in another sub-process or at another activity in the new"
        " version: put it back, or let the case pass it first.",
        name=name,
    ),
    Hindrance.OTHER_LOOP: lambda name, _detail: _(
        "It is at “%(name)s”, which is repeated otherwise in the new version: let the case pass"
        " it first.",
        name=name,
    ),
    Hindrance.OTHER_CALL: lambda name, _detail: _(
        "“%(name)s” calls another process in the new version: let the call end first.", name=name
    ),
    Hindrance.CALLED_GONE: lambda name, detail: _(
        "“%(name)s” runs “%(process)s”, which the new version does not call any more: let the"
        " call end first.",
        name=name,
        process=detail,
    ),
    Hindrance.STILL_OPEN: lambda name, _detail: _(
        "“%(name)s” is open, so it cannot be given up: say which element it is now.", name=name
    ),
}
_WAYS: Mapping[Hindrance, Sentence] = {
    Hindrance.FLOW_GONE: lambda name, detail: _(
        "A path from “%(source)s” waits at the join “%(name)s”, and the new version has no such"
        " flow: draw it again, or let the case pass the join first.",
        name=name,
        source=detail,
    ),
    Hindrance.PASSED_BRANCH: lambda name, _detail: _(
        "The join “%(name)s” of the new version would wait for ever for a branch that this case"
        " has passed: let the case pass the join first, or put the new step behind it.",
        name=name,
    ),
    Hindrance.NOT_UNDONE: lambda name, _detail: _(
        "“%(name)s” was completed and can still be undone, but not in the new version: keep its"
        " compensation.",
        name=name,
    ),
    Hindrance.INCONSISTENT: lambda _name, _detail: _(
        "What is stored of this case does not agree: deal with its incident first."
    ),
    Hindrance.REFUSED: lambda name, detail: (
        _("It could not go on at “%(name)s”: %(detail)s", name=name, detail=detail)
        if name
        else _("It could not go on: %(detail)s", detail=detail)
    ),
}
_REMARKS: Mapping[Remark, Sentence] = {
    Remark.KEEPS_TIMER: lambda name, _detail: _(
        "The timer “%(name)s” keeps its due date, though its time was changed.", name=name
    ),
    Remark.RESTARTS_TIMER: lambda name, _detail: _(
        "The timer “%(name)s” begins to count anew when the case migrates.", name=name
    ),
    Remark.KEEPS_DUE: lambda name, _detail: _(
        "“%(name)s” keeps its due date and its promised time.", name=name
    ),
    Remark.KEEPS_HOLDER: lambda name, _detail: _(
        "“%(name)s” stays with whom it is, though the new version offers it to others.", name=name
    ),
    Remark.OTHER_FORM: lambda name, _detail: _(
        "“%(name)s” is done with another form; what was saved of it stays where the fields have"
        " the same names.",
        name=name,
    ),
    Remark.NEW_WAIT: lambda name, _detail: _(
        "“%(name)s” is waited for besides, counted from the migration.", name=name
    ),
    Remark.OTHER_WAIT: lambda name, _detail: _(
        "“%(name)s” waits for something else from now on.", name=name
    ),
    Remark.NO_WAIT: lambda name, _detail: _("“%(name)s” is waited for no more.", name=name),
}
