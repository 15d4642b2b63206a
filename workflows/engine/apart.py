"""
Texts that a form keeps apart: a mark stands for them in the case and in its log.

The log of a case is kept as long as the case and can be replayed; what has to be
forgotten earlier must never get into it. The text goes past the case, in the memory of
the transaction, to the service of the same step that keeps it in a row of its own.
Replaying gives the same mark again, before and after the text is forgotten.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.engine.forms import FormDocument
from workflows.errors import Invalid

MARK = "kept apart: "
_TEXTS = "texts kept apart"


class NobodyTakesIt(Invalid):
    """A form keeps a text apart, and no service of the step takes it: it would be lost."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "The form keeps a text apart, but no service behind it takes it. Nothing was"
                " saved; tell whoever designed the process."
            )
        )


def put(session: Session, form: FormDocument, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a form with marks for the texts that it keeps apart."""
    texts = {name: data[name] for name in form.kept_apart if data.get(name)}
    if not texts:
        return data
    marks = {name: f"{MARK}{uuid4().hex}" for name in texts}
    session.info[_TEXTS] = {marks[name]: text for name, text in texts.items()}
    return {**data, **marks}


def take(session: Session, value: str | None) -> str | None:
    """
    Return the text that a mark stands for, once; a text without a mark is itself.

    After a step that failed and is tried again the text is gone: an incident keeps the
    mark, and whoever typed the text was given it back.
    """
    if value is None or not value.startswith(MARK):
        return value
    texts: dict[str, str] = session.info.get(_TEXTS, {})
    return texts.pop(value, None)


def must_be_taken(session: Session, data: Mapping[str, Any]) -> None:
    """
    Pass when every text that the data have a mark for was taken.

    Raises:
        NobodyTakesIt: One was not.

    """
    left: Mapping[str, str] = session.info.get(_TEXTS, {})
    if left and any(value in left for value in data.values() if isinstance(value, str)):
        raise NobodyTakesIt
