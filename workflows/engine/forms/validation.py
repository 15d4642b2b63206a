"""Check form data against its schema and say in plain words what to mend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from rules.sentences import Sentence, sentence_of
from workflows.engine import json_data
from workflows.engine.forms import wording
from workflows.errors import Invalid

if TYPE_CHECKING:
    from workflows.engine.forms.document import FormDocument

Validator = jsonschema_rs.Draft202012Validator
_EXACT = 2.0**53
_WHAT = Sentence("The form")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, as a sentence for the person who fills it in."""

    field: str
    message: str


class FormRefused(Invalid):
    """Form data with at least one value that is missing, wrong or not asked for."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(Sentence.together(_with_stop(error.message) for error in self.errors))


def _with_stop(message: str) -> str:
    """Return what is told of a field as a whole sentence."""
    return message if message.endswith(".") else Sentence.together((message,), each="%s.")


def make_validator(schema: Mapping[str, Any]) -> Validator:
    """Compile a schema; patterns run in linear time."""
    return Validator(
        dict(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def validate(
    form: "FormDocument", data: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Return the data that the form accepts.

    Raises:
        FormRefused: A value is missing, wrong, or not a field of the form.

    """
    try:
        entered = json_data.checked(data, what=_WHAT)
    except json_data.DataRefused as refused:
        raise FormRefused([FieldError("", sentence_of(refused))]) from refused
    hidden = _hidden(form, {**context, **entered})
    entered = {name: value for name, value in entered.items() if name not in hidden}
    found = _blank(form, entered)
    for error in form.validator.iter_errors(entered):
        for name, message in _messages(form, error, hidden):
            found.setdefault(name, message)
    if found:
        raise FormRefused(FieldError(name, found[name]) for name in _in_order(form, found))
    for name in form.whole_numbers & entered.keys():
        entered[name] = _whole(entered[name])
    return entered


def _hidden(form: "FormDocument", values: Mapping[str, Any]) -> set[str]:
    """Return the names of the fields that their conditions hide."""
    return {
        name
        for name, field in form.fields.items()
        if field.show_when is not None and not form.is_shown(field, values)
    }


def _blank(form: "FormDocument", entered: Mapping[str, Any]) -> dict[str, str]:
    """Return the required fields that hold nothing but white space, with what to say."""
    return {
        name: wording.missing(form.fields[name], name)
        for name, value in entered.items()
        if isinstance(value, str)
        and not value.strip()
        and name in form.fields
        and form.fields[name].is_required
    }


def _messages(
    form: "FormDocument", error: jsonschema_rs.ValidationError, hidden: set[str]
) -> Iterable[tuple[str, str]]:
    """Return the field and sentence of each thing that one schema error names."""
    kind = error.kind
    path = list(error.instance_path)
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required) and not path:
        name = str(kind.property)
        return [] if name in hidden else [(name, wording.missing(form.fields.get(name), name))]
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties) and not path:
        return [(name, wording.unknown(name)) for name in kind.unexpected]
    if not path:
        return [("", wording.not_together(error))]
    name = str(path[0])
    field = form.fields.get(name)
    if field is None:
        return [(name, f"{name}: {error.message}")]
    return [(name, wording.wrong(field, error))]


def _in_order(form: "FormDocument", found: Mapping[str, str]) -> list[str]:
    """Return the names in the order of the form, unknown ones at the end."""
    order = {name: place for place, name in enumerate(form.fields)}
    return sorted(found, key=lambda name: order.get(name, len(order)))


def _whole(value: Any) -> Any:
    """Return a whole number as one (JSON knows `5.0`), as far as a float is exact."""
    is_exact = isinstance(value, float) and abs(value) <= _EXACT
    return int(value) if is_exact else value
