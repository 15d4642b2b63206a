"""From the JSON Schema of one property to the field that people see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules import feel
from workflows.engine.forms.document import Field, Option

_FEW_OPTIONS = 5
_LONG_TEXT = 200
_FORMATS = {"date": "date", "date-time": "datetime", "time": "time"}
_WIDGETS = {
    "text": {"text", "textarea", "person", "email"},
    "integer": {"number", "rating", "text"},
    "number": {"number", "rating", "text"},
    "boolean": {"checkbox", "switch", "radio", "select"},
    "date": {"date", "text"},
    "datetime": {"datetime", "text"},
    "time": {"time", "text"},
    "choice": {"radio", "select", "rating"},
    "choices": {"checkboxes", "select"},
    "list": {"textarea", "person"},
    "object": {"textarea"},
}
_ATTRIBUTES = {
    "minimum": "min",
    "maximum": "max",
    "multipleOf": "step",
    "minLength": "minlength",
    "maxLength": "maxlength",
}


def read(name: str, part: Mapping[str, Any], whole: Mapping[str, Any]) -> Field:
    """Return the field of one property with the widget that suits it."""
    schema = _resolved(part, whole)
    value_type = _value_type(schema)
    options = _options(schema, value_type)
    is_required = name in whole.get("required", ())
    return Field(
        name=name,
        label=str(schema.get("title") or label_of(name)),
        help=str(schema.get("description") or ""),
        value_type=value_type,
        widget=_default_widget(schema, value_type, len(options), is_required=is_required),
        is_required=is_required,
        options=options,
        attributes=_attributes(schema, value_type),
        schema=schema,
        default=schema.get("default"),
    )


def with_ui(
    field: Field,
    entry: Mapping[str, Any],
    condition: feel.Expression | None,
    prefill: feel.Expression | None = None,
) -> Field:
    """
    Return the field as the user interface wants it shown.

    Raises:
        ValueError: The widget is unknown, or does not fit the values.

    """
    widget = str(entry.get("widget") or field.widget)
    if widget not in _WIDGETS[field.value_type]:
        known = ", ".join(sorted(_WIDGETS[field.value_type]))
        raise ValueError(
            f"The widget “{widget}” does not fit the field “{field.name}”; it takes {known}."
        )
    if entry.get("apart") and field.value_type != "text":
        raise ValueError(f"Only a text can be kept apart; “{field.name}” is none.")
    return replace(
        field,
        widget=widget,
        label=str(entry.get("label") or field.label),
        help=str(entry.get("help") or field.help),
        options=_relabelled(field.options, entry.get("labels")),
        show_when=condition,
        prefill=prefill,
        is_apart=entry.get("apart") is True,
    )


def label_of(name: str) -> str:
    """Return a readable label for a name: `candidate_name` becomes `Candidate name`."""
    words = name.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]


def _resolved(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the property with references into `$defs` written out; none leads in a circle."""
    while isinstance(part.get("$ref"), str):
        target = whole.get("$defs", {}).get(str(part["$ref"]).removeprefix("#/$defs/"))
        if not isinstance(target, dict):
            return part
        part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
    return part


def _value_type(schema: Mapping[str, Any]) -> str:
    """Return what kind of value a property takes."""
    json_type = schema.get("type")
    if isinstance(json_type, list):
        json_type = next((name for name in json_type if name != "null"), None)
    if json_type == "array":
        items = schema.get("items")
        return "choices" if isinstance(items, dict) and _choices(items) else "list"
    if json_type == "boolean":
        return "boolean"
    if _choices(schema):
        return "choice"
    if json_type == "string":
        return _FORMATS.get(str(schema.get("format")), "text")
    return str(json_type) if json_type in ("integer", "number", "object") else "text"


def _choices(schema: Mapping[str, Any]) -> list[Option]:
    """Return the answers that a schema lists by `enum` or by constants with titles."""
    if isinstance(schema.get("enum"), list):
        return [Option(value, _option_label(value)) for value in schema["enum"]]
    listed = schema.get("oneOf") or schema.get("anyOf") or []
    if not listed or not all(isinstance(one, dict) and "const" in one for one in listed):
        return []
    return [
        Option(one["const"], str(one.get("title") or _option_label(one["const"]))) for one in listed
    ]


def _options(schema: Mapping[str, Any], value_type: str) -> tuple[Option, ...]:
    """Return the answers that the field offers."""
    if value_type == "boolean":
        return (Option(True, "Yes"), Option(False, "No"))
    if value_type == "choices":
        return tuple(_choices(schema["items"]))
    return tuple(_choices(schema))


def _option_label(value: object) -> str:
    """Return a readable label for a constant: `NOT_RECOMMENDED` becomes `Not recommended`."""
    if not isinstance(value, str):
        return str(value)
    if value.isupper() and "_" in value:
        return value.replace("_", " ").capitalize()
    return label_of(value) if "_" in value or value.islower() else value


def _relabelled(options: tuple[Option, ...], labels: object) -> tuple[Option, ...]:
    """Return the options with the labels that the user interface gives them."""
    if not isinstance(labels, dict):
        return options
    return tuple(
        Option(option.value, str(labels.get(str(option.value), option.label))) for option in options
    )


def _default_widget(
    schema: Mapping[str, Any], value_type: str, options: int, *, is_required: bool
) -> str:
    """Return the widget that suits the values best."""
    if value_type == "boolean":
        # A required yes or no must be said; a checkbox left empty would say no by itself.
        return "radio" if is_required and "const" not in schema else "checkbox"
    if value_type == "choice":
        return "radio" if options <= _FEW_OPTIONS else "select"
    if value_type == "text":
        is_long = schema.get("maxLength", 0) > _LONG_TEXT
        return "email" if schema.get("format") == "email" else "textarea" if is_long else "text"
    widgets = {"integer": "number", "choices": "checkboxes", "list": "textarea"}
    return widgets.get(value_type, "textarea" if value_type == "object" else value_type)


def _attributes(schema: Mapping[str, Any], value_type: str) -> dict[str, int | float | str]:
    """Return the HTML attributes that help while typing."""
    attributes = {
        attribute: schema[keyword]
        for keyword, attribute in _ATTRIBUTES.items()
        if isinstance(schema.get(keyword), int | float)
    }
    if value_type == "number":
        attributes.setdefault("step", "any")
    return attributes
