"""References within the schema of a form: whether they lead somewhere, and not in a circle."""

from collections.abc import Iterator, Mapping
from typing import Any

_PLACE = "#/$defs/"
_KEYWORDS = ("$ref", "$dynamicRef")
_BY_NAME = ("properties", "patternProperties", "$defs", "dependentSchemas")
_DATA = ("const", "enum", "default", "examples")


def broken_reference(schema: Mapping[str, Any]) -> str | None:
    """Return a reference that does not lead to one of the definitions, where there is one."""
    known = _definitions(schema)
    for reference in references_in(schema):
        if reference != "#" and reference.removeprefix(_PLACE) not in known:
            return reference
    return None


def circular_reference(schema: Mapping[str, Any]) -> str | None:
    """Return a reference by which a schema contains itself, where there is one."""
    known = _definitions(schema)
    inner = {name: set(references_in(part)) for name, part in known.items()}
    if "#" in references_in(schema):
        return "#"
    for name in known:
        seen: set[str] = set()
        ahead = set(inner[name])
        while ahead:
            reference = ahead.pop()
            target = reference.removeprefix(_PLACE)
            if target == name:
                return reference
            if target not in seen:
                seen.add(target)
                ahead |= inner.get(target, set())
    return None


def _definitions(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the definitions of a schema by their names."""
    found = schema.get("$defs")
    return found if isinstance(found, dict) else {}


def references_in(part: object) -> Iterator[str]:
    """Yield every reference in a part of a schema; `const` and the like are data."""
    ahead: list[Any] = [part]
    while ahead:
        found = ahead.pop()
        if isinstance(found, list):
            ahead.extend(found)
        elif isinstance(found, dict):
            yield from (str(found[key]) for key in _KEYWORDS if isinstance(found.get(key), str))
            for key, value in found.items():
                if key in _BY_NAME and isinstance(value, dict):
                    ahead.extend(value.values())
                elif key not in _DATA:
                    ahead.append(value)
