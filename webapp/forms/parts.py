"""The parts of a form as a page shows them: what stands in a field, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from webapp.forms.facts import named_fact
from webapp.forms.marked_text import marked_up
from webapp.languages import current_language
from webapp.texts import gettext as _
from workflows import json_text
from workflows.engine.forms import (
    Field,
    FieldError,
    FormDocument,
    Heading,
    Item,
    Show,
    Text,
    in_language,
)

_SHORT_FACT = 48


@dataclass(frozen=True)
class Choice:
    """One answer that a field offers, as a browser sends it."""

    value: str
    label: str


@dataclass(frozen=True)
class FormPart:
    """
    One item of a form document, ready to be drawn.

    Attributes:
        kind: `field`, `heading`, `text` or `show`.
        key: Name that the page knows the part by, unique in the form.
        item: The item of the document.
        texts: What stands in a field, as a browser sends it.
        fact: What a `show` shows.
        html: What a `text` says.
        error: What is wrong with the field.
        is_hidden: Whether its condition hides it at the moment.
        is_consent: Whether it is a box that must be ticked to go on.

    """

    kind: str
    key: str
    item: Item
    texts: tuple[str, ...] = ()
    fact: str = ""
    html: Markup = Markup("")  # noqa: RUF009 (immutable)
    error: str | None = None
    is_hidden: bool = False
    is_consent: bool = False

    @property
    def is_short(self) -> bool:
        """Say whether it is a fact that has room beside another one."""
        return self.kind == "show" and len(self.fact) <= _SHORT_FACT and "\n" not in self.fact

    @property
    def control_id(self) -> str:
        """Return the id of the control, apart from all other ids of a page."""
        return f"field-{self.key}"

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return what can be chosen, as a browser sends it."""
        item = self.item
        if not isinstance(item, Field):
            return ()
        if item.value_type == "boolean":
            return (Choice("true", _("Yes")), Choice("false", _("No")))
        if item.options:
            return tuple(Choice(as_texts(one.value)[0], one.label) for one in item.options)
        low, high = int(item.attributes.get("min", 1)), int(item.attributes.get("max", 5))
        return tuple(Choice(str(value), str(value)) for value in range(low, high + 1))

    @property
    def text(self) -> str:
        """Return the only or last thing that stands in the field."""
        return self.texts[-1] if self.texts else ""

    @property
    def described_by(self) -> str:
        """Return the ids of the help and error that belong to the field."""
        help_text = getattr(self.item, "help", "")
        ids = [f"{self.control_id}-help"] if help_text else []
        return " ".join(ids + ([f"{self.control_id}-error"] if self.error else []))


@dataclass(frozen=True)
class FormPage:
    """A whole form: its parts in order, and the errors of the last attempt."""

    title: str
    parts: tuple[FormPart, ...]
    errors: tuple[FieldError, ...] = field(default=())

    @property
    def has_conditions(self) -> bool:
        """Say whether some part appears only under a condition."""
        return any(part.item.show_when is not None for part in self.parts)

    @property
    def hidden_keys(self) -> list[str]:
        """Return the parts that are hidden now."""
        return [part.key for part in self.parts if part.is_hidden]

    def anchor(self, error: FieldError) -> str:
        """Return the id of the control that an error is about."""
        part = next((part for part in self.parts if part.key == error.field), None)
        if part is None or not isinstance(part.item, Field):
            return "form"
        is_group = part.item.widget in {"radio", "checkboxes", "rating"}
        return f"{part.control_id}-0" if is_group else part.control_id


def read_page(
    document: FormDocument,
    *,
    data: Mapping[str, Any],
    entered: Mapping[str, Any],
    texts: Mapping[str, tuple[str, ...]] | None = None,
    errors: Iterable[FieldError] = (),
    names: Mapping[str, str] | None = None,
) -> FormPage:
    """
    Put a form together for a page.

    Attributes:
        data: Process data, for facts and conditions.
        entered: Typed values: a draft, or what was just sent.
        texts: What was sent, literally; it wins over `entered`, so that
            nothing that somebody typed is changed under their hands.
        names: Names of people by username, for facts that are usernames.

    """
    document = in_language(document, current_language())
    found = tuple(errors)
    by_field = {error.field: error.message for error in found}
    # A new form starts with what is proposed; an answer that was sent stands as it is.
    entered = {**document.prefilled(data), **entered} if texts is None else entered
    values = {**data, **entered}
    parts = []
    for number, item in enumerate(document.items):
        is_hidden = not document.is_shown(item, values)
        if isinstance(item, Field):
            sent = None if texts is None else texts.get(item.name, ())
            parts.append(_field_part(item, entered, sent, by_field, is_hidden=is_hidden))
        elif isinstance(item, Show):
            fact = named_fact(item.name, lookup(data, item.name), names or {})
            key = f"shown-{number}"
            parts.append(FormPart("show", key, item, fact=fact, is_hidden=is_hidden))
        elif isinstance(item, Text):
            html = marked_up(item.text, values, names or {})
            parts.append(FormPart("text", f"text-{number}", item, html=html, is_hidden=is_hidden))
        elif isinstance(item, Heading):
            parts.append(FormPart("heading", f"heading-{number}", item, is_hidden=is_hidden))
    return FormPage(document.title, tuple(parts), found)


def lookup(data: Mapping[str, Any], path: str) -> Any:
    """Return a value of process data; dots lead into nested values."""
    if path in data:
        return data[path]
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def as_texts(value: Any) -> tuple[str, ...]:
    """Return a typed value as a browser would send it."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list | tuple):
        return tuple(text for each in value for text in as_texts(each))
    if isinstance(value, dict):
        return (json_text.text(value),)
    if isinstance(value, float) and value.is_integer():
        return (str(int(value)),)
    return (str(value),)


def _field_part(
    item: Field,
    entered: Mapping[str, Any],
    sent: tuple[str, ...] | None,
    errors: Mapping[str, str],
    *,
    is_hidden: bool,
) -> FormPart:
    """Return the part of a field with what stands in it."""
    texts = as_texts(entered.get(item.name, item.default)) if sent is None else sent
    if item.value_type == "datetime":
        texts = tuple(text.removesuffix("Z").removesuffix(":00") for text in texts)
    if item.value_type == "list":
        texts = ("\n".join(texts),) if texts else ()
    return FormPart(
        "field",
        item.name,
        item,
        texts=texts,
        error=None if is_hidden else errors.get(item.name),
        is_hidden=is_hidden,
        is_consent=item.schema.get("const") is True,
    )
