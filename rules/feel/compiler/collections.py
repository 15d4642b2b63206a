"""Lists, contexts and ranges."""

from typing import Any

from rules.feel import equality
from rules.feel.compiler.access import always
from rules.feel.compiler.calls import compile_function
from rules.feel.compiler.core import Code, Frame, Scope, compile_node, compiles, read_slot
from rules.feel.syntax import ContextLiteral, FunctionLiteral, ListLiteral, Literal, RangeLiteral
from rules.feel.values import Range


@compiles(ListLiteral)
def compile_list(node: ListLiteral, scope: Scope) -> Code:
    """Compile a list."""
    if all(isinstance(item, Literal) for item in node.items):
        # Nothing changes a list, so one list can serve every evaluation.
        return always([item.value for item in node.items if isinstance(item, Literal)])
    items = tuple(compile_node(item, scope) for item in node.items)
    return lambda frame: [item(frame) for item in items]


@compiles(ContextLiteral)
def compile_context(node: ContextLiteral, scope: Scope) -> Code:
    """Compile a context; an entry sees the entries before it."""
    entries: list[tuple[str, int, Code]] = []
    known: dict[str, Code] = {}
    # One scope that grows: names are looked up while the entries are compiled, in their order.
    inner = scope.with_code(known)
    for key, value in node.entries:
        slot = scope.layout.slot()
        if isinstance(value, FunctionLiteral):
            # A function may call itself by the name of its entry.
            code = compile_function(value, inner.with_slots({key: slot}), slot)
        else:
            code = compile_node(value, inner)
        entries.append((key, slot, code))
        known[key] = read_slot(slot)

    def build(frame: Frame) -> dict[str, Any]:
        result = {}
        for key, slot, code in entries:
            frame[slot] = result[key] = code(frame)
        return result

    return build


@compiles(RangeLiteral)
def compile_range(node: RangeLiteral, scope: Scope) -> Code:
    """Compile a range; ends that are null or cannot be compared make it null."""
    start = compile_node(node.start, scope)
    end = compile_node(node.end, scope)
    start_included, end_included = node.start_included, node.end_included

    def build(frame: Frame) -> Range | None:
        low, high = start(frame), end(frame)
        if equality.order(low, high) is None:
            return None
        return Range(low, high, start_included, end_included)

    return build
