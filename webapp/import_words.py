"""What the report about a foreign model says, in the reader's language."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.engine.foreign.report import Row, Severity

SEVERITIES: Mapping[str, LazyString] = {
    Severity.MEND: _l("To be mended"),
    Severity.TRANSLATED: _l("Translated"),
    Severity.KEPT: _l("Kept, has no effect"),
}
TONES: Mapping[str, str] = {
    Severity.MEND: "red",
    Severity.TRANSLATED: "green",
    Severity.KEPT: "grey",
}
PICTURES: Mapping[str, str] = {
    Severity.MEND: "alert-circle",
    Severity.TRANSLATED: "check",
    Severity.KEPT: "archive",
}
_TRANSLATED: Mapping[str, LazyString] = {
    "property": _l("Understood, and written in our notation too."),
    "mapping": _l("The mapping is written in our notation too."),
    "expression": _l("The expression is written in FEEL."),
    "initiator": _l("Whoever started the case is called started_by here."),
    "help": _l("The instructions are the help text of the task now."),
    "script-feel": _l("The script only computes a value, so it is a task with an output now."),
    "id": _l("The element has another id; everything that refers to it follows."),
    "id-added": _l("It had no id and got one."),
    "id-twice": _l("Two elements had the same id; this one got its own."),
    "reference": _l("The reference names the element without a prefix."),
    "executable": _l("The process is marked as executable."),
    "start-added": _l("Nothing leads to it, so a start event was put before it."),
    "sub-process-filled": _l("The empty sub-process got a start and an end."),
    "comments": _l("Comments in the file are left out; so many were there."),
}
_KEPT: Mapping[str, LazyString] = {
    "process-drawn": _l("Another process: drawn only. Hand the file in again for a draft of it."),
    "message-flow": _l("Drawn only: a message finds its receiver by its name and correlation."),
    "data": _l("Drawn only: every step sees all data of the case."),
    "data-association": _l("Drawn only: the line moves no data; write a mapping where it matters."),
    "definition": _l("Nobody reads this definition here."),
    "choreography": _l("A choreography is drawn only."),
    "conversation": _l("A conversation is drawn only."),
    "lane": _l("A lane gives its work to nobody: set groups at these tasks."),
    "owner-kept": _l("The role gives the task to nobody here: groups or a user name decide."),
    "candidates-kept": _l("These users are not offered it: the groups or the user name decide."),
    "call-everything": _l("Nothing to do: without mappings a call passes all data."),
    "form-fields": _l("These fields are not asked for: make a form, and name it at the task."),
    "attribute": _l("Not understood, so it does nothing here."),
    "extension": _l("Not understood, so it does nothing here."),
    "program-kept": _l("The service or decision named here decides; this does nothing."),
    "unknown-element": _l(
        "No element of BPMN is called so. It stays where it is, and does nothing."
    ),
    "picture": _l("Details of the picture that another tool draws; they stay in the file."),
}
_MEND: Mapping[str, LazyString] = {
    "called-foreign": _l("The called process is computed. Name it by its id."),
    "candidates": _l("Several named candidates cannot be offered a task. Set a group."),
    "data-association": _l("What the line computes would be lost. Write a mapping instead of it."),
    "expression-foreign": _l("This is no FEEL and has no plain counterpart. Write it in FEEL."),
    "mapping-foreign": _l(
        "The mapping has no counterpart. Write inputs or outputs, and take this one out."
    ),
    "program-text": _l(
        "It would run a program, which is never done here. Name a service or"
        " decision instead, or take it out."
    ),
    "quantity": _l("An activity takes and gives one token. Draw a gateway, and take this out."),
    "script-task": _l("No script runs here. Make it a business rule task or a service task."),
    "complex-gateway": _l("Use an inclusive gateway, or a decision and an exclusive gateway."),
    "ad-hoc-sub-process": _l("Draw the order of the work."),
    "choreography": _l("A choreography is never run. Draw a process."),
}
_OTHERWISE = _l("The value has no counterpart here. Set it in the properties.")


def vocabulary() -> dict[str, object]:
    """Return the words of reports for templates."""
    return {
        "IMPORT_SEVERITIES": SEVERITIES,
        "IMPORT_TONES": TONES,
        "IMPORT_PICTURES": PICTURES,
        "import_sentence": sentence,
    }


def sentence(row: Row) -> str:
    """Say what was done with one thing of the file, or what remains to be done."""
    words = {Severity.TRANSLATED: _TRANSLATED, Severity.KEPT: _KEPT, Severity.MEND: _MEND}
    return str(words[row.severity].get(row.code, _OTHERWISE))
