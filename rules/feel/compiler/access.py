"""Constants, names, paths, filters and types."""

from decimal import Decimal
from typing import Any

from rules.feel import types
from rules.feel.compiler.core import (
    BUDGET,
    Code,
    Frame,
    Scope,
    compile_node,
    compiles,
    constant,
    cost,
    read_path,
)
from rules.feel.members import member
from rules.feel.numbers import as_integer
from rules.feel.syntax import Filter, InstanceOf, Literal, Name, Node, Path


def always(value: Any) -> Code:
    """Return code that answers with a constant."""

    def answer(frame: Frame) -> Any:
        return value

    return answer


@compiles(Literal)
def compile_literal(node: Literal, scope: Scope) -> Code:
    """Compile a constant."""
    return always(node.value)


@compiles(Name)
def compile_name(node: Name, scope: Scope) -> Code:
    """Compile a variable."""
    return scope.read(node.name)


@compiles(Path)
def compile_path(node: Path, scope: Scope) -> Code:
    """Compile a path; from a variable of the caller it is read in one step."""
    free = _free_path(node, scope)
    if free:
        scope.layout.names.add(free[0])
        scope.layout.reads.add(free[0])
        return read_path(scope.layout, free)
    source = compile_node(node.source, scope)
    name = node.member
    scope.budgeted()

    def read(frame: Frame) -> Any:
        value = source(frame)
        if type(value) is dict:
            return value.get(name)
        if type(value) is list:
            frame[BUDGET].spend(len(value))
        return member(value, name)

    return read


def _free_path(node: Path, scope: Scope) -> tuple[str, ...] | None:
    """Return the names of a path that begins outside the expression."""
    steps: list[str] = []
    source: Node = node
    while isinstance(source, Path):
        steps.append(source.member)
        source = source.source
    if not isinstance(source, Name):
        return None
    if scope.local(source.name) is not None or scope.is_dynamic(source.name):
        return None
    return (source.name, *reversed(steps))


@compiles(Filter)
def compile_filter(node: Filter, scope: Scope) -> Code:
    """Compile a filter or an index."""
    source = compile_node(node.source, scope)
    index = constant(node.condition)
    if isinstance(index, Decimal):
        position = as_integer(index)
        return lambda frame: _at(_as_list(source(frame)), position)
    slot = scope.layout.slot()
    condition = compile_node(node.condition, scope.with_item(slot))
    steps = cost(node.condition)
    scope.budgeted()

    def select(frame: Frame) -> Any:
        items = _as_list(source(frame))
        kept = frame[slot]
        selected = _select(items, condition, slot, steps, frame)
        frame[slot] = kept
        return selected

    return select


def _select(items: list[Any], condition: Code, slot: int, steps: int, frame: Frame) -> Any:
    """Return the items that fulfil a condition, or the item that it is the index of."""
    spend = frame[BUDGET].spend
    selected = []
    # Without items, only the condition itself can say what it is.
    for item in items or [None]:
        spend(steps)
        frame[slot] = item
        answer = condition(frame)
        if answer is True:
            selected.append(item)
        elif answer is not False and answer is not None:
            # A number is an index, and the same for all items; anything else is a mistake.
            return _at(items, as_integer(answer)) if type(answer) is Decimal else None
    return selected if items else []


def _as_list(value: Any) -> list[Any]:
    """Return a list; a single value is a list of itself, and null an empty one."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def _at(items: list[Any], position: int | None) -> Any:
    """Return the item at a position that counts from 1, or from the end if negative."""
    if not position or abs(position) > len(items):
        return None
    return items[position - 1 if position > 0 else position]


@compiles(InstanceOf)
def compile_instance_of(node: InstanceOf, scope: Scope) -> Code:
    """Compile `instance of`."""
    value = compile_node(node.value, scope)
    wanted = node.type
    named = scope.layout.named
    scope.budgeted()
    return lambda frame: types.is_instance(value(frame), wanted, frame[BUDGET], named)
