"""Fills in any form as a patient person would: the ordinary answer mostly, another one at times."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from workflows.demo.choices import Choices
from workflows.engine import compiled, places
from workflows.engine.compiled import CompiledBundle
from workflows.engine.forms import FormDocument
from workflows.engine.forms.document import Field
from workflows.engine.tables import UserTask

_SENTENCES = (
    "It was discussed in detail, and both sides agree on the next step.",
    "The result is good; one date was moved by two weeks.",
    "The work goes well, and the team asks for more time to learn.",
    "The facts were looked at one by one and are in the file.",
    "A colleague helps with the first steps, and we meet again in a month.",
)
_NUMBERS = ("integer", "number")
_ORDINARY = 0.8  # how often the first of several answers is given
_RARE = 0.03
# Questions to which the ordinary answer is no.
_SELDOM = frozenset(
    {
        "financial_tie",
        "other_declared",
        "open_question",
        "ask_review",
        "is_failing",
        "is_failed",
        "is_recalled",
        "is_hazardous",
        "relocates",
        "look_again",
        "hardship",
        "disputes",
    }
)
# Answers that are given seldom, whatever the question is.
_GRAVE = frozenset(
    {
        "D",
        "REFER",
        "ESCALATE",
        "EXIT",
        "L3",
        "bound",
        "exit",
        "failed",
        "misconduct",
        "serious",
        "withheld",
        "discrimination",
        "self",
        "spouse",
    }
)
# What is answered first of all, where it is not the first of the answers.
_USUAL = frozenset({"none", "close", "ordinary", "passed", "later"})
_PAST = ("held_on", "heard_on", "back_on")  # days that are over or today
_END = ("to_on", "ends_on")
_LEAST_LENGTH, _MOST_LENGTH = 40, 130  # days of what begins and ends
_PARTIES = ("member", "candidate", "person", "subject", "username")
ATTEMPTS = 6  # with other answers, when a form or a rule refuses some
_OPTIONAL = 0.6  # how often what is optional is filled in


class FormFilling:
    """Makes answers with one source of chance, so that a seed repeats them."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def answers(
        self,
        form: FormDocument,
        seen: Mapping[str, Any],
        *,
        choices: Choices,
        now: datetime,
    ) -> dict[str, Any]:
        """Return answers to the fields that are shown, given the data that the form sees."""
        given: dict[str, Any] = {}
        proposed = form.prefilled(seen)
        people = self._sensible(choices.people, seen)
        for name, field in form.fields.items():
            if not form.is_shown(field, {**seen, **given}):
                continue
            if name in proposed:
                given[name] = proposed[name]
            elif self._follows(field, seen):
                given[name] = seen["proposal"]
            elif field.is_required or self._random.random() < _OPTIONAL:
                if name in choices.known:
                    given[name] = self._random.choice(choices.known[name])
                else:
                    named = self._named(given)
                    others = [one for one in people if one not in named] or people
                    given[name] = self._value(field, others, now)
        return given

    def for_user_task(
        self, session: Session, user_task: UserTask, *, choices: Choices, now: datetime
    ) -> dict[str, Any]:
        """Return answers to the form of a user task, given the data that it shows."""
        if user_task.form_key is None:
            return {}
        instance, bundle = compiled.of_case(session, user_task.instance_id)
        return self.in_case(user_task, instance.state, bundle, choices=choices, now=now)

    def in_case(
        self,
        user_task: UserTask,
        state: bytes | None,
        bundle: CompiledBundle,
        *,
        choices: Choices,
        now: datetime,
    ) -> dict[str, Any]:
        """Return answers to the form of a user task, given the state of its case."""
        form = None
        if user_task.form_key is not None:
            form = places.form_of(bundle, state, user_task.token_id, user_task.form_key)
        if form is None:
            return {}
        seen = places.seen_by(state, user_task.token_id, bundle.executable)
        return self.answers(form, seen or {}, choices=choices, now=now)

    def _follows(self, field: Field, seen: Mapping[str, Any]) -> bool:
        """Say whether a decision is taken as the rules propose it: mostly, unless it is grave."""
        proposal = seen.get("proposal")
        if proposal in _GRAVE or proposal not in [option.value for option in field.options]:
            return False
        return self._random.random() < _ORDINARY

    def _named(self, given: Mapping[str, Any]) -> set[str]:
        """Return whom a form names already, alone or in a list."""
        lists = (one if isinstance(one, list) else [one] for one in given.values())
        return {str(name) for names in lists for name in names}

    def _sensible(self, people: Sequence[str], seen: Mapping[str, Any]) -> Sequence[str]:
        """Leave out whom a case is about; where it proposes people, name one of those."""
        eligible = seen.get("eligible")
        if isinstance(eligible, list) and eligible:
            return eligible
        parties = [value for name in _PARTIES if isinstance(value := seen.get(name), str)]
        return [one for one in people if one not in parties] or people

    def _value(self, field: Field, people: Sequence[str], now: datetime) -> Any:
        """Return one answer."""
        if field.widget == "person":
            return self._people(field, people)
        if field.value_type == "boolean":
            return self._truth(field)
        if field.options:
            return self._choice(field)
        if field.value_type == "date":
            return (now + self._ahead(field.name)).date().isoformat()
        if field.value_type == "list":
            return self._list(field.schema)
        return self._plain(field.value_type, field.schema)

    def _ahead(self, name: str) -> timedelta:
        """Return how far ahead a day is; what was held was held today."""
        if name in _PAST:
            return timedelta()
        if name in _END:
            return timedelta(days=self._random.randrange(_LEAST_LENGTH, _MOST_LENGTH))
        return timedelta(days=self._random.randrange(30))

    def _truth(self, field: Field) -> bool:
        """Return yes mostly, no to what is seldom so, and what a form insists on."""
        if "const" in field.schema:
            return bool(field.schema["const"])
        return self._random.random() < (_RARE if field.name in _SELDOM else _ORDINARY)

    def _plain(self, value_type: str, schema: Mapping[str, Any]) -> Any:
        """Return a number or a text."""
        return self._number(schema) if value_type in _NUMBERS else self._text(schema)

    def _people(self, field: Field, people: Sequence[str]) -> Any:
        """Return somebody, or several where the form asks for a list."""
        if field.value_type != "list":
            return self._random.choice(people)
        number = max(int(field.schema.get("minItems", 1)), 3)
        number = min(number, int(field.schema.get("maxItems", number)), len(people))
        return self._random.sample(list(people), number)

    def _choice(self, field: Field) -> Any:
        """Return one of the answers that the form offers, or a list of one."""
        values = [option.value for option in field.options]
        is_ordinary = self._random.random() < _ORDINARY
        if field.widget == "rating":
            chosen = self._random.choices(values, [1 + 2 * place for place in range(len(values))])[
                0
            ]
        else:
            ordinary = next((one for one in values if one in _USUAL), values[0])
            chosen = ordinary if is_ordinary else self._another(values)
        return [chosen] if field.value_type == "choices" else chosen

    def _another(self, values: Sequence[Any]) -> Any:
        """Return any answer, a grave one seldom."""
        weights = [_RARE if one in _GRAVE else 1 for one in values]
        return self._random.choices(values, weights)[0]

    def _number(self, schema: Mapping[str, Any]) -> int:
        """Return a whole number, rather from the upper half of what is allowed."""
        low = int(schema.get("minimum", 0))
        high = int(schema.get("maximum", low + 40))
        return self._random.randint((low + high) // 2, high)

    def _list(self, schema: Mapping[str, Any]) -> list[Any]:
        """Return a short list of texts or of objects."""
        parts = schema.get("items", {})
        return [self._part(parts) for _ in range(max(1, int(schema.get("minItems", 1))))]

    def _part(self, schema: Mapping[str, Any]) -> Any:
        """Return a value for a schema that is no field of its own."""
        choices = schema.get("enum") or [one["const"] for one in schema.get("oneOf", ())]
        if choices:
            return choices[0]
        kind = schema.get("type", "string")
        if kind == "object":
            return {name: self._part(part) for name, part in schema.get("properties", {}).items()}
        return True if kind == "boolean" else self._plain(kind, schema)

    def _text(self, schema: Mapping[str, Any]) -> str:
        """Return a sentence that is neither too short nor too long."""
        text = self._random.choice(_SENTENCES)
        shortest, longest = int(schema.get("minLength", 0)), int(schema.get("maxLength", 4_000))
        while len(text) < shortest:
            text = f"{text} {self._random.choice(_SENTENCES)}"
        return text[:longest]
