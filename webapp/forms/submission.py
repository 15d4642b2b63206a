"""What a browser sent for a form: literal texts, typed values and people found by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.people_suggestions import PersonNotClear, username_of
from webapp.security import TOKEN_FIELD
from webapp.sentences import said
from workflows.engine.forms import Field, FieldError, FormDocument, FormRefused

# What pages add to a form of their own; names of form fields never begin so.
THEN_FIELD = "_then"
PAGE_FIELDS = frozenset({TOKEN_FIELD, THEN_FIELD})


@dataclass(frozen=True)
class Submission:
    """
    One form as it was sent.

    Attributes:
        texts: What was typed, literally, by field.
        values: The typed values; names of people are usernames.
        errors: Fields that name nobody, or more than one person.

    """

    texts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()


def read_submission(
    session: Session, document: FormDocument, sent: MultiDict[str, str]
) -> Submission:
    """Read what was sent for a form; people named in full become usernames."""
    texts = {name: tuple(sent.getlist(name)) for name in document.fields}
    values = document.from_text(sent, ignore=PAGE_FIELDS)
    errors = []
    for item in document.fields.values():
        if item.widget == "person" and values.get(item.name):
            try:
                values[item.name] = _people(session, values[item.name])
            except PersonNotClear as unclear:
                errors.append(FieldError(item.name, said(unclear)))
    return Submission(texts, values, tuple(errors))


def accept(
    document: FormDocument, submission: Submission, context: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Return the data that the form accepts.

    Raises:
        FormRefused: A value is missing, wrong or not clear; all of them are named.

    """
    errors = {error.field: error for error in submission.errors}
    try:
        accepted = document.validate(submission.values, context)
    except FormRefused as refused:
        for error in refused.errors:
            errors.setdefault(error.field, error)
    if errors:
        order = list(document.fields)
        raise FormRefused(
            sorted(
                errors.values(),
                key=lambda error: order.index(error.field) if error.field in order else len(order),
            )
        )
    return accepted


def kept_texts(document: FormDocument, submission: Submission) -> list[tuple[str, str]]:
    """Return label and text of everything that was filled in, to be kept for its author."""
    kept = []
    for item in document.fields.values():
        written = [text for text in submission.texts.get(item.name, ()) if text.strip()]
        if written:
            kept.append((item.label, ", ".join(_as_chosen(item, text) for text in written)))
    return kept


def _people(session: Session, value: Any) -> Any:
    """Return the usernames of those whom a value names."""
    if isinstance(value, list):
        return list(dict.fromkeys(username_of(session, text) for text in value))
    return username_of(session, str(value))


def _as_chosen(item: Field, text: str) -> str:
    """Return the label of a chosen option, or the text itself."""
    return next((one.label for one in item.options if str(one.value) == text), text)
