"""A form document: its fields and texts in the order in which people see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from rules import feel
from workflows.engine.forms import from_text, validation

# By language, the words that a part has in it: `label`, `help`, `labels` of the answers and so on.
Translations = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Option:
    """One answer that a field offers."""

    value: Any
    label: str


@dataclass(frozen=True)
class Field:
    """
    One field of a form.

    Attributes:
        name: Key of the value in the data.
        value_type: `text`, `integer`, `number`, `boolean`, `date`, `datetime`,
            `time`, `choice`, `choices`, `list` or `object`.
        widget: How it is shown: `text`, `textarea`, `number`, `radio`,
            `select`, `checkbox`, `checkboxes`, `switch`, `person`, `rating`,
            `date`, `datetime`, `time`, `email`.
        attributes: HTML attributes that help while typing: `min`, `max`,
            `step`, `minlength`, `maxlength`.
        show_when: FEEL condition over process data and the other fields.
        prefill: FEEL over process data for what stands in the field at first.
        is_apart: Whether the text goes past the case to a service that keeps it.
        translations: Its words in other languages; see `translating`.

    """

    kind: ClassVar[str] = "field"
    name: str
    label: str
    help: str
    value_type: str
    widget: str
    is_required: bool
    options: tuple[Option, ...]
    attributes: Mapping[str, int | float | str]
    schema: Mapping[str, Any]
    show_when: feel.Expression | None = None
    default: Any = None
    prefill: feel.Expression | None = None
    is_apart: bool = False
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """A heading between fields."""

    kind: ClassVar[str] = "heading"
    text: str
    show_when: feel.Expression | None = None
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """A paragraph of Markdown in which `{{ field }}` stands for process data."""

    kind: ClassVar[str] = "text"
    text: str
    show_when: feel.Expression | None = None
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True)
class Show:
    """A value of the case, shown and not asked."""

    kind: ClassVar[str] = "show"
    name: str
    label: str
    show_when: feel.Expression | None = None
    translations: Translations = field(default_factory=dict)


Item = Field | Heading | Text | Show


@dataclass(frozen=True)
class FormDocument:
    """
    A form, compiled: it was checked when it was published.

    Attributes:
        items: Everything people see, in order.
        schema: The JSON Schema, closed: what it does not name is refused.

    """

    id: str
    title: str
    items: tuple[Item, ...]
    schema: Mapping[str, Any]
    validator: validation.Validator = field(repr=False, compare=False)
    translations: Translations = field(default_factory=dict)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Return the fields by name, in order."""
        return {item.name: item for item in self.items if isinstance(item, Field)}

    @cached_property
    def whole_numbers(self) -> frozenset[str]:
        """Return the names of the fields that hold whole numbers."""
        found = self.fields.values()
        return frozenset(each.name for each in found if each.value_type == "integer")

    @cached_property
    def kept_apart(self) -> tuple[str, ...]:
        """Return the fields whose texts go past the case."""
        return tuple(name for name, each in self.fields.items() if each.is_apart)

    @property
    def shown_names(self) -> frozenset[str]:
        """Return the names of process data that the form shows without asking for them."""
        return frozenset(item.name for item in self.items if isinstance(item, Show))

    def is_shown(self, item: Item, values: Mapping[str, Any]) -> bool:
        """Say whether an item is to be seen, given process data and what was entered."""
        return item.show_when is None or item.show_when.evaluate(values) is True

    def prefilled(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stands in the fields before anybody types; a person still confirms it."""
        proposals = {
            name: feel.to_json(field.prefill.evaluate(data))
            for name, field in self.fields.items()
            if field.prefill is not None
        }
        return {name: value for name, value in proposals.items() if value is not None}

    def validate(
        self, data: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """
        Return the data that the form accepts.

        A field that its condition hides is not required, and what was entered
        into it before it was hidden is left out. `context` is process data
        that conditions may name.

        Raises:
            FormRefused: A value is missing, wrong, or not a field of the form.

        """
        return validation.validate(self, data, context or {})

    def from_text(
        self, values: from_text.TextValues, *, ignore: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """
        Turn what a browser sends into typed values; what is empty is left out.

        Text that is no number, date or choice stays text, so that `validate`
        names it. Names that the form does not have stay too, to be refused;
        `ignore` lists those that belong to the page (such as its CSRF token).
        """
        return from_text.convert(self, values, ignore)
