"""Built-in functions on contexts and on truth."""

from typing import Any

from rules.feel.budget import Budget, check_list
from rules.feel.builtins.library import Library

LIBRARY = Library()


@LIBRARY.add("not", "negand: boolean")
def negate(budget: Budget, negand: bool) -> bool:
    """Return the opposite."""
    return not negand


@LIBRARY.add("get or else", "value: any, default: any")
def get_or_else(budget: Budget, value: Any, default: Any) -> Any:
    """Return a value, or the default for null."""
    return default if value is None else value


@LIBRARY.add("get value", "m: context, key: string", "context: context, keys: list")
def get_value(budget: Budget, context: dict[str, Any], key: str | list[Any]) -> Any:
    """Return the value of a key, or of a path of keys."""
    if key == []:
        return None
    value: Any = context
    for step in [key] if isinstance(key, str) else key:
        if not isinstance(value, dict) or not isinstance(step, str):
            return None
        value = value.get(step)
    return value


@LIBRARY.add("get entries", "m: context")
def get_entries(budget: Budget, context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a list of the keys and values."""
    budget.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@LIBRARY.add("context", "entries: list")
def make_context(budget: Budget, entries: list[Any]) -> dict[str, Any] | None:
    """Return a context of entries with `key` and `value`; null if a key stands twice."""
    budget.spend(len(entries))
    result: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in result:
            return None
        result[key] = entry["value"]
    return result


@LIBRARY.add(
    "context put",
    "context: context, key: string, value: any",
    "context: context, keys: list, value: any",
)
def context_put(
    budget: Budget, context: dict[str, Any], key: str | list[Any], value: Any
) -> dict[str, Any] | None:
    """Return a context with an entry added or replaced, perhaps deep inside."""
    keys = [key] if isinstance(key, str) else key
    if not keys or not all(isinstance(step, str) for step in keys):
        return None
    budget.spend(len(context) + len(keys))
    check_list(len(keys) * 1_000)
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    if not isinstance(inner, dict):
        return None
    changed = context_put(budget, inner, keys[1:], value)
    return None if changed is None else {**context, keys[0]: changed}


@LIBRARY.add("context merge", "contexts: list")
def context_merge(budget: Budget, contexts: list[Any]) -> dict[str, Any] | None:
    """Return one context; later entries win."""
    result: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        budget.spend(1 + len(context))
        result.update(context)
    return result
