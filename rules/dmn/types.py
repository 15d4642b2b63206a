"""The types of a model: what an input or a result may be, and its conversion from plain data."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rules.dmn.syntax import ItemDefinition
from rules.dmn.type_checks import (
    WRONG,
    Check,
    anything,
    built_in_check,
    context_check,
    list_check,
    restricted,
)
from rules.feel import Budget, FeelSyntaxError
from rules.feel import temporal as iso
from rules.feel.builtins import FUNCTIONS
from rules.feel.parser import parse_expression
from rules.feel.syntax import InstanceOf, TypeName
from rules.feel.types import Fit, is_instance
from rules.feel.values import TYPE_NAMES, type_name

__all__ = ["WRONG", "LocalTypes", "Types", "plain_name", "type_text", "written_type"]

_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    # What other editors write.
    **dict.fromkeys(("integer", "int", "long", "short", "double", "float", "decimal"), "number"),
}
_MIDNIGHT = iso.parse_time("00:00:00Z")
_ANY = frozenset({"", "Any", "any"})
_PLAIN_KINDS: dict[str, frozenset[type]] = {
    **dict.fromkeys(_ANY, frozenset({int, float, str, bool})),
    "number": frozenset({int, float}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
}


class Types:
    """All types of a model by name; what was asked for once is kept as a closure."""

    def __init__(self, definitions: Iterable[ItemDefinition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._checks: dict[str, Check] = {}
        self._structures: dict[str, TypeName] = {}
        self._fits: dict[str, Fit] = {}

    def knows(self, type_ref: str) -> bool:
        """Say whether a reference leads to a type."""
        name = self._plain(type_ref)
        return name in _ANY or name in TYPE_NAMES or name in self._definitions

    def _plain(self, type_ref: str) -> str:
        """Return the name of a type; the model may define what other editors take for granted."""
        name = type_ref.removeprefix("feel:")
        return name if name in self._definitions else plain_name(name)

    def fitted(self, value: Any, type_ref: str, budget: Budget, *, plain: bool = False) -> Any:
        """
        Return a value as a type, or `WRONG`; null fits every type.

        With `plain` the value comes from JSON.
        """
        if value is None or self._plain(type_ref) in _ANY:
            return value
        return self._converted(value, written_type(type_ref), budget, plain)

    def taken_as_they_are(self, type_ref: str) -> frozenset[type]:
        """Return the Python types of which every plain value fits a type."""
        name = self._plain(type_ref)
        return frozenset() if name in self._definitions else _PLAIN_KINDS.get(name, frozenset())

    def fitting(self, wanted: TypeName) -> Fit:
        """Return what makes a value fit a type, or makes it null."""
        if self._plain(wanted.name) in _ANY:
            return lambda value, _budget: value
        check = self._check(wanted)
        simple = "" if wanted.parts else self._plain(wanted.name)

        def fit(value: Any, budget: Budget) -> Any:
            if value is None or type_name(value) == simple:
                return value
            fitted = check(value, budget, False)
            if fitted is WRONG:
                fitted = self._converted(value, wanted, budget, False)
            return None if fitted is WRONG else fitted

        return fit

    def named(self, name: str) -> TypeName | None:
        """Return what a type of the model is made of."""
        name = self._plain(name)
        definition = self._definitions.get(name)
        if definition is None:
            return TypeName(name) if name in TYPE_NAMES else None
        if name not in self._structures:
            self._structures[name] = _structure(definition)
        return self._structures[name]

    def fit_of(self, type_ref: str) -> Fit:
        """Return what makes a value fit a type that is named, kept for the next time."""
        if type_ref not in self._fits:
            self._fits[type_ref] = self.fitting(written_type(type_ref))
        return self._fits[type_ref]

    def result_fit_of(self, type_ref: str) -> Fit:
        """Return what makes the result of a function fit; old files name its type itself."""
        meant = self.named(type_ref)
        if meant is None or meant.name != "function":
            return self.fit_of(type_ref)
        return self.fitting(meant.parts[-1] if meant.parts else TypeName("Any"))

    # -- conversions ---------------------------------------------------------------------

    def _converted(self, value: Any, wanted: TypeName, budget: Budget, plain: bool) -> Any:
        """
        Return a value as a type after one of the conversions of the standard, or `WRONG`.

        A list of one stands for its item, an item for a list of one, and a date for its
        first moment.
        """
        check = self._check(wanted)
        fitted = check(value, budget, plain)
        if fitted is not WRONG:
            return fitted
        if type(value) is not list and self._base(wanted) == "list":
            return check([value], budget, plain)
        if type(value) is list and len(value) == 1:
            return check(value[0], budget, plain)
        if type_name(value) == "date" and self._base(wanted) == "date and time":
            return check(FUNCTIONS["date and time"].call(budget, value, _MIDNIGHT), budget, plain)
        return WRONG

    def _base(self, wanted: TypeName) -> str:
        """Return the name of the built-in type that a type is made of."""
        name = self._plain(wanted.name)
        while name in self._definitions:
            meant = self.named(name)
            name = self._plain(meant.name) if meant is not None else ""
        return name

    # -- checks --------------------------------------------------------------------------

    def _check(self, wanted: TypeName) -> Check:
        """Return the check of a type."""
        name = self._plain(wanted.name)
        if name in self._definitions:
            return self._check_named(name)
        if name in _ANY or name not in TYPE_NAMES:
            return anything
        if name == "list" and wanted.parts:
            return list_check(self._check(wanted.parts[0]))
        if wanted.parts:
            return self._instance_check(wanted)
        return built_in_check(name)

    def _check_named(self, name: str) -> Check:
        """
        Return the check of a type of the model.

        It is made when it is needed first: a type may contain itself, and a model may
        name more types in a row than can be followed at once.
        """

        def check(value: Any, budget: Budget, plain: bool) -> Any:
            made = self._checks.get(name)
            if made is None:
                made = self._checks[name] = self._definition_check(self._definitions[name])
            return made(value, budget, plain)

        return check

    def _definition_check(self, definition: ItemDefinition) -> Check:
        """Return the check of a definition with its allowed values."""
        if definition.function is not None:
            check = self._instance_check(definition.function)
        elif definition.components:
            parts = definition.components
            check = context_check((part.name, self._definition_check(part)) for part in parts)
        else:
            check = self._check(written_type(definition.type_ref))
        if definition.allowed is not None:
            check = restricted(check, definition.allowed)
        if definition.is_collection:
            check = list_check(check)
        if definition.constraint is not None:
            check = restricted(check, definition.constraint)
        return check

    def _instance_check(self, wanted: TypeName) -> Check:
        """Return the check of what the language itself can test."""

        def check(value: Any, budget: Budget, plain: bool) -> Any:
            return value if is_instance(value, wanted, budget, self.named) else WRONG

        return check


class LocalTypes:
    """The types as one of several models sees them, which names them in its own way."""

    def __init__(self, types: Types, names: Mapping[str, str]) -> None:
        self._types = types
        self._names = names

    def fitting(self, wanted: TypeName) -> Fit:
        """Return what makes a value fit a type, or makes it null."""
        return self._types.fitting(self._meant(wanted))

    def named(self, name: str) -> TypeName | None:
        """Return what a type is made of."""
        return self._types.named(self._names.get(name, name))

    def _meant(self, wanted: TypeName) -> TypeName:
        """Return a type with the names that all models share."""
        parts = tuple(self._meant(part) for part in wanted.parts)
        return TypeName(self._names.get(wanted.name, wanted.name), parts, wanted.members)


def _structure(definition: ItemDefinition) -> TypeName:
    """Return what a type is made of, one level deep; the allowed values do not count."""
    if definition.function is not None:
        single = definition.function
    elif definition.components:
        parts = tuple(_structure(part) for part in definition.components)
        single = TypeName("context", parts, tuple(part.name for part in definition.components))
    else:
        single = written_type(definition.type_ref or "Any")
    return TypeName("list", (single,)) if definition.is_collection else single


@lru_cache(maxsize=1_024)
def written_type(type_ref: str) -> TypeName:
    """Return the type that a text names; it may have parts, such as `list<number>`."""
    if "<" in type_ref:
        try:
            tree = parse_expression(f"null instance of {type_ref}")
        except FeelSyntaxError:
            return TypeName(type_ref)
        if isinstance(tree, InstanceOf):
            return tree.type
    return TypeName(type_ref.removeprefix("feel:"))


def plain_name(type_ref: str) -> str:
    """Return the name of a type without the prefix that old files have."""
    name = type_ref.removeprefix("feel:")
    return _ALIASES.get(name, name)


def type_text(type_ref: str) -> str:
    """Return how a message names a type."""
    return plain_name(type_ref) or "any value"
