"""Conditions, loops and times: the places where BPMN itself has an expression."""

import re

from lxml.etree import _Element as Element

from workflows.engine import cron
from workflows.engine.foreign.expressions import of_condition, of_juel, of_python
from workflows.engine.foreign.report import Severity
from workflows.engine.foreign.tools import CAMUNDA_LIKE
from workflows.engine.foreign.translation import Translation
from workflows.engine.spiff.notation import local

_CONDITIONS = frozenset(
    {"conditionExpression", "condition", "completionCondition", "loopCondition"}
)
_TIMES = frozenset({"timeDate", "timeDuration", "timeCycle"})
_LITERAL_TIME = re.compile(r"[+-]?(?:P|R\d*/)[\dA-Z:.,+\-/]*|\d{4}-\d{2}-\d{2}\S*")
_DELTA = re.compile(r"(?:datetime\.)?timedelta\((days|hours|minutes|weeks)=(\d{1,4})\)")
_UNITS = {"days": "P{}D", "hours": "PT{}H", "minutes": "PT{}M", "weeks": "P{}W"}
_EXPLAINS = ("expression-invalid", "function-unknown", "timer-out-of-bounds", "condition-empty")


def translate_expressions(translation: Translation, dialect: str) -> None:
    """Write every expression of the process as FEEL, or name those that cannot be."""
    for element in list(translation.nodes()):
        name = local(element)
        if name in _CONDITIONS:
            _translate(translation, element, _condition(element, dialect))
        elif name == "loopCardinality":
            _translate(translation, element, of_condition(element.text or "", dialect))
        elif name in _TIMES:
            _translate(translation, element, _time(element.text or "", name, dialect))


def _condition(element: Element, dialect: str) -> str | None:
    """Return a condition as FEEL; a program in a file of its own is none."""
    if any(element.get(f"{{{namespace}}}resource") for namespace in CAMUNDA_LIKE):
        return None
    language = (element.get("language") or "").lower()
    if language.endswith(("groovy", "javascript", "ecmascript", "ruby", "jruby")):
        return None
    return of_condition(element.text or "", "spiffworkflow" if "python" in language else dialect)


def _time(text: str, kind: str, dialect: str) -> str | None:
    """Return a time as it is written here."""
    text = text.strip()
    bare = text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'" else text
    if _LITERAL_TIME.fullmatch(bare) or (kind == "timeCycle" and cron.looks_like(bare)):
        return text if bare == text or text[0] == '"' else bare
    delta = _DELTA.fullmatch(text)
    if delta is not None:
        return _UNITS[delta[1]].format(delta[2])
    if text.startswith(("${", "#{")):
        return of_juel(text)
    return of_python(text) if dialect == "spiffworkflow" else of_condition(text, dialect)


def _translate(translation: Translation, element: Element, translated: str | None) -> None:
    """Write what an expression is in FEEL; an empty one is named by the checks."""
    text = (element.text or "").strip()
    if not text or translated == text:
        return
    if translated is not None:
        element.text = translated
        translation.note(element, "expression", Severity.TRANSLATED, text, translated)
    else:
        translation.note(element, "expression-foreign", Severity.MEND, text, explains=_EXPLAINS)
