"""Valid data for any form, made by chance: what a patient person could enter."""

import string
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from workflows.engine.forms import FormDocument

PEOPLE = ("amara", "bo", "chen", "dalia", "emre", "freya", "goran", "hana")


class SampleData:
    """Makes valid data with one source of chance, so that a seed repeats them."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def for_form(self, form: FormDocument, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return data that the form accepts, with or without what is optional."""
        data: dict[str, Any] = {}
        for name, field in form.fields.items():
            if field.is_required or self._chance.random() < 0.7:
                data[name] = self.value(field.schema, is_person=field.widget == "person")
        for _ in form.fields:
            values = {**context, **data}
            data = {
                name: value
                for name, value in data.items()
                if form.is_shown(form.fields[name], values)
            }
        return form.validate(data, context)

    def value(self, schema: Mapping[str, Any], *, is_person: bool = False) -> Any:
        """Return one value that a schema accepts."""
        if "const" in schema:
            return schema["const"]
        choices = schema.get("enum") or [one["const"] for one in schema.get("oneOf", ())]
        if choices:
            return self._chance.choice(choices)
        kind = schema.get("type", "string")
        if kind == "string" and is_person:
            return self._chance.choice(PEOPLE)
        return getattr(self, f"_{kind}")(schema, is_person)

    def _boolean(self, schema: Mapping[str, Any], is_person: bool) -> bool:
        return self._chance.random() < 0.75

    def _integer(self, schema: Mapping[str, Any], is_person: bool) -> int:
        low = schema.get("minimum", 0)
        return self._chance.randint(low, min(schema.get("maximum", low + 20), low + 20))

    def _number(self, schema: Mapping[str, Any], is_person: bool) -> float:
        return float(self._integer(schema, is_person))

    def _string(self, schema: Mapping[str, Any], is_person: bool) -> str:
        if schema.get("format") == "date":
            return (date(2026, 11, 20) + timedelta(days=self._chance.randrange(60))).isoformat()
        length = max(schema.get("minLength", 0), 8)
        return "".join(self._chance.choices(f"{string.ascii_letters}éß", k=length))

    def _array(self, schema: Mapping[str, Any], is_person: bool) -> Sequence[Any]:
        wanted = schema.get("minItems", 1)
        if is_person:
            return self._chance.sample(PEOPLE, wanted)
        return [self.value(schema.get("items", {})) for _ in range(wanted)]

    def _object(self, schema: Mapping[str, Any], is_person: bool) -> dict[str, Any]:
        return {name: self.value(part) for name, part in schema.get("properties", {}).items()}
