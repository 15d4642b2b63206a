"""What is wrong or doubtful with the items of a form, each finding with the item it is about."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from rules import feel
from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.help import with_help
from workflows.form_documents import FormItem

_NAME = re.compile(r"[A-Za-z_]\w{0,79}")
_SHOWN = re.compile(r"[A-Za-z_][\w.]*")


def find(items: Collection[FormItem], known: Collection[str]) -> list[Finding]:
    """
    Return what is found in the items of a form.

    `known` are the names of data beside its own fields that a condition may read.
    """
    names = {item.name for item in items if item.kind == "field"}
    found: list[Finding] = []
    for item in items:
        found += _names(item)
        found += _words(item)
        found += _answers(item)
        found += _limits(item)
        for key, text in (("showWhen", item.condition), ("prefill", item.prefill)):
            others = {*known, *names} - ({item.name} if item.kind == "field" else set())
            found += _expression(item, key, text, others if key == "showWhen" else set(known))
    return [with_help(each) for each in found]


def _finding(
    item: FormItem, code: str, message: str, remedy: str, severity: str = "error"
) -> Finding:
    """Return a finding about an item."""
    return Finding(code, message, remedy, severity, element_id=item.id, element_name=_called(item))


def _called(item: FormItem) -> str:
    """Return what an item is called in a list."""
    return item.label or item.name


def _names(item: FormItem) -> Iterator[Finding]:
    """Find names that no expression could read."""
    if item.kind == "field" and not _NAME.fullmatch(item.name):
        yield _finding(
            item,
            "form-field-name",
            Sentence("“%(item)s” is no name that an expression could read.", item=item.name),
            Sentence("Use letters, digits and underscores, a letter first."),
        )
    if item.kind == "show" and not _SHOWN.fullmatch(item.name):
        yield _finding(
            item,
            "form-show-name",
            Sentence("It does not say which data of the case are shown.")
            if not item.name
            else Sentence("“%(item)s” is no name of data.", item=item.name),
            Sentence("Enter their name, with dots into what is nested."),
        )


def _words(item: FormItem) -> Iterator[Finding]:
    """Find fields and headings that say nothing."""
    if item.label.strip():
        return
    if item.kind == "field":
        yield _finding(
            item,
            "form-label-missing",
            Sentence("The field “%(item)s” has no label, so people read its name.", item=item.name),
            Sentence("Say in a few words what is asked for."),
            "warning",
        )
    elif item.kind != "show":
        yield _finding(
            item,
            "form-text-missing",
            Sentence("A heading or text is empty."),
            Sentence("Write something, or take it out."),
            "warning",
        )


def _answers(item: FormItem) -> Iterator[Finding]:
    """Find choices that cannot be made."""
    if not item.has_choices:
        return
    values = [str(value) for value, _ in item.choices]
    if not values:
        yield _finding(
            item,
            "form-choices-missing",
            Sentence("There is nothing to choose."),
            Sentence("Add at least two answers."),
        )
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        yield _finding(
            item,
            "form-choice-twice",
            Sentence(
                "Two answers have the value “%(twice)s”, so nobody could choose either.",
                twice=twice,
            ),
            Sentence("Give each answer a value of its own."),
        )
    yield from _texts(item)


def _texts(item: FormItem) -> Iterator[Finding]:
    """Find answers without a value, or with nothing to read."""
    for value, label in item.choices:
        if not str(value).strip() or not label.strip():
            yield _finding(
                item,
                "form-choice-text",
                Sentence("The answer “%(answer)s” has no text.", answer=str(value))
                if value
                else Sentence("The answer “%(answer)s” has no value.", answer=label),
                Sentence("Write what people read, and the value that is kept."),
                "warning" if value else "error",
            )


def _limits(item: FormItem) -> Iterator[Finding]:
    """Find a least that is above the most."""
    if item.has_limits and item.least and item.most and float(item.least) > float(item.most):
        yield _finding(
            item,
            "form-limits",
            Sentence(
                "Nothing is at least %(least)s and at most %(most)s.",
                least=item.least,
                most=item.most,
            ),
            Sentence("Exchange the two limits."),
        )


def _expression(item: FormItem, key: str, text: str, known: Collection[str]) -> Iterator[Finding]:
    """Find expressions that cannot be read, and names in them that nothing has."""
    if not text.strip():
        return
    try:
        expression = feel.compile_expression(text)
    except feel.FeelSyntaxError as error:
        yield Finding(
            "form-show-when" if key == "showWhen" else "form-prefill",
            Sentence("It is no FEEL expression. %(error)s", error=error),
            Sentence("Mend it at the place that is named."),
            element_id=item.id,
            element_name=_called(item),
            line=error.line,
            column=error.column,
        )
        return
    yield from _unknown(item, expression.names, known)


def _unknown(item: FormItem, names: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    """Find names in an expression that nothing has."""
    for name in sorted(set(names) - set(known)):
        close = get_close_matches(name, sorted(known), 1)
        yield _finding(
            item,
            "form-name-unknown",
            Sentence(
                "“%(name)s” is no field of this form, and no process that asks it is"
                " known to write it.",
                name=name,
            ),
            Sentence("Did you mean “%(name)s”?", name=close[0])
            if close
            else Sentence("Write it before, or correct the name."),
            "warning",
        )
