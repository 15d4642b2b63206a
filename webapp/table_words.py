"""Words of decision tables: what changed in them, and what their editor says."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp import editor_words
from webapp.texts import gettext as _
from workflows.decision_changes import DecisionChange

_PARTS: Mapping[str, LazyString] = {
    "decision": _l("Decision"),
    "input": _l("Input"),
    "knowledge": _l("Function"),
    "service": _l("Decision service"),
    "type": _l("Type"),
}
_CHANGES: Mapping[str, LazyString] = {
    "cell-changed": _l("Cell"),
    "rule-added": _l("New rule"),
    "rule-removed": _l("Removed rule"),
    "rule-moved": _l("Moved: it stands at another place"),
    "reason-changed": _l("Reason"),
    "column-added": _l("New column"),
    "column-removed": _l("Removed column"),
    "column-moved": _l("Moved column"),
    "column-renamed": _l("Column has another name"),
    "column-changed": _l("Column looks at something else"),
    "values-changed": _l("Allowed values"),
    "default-changed": _l("Result when no rule matches"),
    "hit-policy-changed": _l("Which rules count"),
    "expression-changed": _l("Value"),
    "entry-added": _l("New entry"),
    "entry-removed": _l("Removed entry"),
    "entries-moved": _l("Entries stand in another order"),
    "decision-added": _l("New decision"),
    "decision-removed": _l("Removed decision"),
    "input-added": _l("New input"),
    "input-removed": _l("Removed input"),
    "knowledge-model-added": _l("New function"),
    "knowledge-model-removed": _l("Removed function"),
    "service-added": _l("New decision service"),
    "service-removed": _l("Removed decision service"),
    "name-changed": _l("Name"),
    "required-changed": _l("Whether it must be handed in"),
    "question-changed": _l("Question"),
    "description-changed": _l("Description"),
    "requirement-added": _l("Reads in addition"),
    "requirement-removed": _l("No longer reads"),
    "type-added": _l("New type"),
    "type-removed": _l("Removed type"),
    "type-changed": _l("Type"),
}
_EDITOR: Mapping[str, LazyString] = {
    **editor_words.SAYS,
    "unreadable": _l("This file cannot be shown. Download it, mend it and hand it in again."),
    "rule": _l("Rule"),
    "reason": _l("Reason, for people"),
    "results": _l("Results"),
    "actions": _l("Change the rule"),
    "cell": _l("Rule %(number)s, %(name)s"),
    "up": _l("Move rule %(number)s up"),
    "down": _l("Move rule %(number)s down"),
    "insert": _l("New rule below rule %(number)s"),
    "copy": _l("Copy rule %(number)s"),
    "removeRule": _l("Remove rule %(number)s"),
    "addRule": _l("New rule"),
    "addCondition": _l("New condition"),
    "addResult": _l("New result"),
    "columns": _l("Columns and what they look at"),
    "label": _l("Heading"),
    "looksAt": _l("Looks at (FEEL)"),
    "resultName": _l("Name in the result"),
    "allowed": _l("Allowed values"),
    "type": _l("Type"),
    "default": _l("Result when no rule matches"),
    "removeColumn": _l("Remove the column %(name)s"),
    "policy": _l("Which rules count"),
    "question": _l("Question"),
    "expression": _l("Expression (FEEL)"),
    "other": _l("This part is drawn in another tool; it is kept as it is."),
    "rulesMoved": _l("Rule %(number)s stands here now."),
    "ruleRemoved": _l("Rule %(number)s is removed."),
    "ruleAdded": _l("Rule %(number)s is new."),
    "graph": _l("What the decisions read; the tables below say the same"),
    "setup": _l("Name, type and what it reads"),
    "name": _l("Name, as FEEL calls it"),
    "reads": _l("Reads"),
    "input": _l("Input"),
    "decision": _l("Decision"),
    "circle": _l("Reads this one itself"),
    "removeElement": _l("Remove %(name)s from the file"),
    "elementRemoved": _l("%(name)s is removed, and no decision reads it any more."),
    "isLead": _l("The file is known by this decision, so it stays."),
    "inputs": _l("Inputs and new decisions"),
    "inputCount": _l("Inputs of the file: %(number)s"),
    "noInputs": _l("The file is given nothing yet."),
    "newName": _l("Name of something new"),
    "newTable": _l("New decision table"),
    "newExpression": _l("New decision by expression"),
    "newInput": _l("New input"),
    "nameMissing": _l("Enter the name first."),
    "nameTaken": _l("“%(name)s” is in the file already. Enter another name."),
}
POLICIES: Mapping[str, LazyString] = {
    "UNIQUE": _l("Only one rule may match"),
    "FIRST": _l("The first rule that matches"),
    "PRIORITY": _l("The most important result"),
    "ANY": _l("Any rule; all that match agree"),
    "COLLECT": _l("All rules, as a list"),
    "COLLECT SUM": _l("All rules, their sum"),
    "COLLECT MIN": _l("All rules, the smallest result"),
    "COLLECT MAX": _l("All rules, the largest result"),
    "COLLECT COUNT": _l("All rules, how many match"),
    "RULE ORDER": _l("All rules, in their order"),
    "OUTPUT ORDER": _l("All rules, the most important result first"),
}


def of_part(kind: str) -> str:
    """Return the word for a part of a model."""
    return str(_PARTS.get(kind, kind))


def of_change(change: DecisionChange) -> str:
    """Say in a few words what changed and where."""
    what = str(_CHANGES.get(change.kind, change.kind))
    if change.path:
        what = f"{change.path}: {what}"
    if change.column:
        what = _("%(what)s “%(column)s”", what=what, column=change.column)
    if change.rule is None:
        return what
    return _("Rule %(number)d: %(what)s", number=change.rule.number, what=what)


def for_editor() -> dict[str, dict[str, str]]:
    """Return every word that the editor of tables says itself."""
    groups = {"says": _EDITOR, "policies": POLICIES}
    return editor_words.for_browser(groups)
