"""Words of the studio: states of drafts, kinds of changes, and what the editor says."""

from collections.abc import Mapping

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp import editor_words
from webapp.languages import moment
from webapp.texts import gettext as _
from workflows.play_refusals import ScenariosFail
from workflows.studio_refusals import Lateness, StaleSave
from workflows.studio_states import DraftKind, DraftStatus, Subject

STATUSES: Mapping[str, LazyString] = {
    DraftStatus.DRAFT: _l("Draft"),
    DraftStatus.CHECKED: _l("Checked, without errors"),
    DraftStatus.PROPOSED: _l("Waits for a second person"),
    DraftStatus.APPROVED: _l("Approved, not yet in force"),
    DraftStatus.PUBLISHED: _l("In force"),
    DraftStatus.DISCARDED: _l("Discarded"),
}
TONES: Mapping[str, str] = {
    DraftStatus.DRAFT: "grey",
    DraftStatus.CHECKED: "blue",
    DraftStatus.PROPOSED: "amber",
    DraftStatus.APPROVED: "green",
    DraftStatus.PUBLISHED: "green",
    DraftStatus.DISCARDED: "grey",
}
CHANGES: Mapping[str, LazyString] = {
    "added": _l("Added"),
    "removed": _l("Removed"),
    "changed": _l("Changed"),
    "moved": _l("Moved"),
}
CHANGE_TONES: Mapping[str, str] = {
    "added": "green",
    "removed": "red",
    "changed": "amber",
    "moved": "blue",
}
SIGNS: Mapping[str, str] = {"added": "+", "removed": "−", "changed": "≠", "moved": "↔"}
TYPES: Mapping[str, LazyString] = {
    "process": _l("Process"),
    "collaboration": _l("Collaboration"),
    "participant": _l("Pool"),
    "lane": _l("Lane"),
    "task": _l("Task"),
    "userTask": _l("User task"),
    "manualTask": _l("Manual task"),
    "serviceTask": _l("Service task"),
    "sendTask": _l("Send task"),
    "receiveTask": _l("Receive task"),
    "scriptTask": _l("Script task"),
    "businessRuleTask": _l("Business rule task"),
    "callActivity": _l("Call activity"),
    "subProcess": _l("Sub-process"),
    "transaction": _l("Transaction"),
    "startEvent": _l("Start event"),
    "endEvent": _l("End event"),
    "boundaryEvent": _l("Boundary event"),
    "intermediateCatchEvent": _l("Waiting event"),
    "intermediateThrowEvent": _l("Throwing event"),
    "exclusiveGateway": _l("Exclusive gateway"),
    "parallelGateway": _l("Parallel gateway"),
    "inclusiveGateway": _l("Inclusive gateway"),
    "eventBasedGateway": _l("Event-based gateway"),
    "sequenceFlow": _l("Flow"),
    "messageFlow": _l("Message flow"),
    "association": _l("Association"),
    "textAnnotation": _l("Annotation"),
    "message": _l("Message"),
    "signal": _l("Signal"),
    "error": _l("Error"),
    "escalation": _l("Escalation"),
    "dataObjectReference": _l("Data object"),
    "dataStoreReference": _l("Data store"),
    "group": _l("Group"),
    "dataObject": _l("Data object"),
    "dataStore": _l("Data store"),
    "definitions": _l("Model"),
}
FIELDS: Mapping[str, LazyString] = {
    "name": _l("Name"),
    "documentation": _l("Help text"),
    "form": _l("Form"),
    "candidateGroups": _l("Groups that are offered it"),
    "assignee": _l("Who does it"),
    "dueIn": _l("Due in"),
    "priority": _l("Priority"),
    "duty": _l("Duty taken on"),
    "excludes": _l("Duties that exclude"),
    "decision": _l("Decision"),
    "service": _l("Service"),
    "resultVariable": _l("Result under one name"),
    "calledElement": _l("Called process"),
    "binding": _l("Version that is called"),
    "collection": _l("Once for each of"),
    "elementVariable": _l("Name of each one"),
    "collect": _l("Results together in"),
    "correlation": _l("Which case it is for"),
    "starterGroups": _l("Groups that may start it"),
    "condition": _l("Condition (FEEL)"),
    "conditionExpression": _l("Condition (FEEL)"),
    "timeDuration": _l("After this time"),
    "timeDate": _l("At this moment"),
    "timeCycle": _l("Again and again"),
    "default": _l("Flow taken when no condition holds"),
    "input-name": _l("Input %(number)s: name"),
    "input-value": _l("Input %(number)s: value (FEEL)"),
    "output-name": _l("Output %(number)s: name"),
    "output-value": _l("Output %(number)s: value (FEEL)"),
}
KINDS: Mapping[str, LazyString] = {
    DraftKind.PROCESS: _l("Process"),
    DraftKind.DECISION: _l("Decision table"),
    DraftKind.FORM: _l("Form"),
}
# As findings name them within a sentence.
DEFINITIONS: Mapping[str, LazyString] = {
    "process": _l("process"),
    "decision": _l("decision"),
    "form": _l("form"),
    "service": _l("service"),
}
FAULTS: Mapping[str, LazyString] = {
    "error": _l("error"),
    "escalation": _l("escalation"),
    "cancel": _l("cancellation"),
}
HINTS: Mapping[str, LazyString] = {
    "candidateGroups": _l("Separated by commas, or FEEL after “=”"),
    "assignee": _l("A user name, or FEEL after “=”"),
    "dueIn": _l("P5BD is five working days, PT4H four hours"),
    "condition": _l("Holds when the case takes this way, e.g. score >= 60"),
    "excludes": _l("Whoever holds one of these may not do it"),
    "timeDuration": _l("P5BD is five working days, PT4H four hours"),
    "timeDate": _l("A moment, or FEEL that gives one"),
    "timeCycle": _l("R3/P5BD three times, or a cron pattern"),
    "binding": _l("“start” keeps the version of the start; “latest” takes the newest"),
    "collection": _l("FEEL that gives a list"),
}
_EDITOR: Mapping[str, LazyString] = {
    **editor_words.SAYS,
    "unreadable": _l("This model cannot be shown."),
    "leads": _l("leads to"),
    "nowhere": _l("leads nowhere"),
    "rename": _l("New name of %(name)s"),
    "unnamed": _l("without a name"),
    "id": _l("Id"),
    "addTask": _l("User task after it"),
    "addGateway": _l("Gateway after it"),
    "addEnd": _l("End after it"),
    "addEscalation": _l("Escalate it when it is late"),
    "late": _l("Late"),
    "escalate": _l("Escalate"),
    "remove": _l("Remove it"),
    "addInput": _l("Add an input"),
    "addOutput": _l("Add an output"),
    "removeMapping": _l("Remove"),
    "whole": _l("This is the process as a whole."),
    "canvas": _l("Diagram; the outline beside it says the same"),
    "simulated": _l("Diagram with tokens; the list beside it says what can happen"),
    "simulateStart": _l("Begin: %(name)s"),
    "simulateDone": _l("Complete: %(name)s"),
    "simulateEvent": _l("Let it happen: %(name)s"),
    "simulationEnded": _l("The case has ended."),
}


def for_editor() -> dict[str, dict[str, str]]:
    """Return every word that the editor says itself."""
    groups = {"types": TYPES, "fields": FIELDS, "hints": HINTS, "says": _EDITOR}
    return editor_words.for_browser(groups)


def late(refused: StaleSave) -> str:
    """Say in one sentence why a text came too late, and that it is kept."""
    facts = {"name": refused.by, "when": moment(refused.since)}
    if refused.late is Lateness.TAKEN:
        return _("%(name)s took this draft over on %(when)s; your text is kept aside.", **facts)
    if refused.late is Lateness.CLOSED:
        return _("%(name)s proposed this draft on %(when)s; your text is kept aside.", **facts)
    return _("%(name)s saved a newer text on %(when)s; yours is kept aside.", **facts)


def failing(refused: ScenariosFail) -> str:
    """Say what is missing when scenarios fail with what somebody approves."""
    named = ", ".join(f"“{title}”" for title in refused.titles[:3])
    return _("Say why it may come into force although this fails: %(titles)s", titles=named)


def of_type(name: str) -> str:
    """Return the word for a kind of element."""
    return str(TYPES.get(name, name))


def of_property(name: str) -> str:
    """Return the word for a property; a part of something else keeps its path."""
    return str(FIELDS.get(name) or name)


def address_in_force(subject: Subject) -> str:
    """Return the address of the page of what is in force."""
    if subject.kind is DraftKind.DECISION:
        return url_for("decision_files.show", key=subject.key)
    if subject.kind is DraftKind.FORM:
        return url_for("form_documents.show", key=subject.key)
    return url_for("definitions.show", key=subject.key)
