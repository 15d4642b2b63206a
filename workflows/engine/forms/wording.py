"""The sentences that tell people what to mend in a form. They end without a full stop."""

from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from workflows.engine.forms.document import Field

_Kind = jsonschema_rs.ValidationErrorKind
_LONGEST_NAME = 40
_MOST_LISTED = 7
_SIZES = (
    (_Kind.MinLength, "must have at least", "character"),
    (_Kind.MaxLength, "must have at most", "character"),
    (_Kind.MinItems, "needs at least", "choice"),
    (_Kind.MaxItems, "takes at most", "choice"),
)
_FORMATS = {
    "date": "must be a date such as 2026-11-20",
    "date-time": "must be a date and time such as 2026-11-20T09:30:00Z",
    "time": "must be a time such as 09:30:00Z",
    "email": "must be an e-mail address such as name@example.org",
    "uri": "must be a web address such as https://example.org",
}


def missing(field: "Field | None", name: str) -> str:
    """Say that a required field is empty."""
    if field is None:
        return f"Enter “{name}”"
    if field.schema.get("const") is True:
        return _constant(field, True)
    if not _is_noun(field.label):
        return f"Answer “{field.label}”"
    if field.value_type in ("choice", "choices", "boolean") or field.widget in ("person", "rating"):
        return f"Choose {_the(field.label)}"
    return f"Enter {_the(field.label)}"


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
    return f"{_subject(field)} {_complaint(field, error)}"


def _complaint(field: "Field", error: jsonschema_rs.ValidationError) -> str:
    """Return the second half of the sentence: what the value must be."""
    kind = error.kind
    if field.options and isinstance(
        kind, _Kind.Enum | _Kind.OneOfNotValid | _Kind.AnyOf | _Kind.Type
    ):
        return _one_of(field)
    if field.value_type in ("integer", "number"):
        return _number(field)
    if isinstance(kind, _Kind.Type):
        return _TYPES.get(field.value_type, "must be text")
    if isinstance(kind, _Kind.Format):
        return _FORMATS.get(str(field.schema.get("format")), f"is not a valid {kind.format}")
    return _size(error)


_TYPES = {
    "boolean": "must be yes or no",
    "choices": "must be a list of choices",
    "list": "must be a list of texts",
    "object": "must be a group of named values",
    **{name.replace("-", ""): text for name, text in _FORMATS.items()},
}


def _number(field: "Field") -> str:
    """Describe the numbers that a field takes."""
    schema = field.schema
    noun = "a whole number" if field.value_type == "integer" else "a number"
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = []
    if low is not None and high is not None:
        parts.append(f"between {low} and {high}")
    elif low is not None:
        parts.append(f"of at least {low}")
    elif high is not None:
        parts.append(f"of at most {high}")
    if "exclusiveMinimum" in schema:
        parts.append(f"greater than {schema['exclusiveMinimum']}")
    if "exclusiveMaximum" in schema:
        parts.append(f"less than {schema['exclusiveMaximum']}")
    if "multipleOf" in schema:
        parts.append(f"in steps of {schema['multipleOf']}")
    return " ".join(["must be", noun, " and ".join(parts)]).strip()


def _size(error: jsonschema_rs.ValidationError) -> str:
    """Describe the length of text or list that is allowed."""
    kind = error.kind
    for type_, words, noun in _SIZES:
        if isinstance(kind, type_):
            return f"{words} {_count(kind.limit, noun)}"
    if isinstance(kind, _Kind.UniqueItems):
        return "names the same thing twice"
    if isinstance(kind, _Kind.Pattern):
        return "does not have the expected form"
    return f"is not accepted: {error.message}"


def _constant(field: "Field", expected: Any) -> str:
    """Say which single answer is accepted, such as a tick for consent."""
    if expected is True:
        return f"Tick “{field.label}” to go on"
    return f"{_subject(field)} must be {expected}"


def _one_of(field: "Field") -> str:
    """List the choices of a field, if they are few."""
    if len(field.options) > _MOST_LISTED:
        return "must be one of the choices"
    return "must be one of: " + ", ".join(str(option.label) for option in field.options)


def _subject(field: "Field") -> str:
    """Return the label as the subject of a sentence."""
    return field.label if _is_noun(field.label) else f"“{field.label}”"


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


def _count(number: int, noun: str) -> str:
    """Return a number with its noun in the right form."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
