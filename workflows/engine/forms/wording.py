"""The sentences that tell people what to mend in a form. They end without a full stop."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from rules.sentences import Sentence, Words

if TYPE_CHECKING:
    from workflows.engine.forms.document import Field, Option

_Kind = jsonschema_rs.ValidationErrorKind
_LONGEST_NAME = 40
_MOST_LISTED = 7
_FORMATS: Mapping[str, Sentence] = {
    "date": Sentence("a date such as 2026-11-20"),
    "date-time": Sentence("a date and time such as 2026-11-20T09:30:00Z"),
    "time": Sentence("a time such as 09:30:00Z"),
    "email": Sentence("an e-mail address such as name@example.org"),
    "uri": Sentence("a web address such as https://example.org"),
}
_TYPES: Mapping[str, Sentence] = {
    "boolean": Sentence("yes or no"),
    "choices": Sentence("a list of choices"),
    "list": Sentence("a list of texts"),
    "object": Sentence("a group of named values"),
    **{name.replace("-", ""): text for name, text in _FORMATS.items()},
}


def missing(field: "Field | None", name: str) -> Sentence:
    """Say that a required field is empty."""
    if field is None:
        return Sentence("Enter “%(label)s”", label=name)
    if field.schema.get("const") is True:
        return _constant(field, True)
    if not _is_noun(field.label):
        return Sentence("Answer “%(label)s”", label=_label(field))
    if field.value_type in ("choice", "choices", "boolean") or field.widget in ("person", "rating"):
        return Sentence("Choose %(label)s", label=_label(field, _the))
    return Sentence("Enter %(label)s", label=_label(field, _the))


def unknown(name: str) -> Sentence:
    """Say that a form has no such field."""
    return Sentence("This form has no field “%(name)s”; leave it out", name=name)


def not_together(error: jsonschema_rs.ValidationError) -> Sentence:
    """Say that the answers as a whole break a rule of the schema."""
    return Sentence("The answers do not go together: %(why)s", why=error.message)


def wrong(field: "Field", error: jsonschema_rs.ValidationError) -> str:
    """Say what is wrong with the value of a field."""
    kind = error.kind
    if isinstance(kind, _Kind.MinLength) and error.instance == "":
        return missing(field, field.name)
    own = field.schema.get("x-message")
    if isinstance(own, str) and not isinstance(kind, _Kind.Type):
        return own.rstrip(".")
    if isinstance(kind, _Kind.Constant):
        return _constant(field, kind.expected_value)
    return _complaint(field, error)


def _complaint(field: "Field", error: jsonschema_rs.ValidationError) -> Sentence:
    """Say what the value must be."""
    kind = error.kind
    if field.options and isinstance(
        kind, _Kind.Enum | _Kind.OneOfNotValid | _Kind.AnyOf | _Kind.Type
    ):
        return _one_of(field)
    if field.value_type in ("integer", "number"):
        return _must_be(field, _number(field))
    if isinstance(kind, _Kind.Type):
        return _must_be(field, _TYPES.get(field.value_type, Sentence("text")))
    if isinstance(kind, _Kind.Format):
        known = _FORMATS.get(str(field.schema.get("format")))
        return _must_be(field, known or Sentence("a valid %(format)s", format=kind.format))
    return _size(field, error)


def _must_be(field: "Field", kind: object) -> Sentence:
    """Say what kind of value a field takes."""
    return Sentence("%(field)s must be %(kind)s", field=_label(field, _subject), kind=kind)


def _number(field: "Field") -> Sentence:
    """Describe the numbers that a field takes."""
    bounds = _bounds(field.schema)
    if field.value_type == "integer":
        return (
            Sentence("a whole number %(bounds)s", bounds=bounds)
            if bounds
            else Sentence("a whole number")
        )
    return Sentence("a number %(bounds)s", bounds=bounds) if bounds else Sentence("a number")


def _bounds(schema: Mapping[str, Any]) -> Sentence | None:
    """Describe between which numbers a value must lie."""
    low, high = schema.get("minimum"), schema.get("maximum")
    found = []
    if low is not None and high is not None:
        found.append(Sentence("between %(low)s and %(high)s", low=low, high=high))
    elif low is not None:
        found.append(Sentence("of at least %(low)s", low=low))
    elif high is not None:
        found.append(Sentence("of at most %(high)s", high=high))
    if "exclusiveMinimum" in schema:
        found.append(Sentence("greater than %(low)s", low=schema["exclusiveMinimum"]))
    if "exclusiveMaximum" in schema:
        found.append(Sentence("less than %(high)s", high=schema["exclusiveMaximum"]))
    if "multipleOf" in schema:
        found.append(Sentence("in steps of %(step)s", step=schema["multipleOf"]))
    if not found:
        return None
    bounds = found[0]
    for other in found[1:]:
        bounds = Sentence("%(one)s and %(other)s", one=bounds, other=other)
    return bounds


def _size(field: "Field", error: jsonschema_rs.ValidationError) -> Sentence:
    """Describe the length of text or list that is allowed."""
    kind, subject = error.kind, _label(field, _subject)
    if isinstance(kind, _Kind.MinLength | _Kind.MaxLength):
        return _length(subject, kind)
    if isinstance(kind, _Kind.MinItems | _Kind.MaxItems):
        return _several(subject, kind)
    if isinstance(kind, _Kind.UniqueItems):
        return Sentence("%(field)s names the same thing twice", field=subject)
    if isinstance(kind, _Kind.Pattern):
        return Sentence("%(field)s does not have the expected form", field=subject)
    return Sentence("%(field)s is not accepted: %(why)s", field=subject, why=error.message)


def _length(field: Words, kind: Any) -> Sentence:
    """Say how long a text must or may be."""
    one = Sentence("1 character")
    count = one if kind.limit == 1 else Sentence("%(number)s characters", number=kind.limit)
    if isinstance(kind, _Kind.MinLength):
        return Sentence("%(field)s must have at least %(count)s", field=field, count=count)
    return Sentence("%(field)s must have at most %(count)s", field=field, count=count)


def _several(field: Words, kind: Any) -> Sentence:
    """Say how many choices must or may be made."""
    one = Sentence("1 choice")
    count = one if kind.limit == 1 else Sentence("%(number)s choices", number=kind.limit)
    if isinstance(kind, _Kind.MinItems):
        return Sentence("%(field)s needs at least %(count)s", field=field, count=count)
    return Sentence("%(field)s takes at most %(count)s", field=field, count=count)


def _constant(field: "Field", expected: Any) -> Sentence:
    """Say which single answer is accepted, such as a tick for consent."""
    if expected is True:
        return Sentence("Tick “%(label)s” to go on", label=_label(field))
    return _must_be(field, str(expected))


def _one_of(field: "Field") -> Sentence:
    """List the choices of a field, if they are few."""
    if len(field.options) > _MOST_LISTED:
        return Sentence("%(field)s must be one of the choices", field=_label(field, _subject))
    choices = [_choice(field, each) for each in field.options]
    return Sentence(
        "%(field)s must be one of: %(choices)s", field=_label(field, _subject), choices=choices
    )


def _choice(field: "Field", option: "Option") -> Words:
    """Return what an answer is called in each language."""
    labels = {
        language: words.get("labels", {}).get(str(option.value), option.label)
        for language, words in field.translations.items()
    }
    return Words(str(option.label), str(option.label), labels)


def _label(field: "Field", in_english: Callable[[str], str] = str) -> Words:
    """Return the label in each language, and as an English sentence has it."""
    labels = {
        language: words["label"]
        for language, words in field.translations.items()
        if "label" in words
    }
    if "en" in labels:
        labels["en"] = in_english(labels["en"])
    return Words(in_english(field.label), field.label, labels)


def _subject(label: str) -> str:
    """Return the label as the subject of a sentence."""
    return label if _is_noun(label) else f"“{label}”"


def _is_noun(label: str) -> bool:
    """Say whether a label can stand in a sentence without quotation marks."""
    return len(label) <= _LONGEST_NAME and not label.endswith(("?", ".", ":", "!"))


def _the(label: str) -> str:
    """Return the label inside a sentence: `the reason`, `your reason`, `the CV`."""
    first, _, _ = label.partition(" ")
    inside = label if first[1:] != first[1:].lower() or len(first) == 1 else _lower_first(label)
    if first.lower() in {"the", "a", "an", "your", "my", "his", "her", "their", "our"}:
        return inside
    return f"the {inside}"


def _lower_first(label: str) -> str:
    """Return the label with a small first letter."""
    return label[:1].lower() + label[1:]
