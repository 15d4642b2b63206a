"""A form for the data of a case or of a step: a field for each value, and what it changes."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp import data_values
from webapp.forms.facts import label_of, usernames_in
from webapp.sentences import said
from webapp.texts import gettext as _
from workflows.engine import json_data
from workflows.engine.forms import FormRefused
from workflows.engine.incident_data import Material
from workflows.engine.json_data import DataRefused

NEW_NAME, NEW_VALUE, REASON = "new_name", "new_value", "reason"
_PREFIX = "value."
_NAME = re.compile(r"[A-Za-z_]\w{0,119}")
_RESERVED = {"started_by"}
_LONGEST = 20_000
_LONG = 60


@dataclass(frozen=True)
class Value:
    """One value of the data, as the form shows it."""

    name: str
    label: str
    before: Any
    text: str
    number: int
    is_brought: bool = False
    is_confidential: bool = False
    is_kept: bool = False
    person: str | None = None

    @property
    def key(self) -> str:
        """Return the name of its field."""
        return f"{_PREFIX}{self.name}"

    @property
    def anchor(self) -> str:
        """Return the id of its control."""
        return f"value-{self.number}"

    @property
    def kind(self) -> str:
        """Return what kind of value it is."""
        return data_values.kind_of(self.before)

    @property
    def is_too_large(self) -> bool:
        """Say whether it is too much for a page."""
        return len(data_values.as_text(self.before)) > _LONGEST

    @property
    def is_fixed(self) -> bool:
        """Say whether it can only be left as it is here."""
        return self.is_confidential or self.is_kept or self.is_too_large

    @property
    def is_long(self) -> bool:
        """Say whether it needs several lines."""
        shown = data_values.as_text(self.before)
        return self.kind == data_values.NESTED or len(shown) > _LONG or "\n" in self.text

    @property
    def rows(self) -> int:
        """Return how many lines its field has."""
        return min(max(self.text.count("\n") + 1, 3), 14)


@dataclass(frozen=True)
class Change:
    """One value that would be another one."""

    name: str
    label: str
    before: str
    after: str
    is_new: bool


def told(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str] | None = None
) -> list[Change]:
    """Return in words what values there would be instead of those before."""
    return [
        Change(
            name,
            (labels or {}).get(name, label_of(name)),
            data_values.told(before[name]) if name in before else "",
            data_values.told(value),
            is_new=name not in before,
        )
        for name, value in after.items()
    ]


def _none_is_kept(_name: str) -> bool:
    """Keep no value from being changed."""
    return False


@dataclass(frozen=True)
class DataForm:
    """
    The data of a case or of a step that failed, with what somebody typed.

    Attributes:
        sent: What was typed, by field; nothing before the first look.
        untouched: What to say to whoever changes nothing.
        is_kept: Whether the value of a name stays as it is, because it leads to a record.
        hidden: People whom the reader must not know; values that name them stay.
        names: What to call people, by username.

    """

    material: Material
    sent: Mapping[str, str]
    untouched: str
    is_kept: Callable[[str], bool] = _none_is_kept
    hidden: Collection[str] = frozenset()
    names: Mapping[str, str] | None = None

    @cached_property
    def values(self) -> list[Value]:
        """Return every value, what the step itself brought first."""
        brought = self.material.brought
        around = [name for name in self.material.seen if name not in brought]
        return [self._value(name, number) for number, name in enumerate([*brought, *around])]

    @property
    def groups(self) -> list[tuple[str, list[Value]]]:
        """Return the values under their headings; a heading without values is left out."""
        headings = ((_("Entered in this step"), True), (_("Data of the case"), False))
        if self.material.form is None:
            headings = ((_("What the step brought"), True), headings[1])
        found = [
            (heading, [value for value in self.values if value.is_brought is is_brought])
            for heading, is_brought in headings
        ]
        return [(heading, values) for heading, values in found if values]

    @cached_property
    def errors(self) -> dict[str, str]:
        """Return a sentence for each field that needs mending, by the id of its control."""
        found = {value.anchor: refusal for value, refusal in self._refusals()}
        found |= self._refusal_of_new()
        if not self.sent.get(REASON, "").strip():
            found[REASON] = _("Enter the reason")
        return found or self._refusals_as_a_whole()

    @cached_property
    def changes(self) -> dict[str, Any]:
        """Return what would be changed, by name; what cannot be read is left out."""
        found: dict[str, Any] = {}
        for value in self.values:
            try:
                after = self._read(value)
            except data_values.ValueRefused:
                continue
            if not data_values.is_same(after, value.before):
                found[value.name] = after
        if self.new_name and not self._refusal_of_new():
            found[self.new_name] = data_values.read(self.sent.get(NEW_VALUE, ""), "", None)
        return found

    @property
    def told_changes(self) -> list[Change]:
        """Return the changes in words, in the order of the form."""
        labels = {value.name: value.label for value in self.values}
        return told(self.material.values, self.changes, labels)

    @property
    def new_name(self) -> str:
        """Return the name of a value that is to be added."""
        return self.sent.get(NEW_NAME, "").strip()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what was typed and changes something, to be sent once more."""
        typed = [(value.key, value.text) for value in self.values if value.name in self.changes]
        added = [(name, self.sent.get(name, "")) for name in (NEW_NAME, NEW_VALUE, REASON)]
        return typed + added

    def _value(self, name: str, number: int) -> Value:
        """Return one value with what was typed for it."""
        before = self.material.values[name]
        is_brought, form = name in self.material.brought, self.material.form
        item = form.fields.get(name) if form is not None and is_brought else None
        return Value(
            name=name,
            label=item.label if item is not None else label_of(name),
            before=before,
            text=self.sent.get(f"{_PREFIX}{name}", data_values.as_text(before)),
            number=number,
            is_brought=is_brought,
            is_kept=self.is_kept(name),
            is_confidential=not self.hidden_in(before).isdisjoint(self.hidden),
            person=(self.names or {}).get(before) if isinstance(before, str) else None,
        )

    def hidden_in(self, value: Any) -> set[str]:
        """Return what may be a username within a value."""
        return set(usernames_in(value))

    def _read(self, value: Value) -> Any:
        """Return the value that was typed; what is fixed stays."""
        return (
            value.before
            if value.is_fixed
            else data_values.read(value.text, value.label, value.before)
        )

    def _refusals(self) -> Iterator[tuple[Value, str]]:
        """Yield what cannot be read or kept."""
        for value in self.values:
            try:
                json_data.checked({value.name: self._read(value)})
            except (data_values.ValueRefused, DataRefused) as refused:
                yield value, said(refused).rstrip(".")

    def _refusal_of_new(self) -> dict[str, str]:
        """Return what is wrong with the value that is to be added."""
        name, text = self.new_name, self.sent.get(NEW_VALUE, "").strip()
        if not name:
            return {NEW_NAME: _("Enter the name of the new value")} if text else {}
        if not _NAME.fullmatch(name) or name in _RESERVED:
            return {NEW_NAME: _("A name has letters, digits and underscores only")}
        if self.is_kept(name):
            return {
                NEW_NAME: _("“%(name)s” would lead to a record; choose another name", name=name)
            }
        if name in self.material.values:
            return {NEW_NAME: _("There is a value “%(name)s” already", name=name)}
        return {} if text else {NEW_VALUE: _("Enter the value of “%(name)s”", name=name)}

    def _refusals_as_a_whole(self) -> dict[str, str]:
        """Return what the form of the step, or the limit of a case, says to all changes."""
        if not self.changes:
            first = self.values[0].anchor if self.values else NEW_NAME
            return {first: self.untouched}
        anchors = {value.name: value.anchor for value in self.values}
        try:
            self.material.split(json_data.checked(self.changes))
        except FormRefused as refused:
            return {anchors.get(each.field, REASON): each.message for each in refused.errors}
        except DataRefused as refused:
            return {NEW_NAME: said(refused).rstrip(".")}
        return {}
