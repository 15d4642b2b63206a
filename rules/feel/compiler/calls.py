"""Calls of functions, functions written in the language, and what needs its own code."""

from collections.abc import Callable
from typing import Any

from rules.feel.budget import Budget
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler.access import always
from rules.feel.compiler.core import (
    BUDGET,
    CONTEXT,
    MOMENTS,
    NOT_CONSTANT,
    NOW,
    Code,
    Frame,
    Scope,
    compile_node,
    compiles,
    constant,
    cost,
)
from rules.feel.syntax import Call, FunctionLiteral, Name, Node, Path
from rules.feel.types import Fit
from rules.feel.values import Function

_SLOTS_PER_STEP = 16
_FOLDED = frozenset({"date", "time", "date and time", "duration"})


@compiles(Call)
def compile_call(node: Call, scope: Scope) -> Code:
    """Compile a call."""
    scope.budgeted()
    if isinstance(node.function, Name) and scope.local(node.function.name) is None:
        special = _SPECIAL.get(node.function.name)
        if special:
            return special(node, scope)
        function = FUNCTIONS.get(node.function.name)
        if function:
            return _compile_builtin(node, function, scope)
    return _compile_value_call(node, scope)


def _compile_builtin(node: Call, function: Function, scope: Scope) -> Code:
    """Compile the call of a built-in function."""
    arguments = _arranged(node, function, scope)
    if arguments is None:
        return always(None)
    call = function.call
    fixed = [constant(argument) for argument in node.arguments]
    if function.name in _FOLDED and not any(value is NOT_CONSTANT for value in fixed):
        value = call(Budget(), *(argument([]) for argument in arguments))
        return always(value)
    if len(arguments) == 1:
        only = arguments[0]
        return lambda frame: call(frame[BUDGET], only(frame))
    return lambda frame: call(frame[BUDGET], *[argument(frame) for argument in arguments])


def _arranged(node: Call, function: Function, scope: Scope) -> list[Code] | None:
    """Return the arguments in the order of the parameters; null if a name is unknown."""
    codes = [compile_node(argument, scope) for argument in node.arguments]
    if not node.names:
        return codes
    places = function.arranged(node.names)
    if places is None:
        return None
    ordered: list[Code] = [always(None)] * (max(places) + 1)
    for place, code in zip(places, codes, strict=True):
        ordered[place] = code
    return ordered


def _compile_value_call(node: Call, scope: Scope) -> Code:
    """Compile the call of whatever a name or an expression stands for."""
    callee = compile_node(node.function, scope)
    codes = [compile_node(argument, scope) for argument in node.arguments]
    names = node.names

    def call(frame: Frame) -> Any:
        function = callee(frame)
        if type(function) is not Function:
            return None
        values = [code(frame) for code in codes]
        if names:
            places = function.arranged(names)
            if places is None:
                return None
            ordered = [None] * (max(places) + 1)
            for place, value in zip(places, values, strict=True):
                ordered[place] = value
            values = ordered
        return function.call(frame[BUDGET], *values)

    return call


@compiles(FunctionLiteral)
def compile_function(node: FunctionLiteral, scope: Scope, own_slot: int | None = None) -> Code:
    """Compile a function; it keeps the variables that it sees."""
    slots = {name: scope.layout.slot() for name in node.parameters}
    body = compile_node(node.body, scope.with_slots(slots))
    fitting = scope.layout.fitting
    fits = (None if wanted is None else fitting(wanted) for wanted in node.types)
    places = tuple(zip(slots.values(), fits, strict=False))
    valid = len(slots) == len(node.parameters)
    steps = cost(node.body)
    scope.budgeted()

    def build(frame: Frame) -> Function:
        captured = frame.copy()
        frame[BUDGET].spend(len(captured) // _SLOTS_PER_STEP)

        def call(budget: Budget, *arguments: Any) -> Any:
            if not valid or len(arguments) != len(places):
                return None
            inner = captured.copy()
            inner[BUDGET] = budget
            budget.spend(steps + len(inner) // _SLOTS_PER_STEP)
            return _run(body, inner, places, arguments)

        function = Function("", (node.parameters,), call, node.types)
        if own_slot is not None:
            captured[own_slot] = function
        return function

    return build


def _run(
    body: Code,
    frame: Frame,
    places: tuple[tuple[int, Fit | None], ...],
    arguments: tuple[Any, ...],
) -> Any:
    """Run the body of a function; an argument of the wrong type makes the result null."""
    budget: Budget = frame[BUDGET]
    for (slot, fit), argument in zip(places, arguments, strict=True):
        frame[slot] = argument if fit is None else fit(argument, budget)
        if frame[slot] is None and argument is not None:
            return None
    budget.enter()
    result = body(frame)
    budget.leave()
    return result


def _compile_moment(node: Call, scope: Scope) -> Code:
    """Compile `now()` or `today()`."""
    if node.arguments or not isinstance(node.function, Name):
        return always(None)
    moment = MOMENTS[node.function.name]
    return lambda frame: None if frame[NOW] is None else moment(frame[NOW])


def _compile_is_defined(node: Call, scope: Scope) -> Code:
    """Compile `is defined(x)`: a variable or a member is there, even if it is null."""
    if len(node.arguments) != 1:
        return always(None)
    return _defined(node.arguments[0], scope)


def _defined(argument: Node, scope: Scope) -> Code:
    """Return the code that asks whether a name or path leads to something."""
    if isinstance(argument, Path):
        source = compile_node(argument.source, scope)
        name = argument.member
        whole = compile_node(argument, scope)

        def has_member(frame: Frame) -> bool:
            value = source(frame)
            return name in value if type(value) is dict else whole(frame) is not None

        return has_member
    code = compile_node(argument, scope)
    if not isinstance(argument, Name) or scope.local(argument.name) is not None:
        return always(True)
    name = argument.name
    return lambda frame: name in frame[CONTEXT] or code(frame) is not None


_SPECIAL: dict[str, Callable[[Call, Scope], Code]] = {
    **dict.fromkeys(MOMENTS, _compile_moment),
    "is defined": _compile_is_defined,
}

# What looks at more than its arguments, so that it cannot stand among the built-in functions.
SPECIAL_NAMES = frozenset(_SPECIAL)
