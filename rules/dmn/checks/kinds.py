"""What is known about the type of an expression without running it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rules.dmn.syntax import Element, ItemDefinition
from rules.feel.syntax import TypeName, UnaryTests

_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "",
    "Any": "",
}
_BUILT_IN = frozenset(
    (
        *("number", "string", "boolean", "date", "time", "date and time", "list", "context"),
        *("days and time duration", "years and months duration", "range", "function", "null"),
    )
)
SCALARS = frozenset(
    (
        *("number", "string", "boolean", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    )
)
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A type as far as it is known; an empty name is no knowledge at all.

    Attributes:
        item: The type of the items of a list.
        members: The types of the members of a context; `None` if they are not known.
        allowed: What a declared type allows, the strictest first.
        is_enforced: Whether no value of another type can come, except null.
        is_required: Whether null cannot come either.

    """

    name: str = ""
    item: "Kind | None" = None
    members: Mapping[str, "Kind"] | None = None
    allowed: tuple[UnaryTests, ...] = ()
    is_enforced: bool = False
    is_required: bool = False

    @property
    def is_scalar(self) -> bool:
        """Say whether values of this type are single ones that can be compared."""
        return self.name in SCALARS

    @property
    def of_item(self) -> "Kind":
        """Return the type of an item; a single value is a list of one."""
        if self.name == "list":
            return self.item or UNKNOWN
        return self

    def member(self, name: str) -> "Kind":
        """Return the type of a member; members of a list are taken from each item."""
        if self.name == "list":
            return Kind("list", item=self.of_item.member(name))
        return (self.members or {}).get(name, UNKNOWN)


UNKNOWN = Kind()
NUMBER = Kind("number")
STRING = Kind("string")
BOOLEAN = Kind("boolean")
FUNCTION = Kind("function")


class Kinds:
    """The types of a model by name; `local` has the names that one of its files uses."""

    def __init__(
        self, definitions: Iterable[ItemDefinition], local: Mapping[str, str] | None = None
    ) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._local = local or {}
        # Types that are made of types are followed once, however often they are named.
        self._known: dict[str, Kind] = {}

    def named(self, type_ref: str) -> Kind:
        """Return what is known of the type that a reference leads to."""
        return self._named(type_ref, 0)

    def written(self, type: TypeName | None) -> Kind:
        """Return what is known of a type that is written in an expression."""
        if type is None:
            return UNKNOWN
        if type.name == "list" and type.parts:
            return Kind("list", item=self.written(type.parts[0]))
        if type.name == "context" and type.members:
            parts = map(self.written, type.parts)
            return Kind("context", members=dict(zip(type.members, parts, strict=True)))
        return self.named(type.name)

    def of_element(self, element: Element) -> Kind:
        """Return the type of the variable of an element."""
        if element.kind in {"knowledge", "service"}:
            return FUNCTION
        kind = self.named(element.type_ref)
        return replace(kind, is_enforced=kind.name != "", is_required=element.required)

    def _named(self, type_ref: str, depth: int) -> Kind:
        """Return a type by its name."""
        name = _plain(type_ref)
        if name not in self._known:
            definition = self._definitions.get(self._local.get(name, name))
            if definition is None or depth >= _MAX_DEPTH:
                return Kind(name) if name in _BUILT_IN else UNKNOWN
            self._known[name] = self._defined(definition, depth)
        return self._known[name]

    def _defined(self, definition: ItemDefinition, depth: int) -> Kind:
        """Return a type that the model defines."""
        if definition.components:
            members = {part.name: self._defined(part, depth + 1) for part in definition.components}
            kind = Kind("context", members=members)
        else:
            kind = self._named(definition.type_ref, depth + 1)
        if definition.allowed is not None and definition.allowed.tests:
            kind = replace(kind, allowed=(definition.allowed, *kind.allowed))
        return Kind("list", item=kind) if definition.is_collection else kind


def _plain(type_ref: str) -> str:
    """Return the name of a type without the prefix that old files have."""
    name = type_ref.removeprefix("feel:")
    return _ALIASES.get(name, name)
