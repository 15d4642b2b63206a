"""Compiles the boxed expressions that are more than another way to write FEEL."""

from dataclasses import replace
from typing import Any

from rules.dmn.syntax import BoxedFilter, BoxedIf, Let, Typed
from rules.feel.compiler import Code, Frame, Scope, compile_node
from rules.feel.compiler.calls import compile_function
from rules.feel.compiler.core import BUDGET, compiles
from rules.feel.compiler.logic import compile_if
from rules.feel.syntax import FunctionLiteral, Node, TypeName


@compiles(Let)
def compile_let(node: Let, scope: Scope) -> Code:
    """Compile a context whose last cell is the result."""
    entries: list[tuple[int, Code]] = []
    for name, value in node.entries:
        slot = scope.layout.slot()
        inner = scope.with_slots({name: slot})
        entries.append((slot, _compile_entry(value, scope, inner, slot)))
        scope = inner
    result = compile_node(node.result, scope)

    def build(frame: Frame) -> Any:
        for slot, code in entries:
            frame[slot] = code(frame)
        return result(frame)

    return build


def _compile_entry(value: Node, scope: Scope, inner: Scope, slot: int) -> Code:
    """Compile an entry; a function may call itself by the name of its entry."""
    if isinstance(value, Typed) and isinstance(value.value, FunctionLiteral):
        value = _with_result_type(value.value, value.type, scope)
    if isinstance(value, FunctionLiteral):
        return compile_function(value, inner, slot)
    return compile_node(value, scope)


@compiles(Typed)
def compile_typed(node: Typed, scope: Scope) -> Code:
    """Compile an expression with a type; a value that does not fit becomes null."""
    if isinstance(node.value, FunctionLiteral):
        return compile_function(_with_result_type(node.value, node.type, scope), scope)
    code = compile_node(node.value, scope)
    if node.type.name in {"Any", ""}:
        return code
    fit = scope.layout.fitting(node.type)
    scope.budgeted()
    return lambda frame: fit(code(frame), frame[BUDGET])


def _with_result_type(node: FunctionLiteral, declared: TypeName, scope: Scope) -> FunctionLiteral:
    """
    Return a function whose result has a type.

    Newer files declare the type of the function, older ones that of its result.
    """
    meant = scope.layout.named(declared.name) if not declared.parts else declared
    if meant is not None and meant.name == "function":
        if not meant.parts:
            return node
        declared = meant.parts[-1]
    return replace(node, body=Typed(node.body, declared))


# In a box or not, a condition decides in the same way.
compiles(BoxedIf)(compile_if)


@compiles(BoxedFilter)
def compile_filter(node: BoxedFilter, scope: Scope) -> Code:
    """Compile a boxed filter: unlike in FEEL, its match must be a condition, never an index."""
    source = compile_node(node.source, scope)
    slot = scope.layout.slot()
    match = compile_node(node.match, scope.with_item(slot))
    scope.budgeted()

    def select(frame: Frame) -> list[Any] | None:
        items = source(frame)
        if type(items) is not list:
            items = [] if items is None else [items]
        kept, selected = frame[slot], []
        for item in items:
            frame[BUDGET].spend()
            frame[slot] = item
            holds = match(frame)
            if holds is True:
                selected.append(item)
            elif holds is not False and holds is not None:
                return None
        frame[slot] = kept
        return selected

    return select
