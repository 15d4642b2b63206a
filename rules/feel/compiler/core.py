"""
What all parts of the compiler share: frames, scopes, and the table of node compilers.

A frame is the list of all values of one evaluation: the context of the caller, the
budget, the present moment, then one slot per variable. The compiler gives every
variable its slot, so that no name is looked up while an expression runs.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from rules.feel import numbers
from rules.feel.budget import Budget
from rules.feel.builtins import FUNCTIONS
from rules.feel.conversion import from_json
from rules.feel.members import member
from rules.feel.syntax import Literal, Negation, Node, TypeName, everything_in
from rules.feel.types import Fit, Named, fitting, no_names
from rules.feel.values import Function

Frame = list[Any]
Code = Callable[[Frame], Any]
Compiler = Callable[[Any, "Scope"], Code]
Fitting = Callable[[TypeName], Fit]

CONTEXT = 0
BUDGET = 1
NOW = 2
_FIRST_SLOT = 3
MISSING = object()
NOT_CONSTANT = object()
# What tells the present moment: functions that look at the frame, not at arguments.
MOMENTS: dict[str, Callable[[datetime], Any]] = {"now": lambda now: now, "today": datetime.date}
_PARTS_PER_STEP = 50
_MEMBERS_PER_STEP = 4

_COMPILERS: dict[type[Node], Compiler] = {}
_CompilerT = TypeVar("_CompilerT", bound=Compiler)


def compiles(kind: type[Node]) -> Callable[[_CompilerT], _CompilerT]:
    """Register the compiler of one kind of node."""

    def register(compiler: _CompilerT) -> _CompilerT:
        _COMPILERS[kind] = compiler
        return compiler

    return register


def cost(*parts: Node) -> int:
    """Return the steps that running some code once costs, whatever it loops over."""
    size = sum(1 for _ in everything_in(*parts))
    return 1 + size // _PARTS_PER_STEP


def compile_node(node: Node, scope: "Scope") -> Code:
    """Return the code of a node."""
    return _COMPILERS[type(node)](node, scope)


def constant(node: Node) -> Any:
    """Return the value of a node that is a constant, else `NOT_CONSTANT`."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negation):
        value = constant(node.operand)
        return numbers.CONTEXT.minus(value) if type(value) is Decimal else NOT_CONSTANT
    return NOT_CONSTANT


class Layout:
    """
    The slots of a frame, and what the expression needs from outside.

    `fitting` returns what makes a value fit a type, or makes it null; `named` tells what
    a type of the model around the expression is made of. Where the caller `holds_values`,
    his variables need no conversion from plain data.
    """

    def __init__(self, fitting: Fitting = fitting, named: Named = no_names) -> None:
        self.fitting = fitting
        self.named = named
        self.template: Frame = [None] * _FIRST_SLOT
        self.names: set[str] = set()
        # In a filter only the item tells whether a name is its member or from outside.
        self.reads: set[str] = set()
        self.needs_budget = False
        self.holds_values = False
        self._paths: dict[tuple[str, ...], int] = {}

    def slot(self, value: Any = None) -> int:
        """Return a new slot with the value that it starts with."""
        self.template.append(value)
        return len(self.template) - 1

    def path_slot(self, path: tuple[str, ...]) -> int:
        """Return the slot that keeps what was read at a path of the caller's context."""
        if path not in self._paths:
            self._paths[path] = self.slot(MISSING)
        return self._paths[path]


class Scope:
    """The variables that can be seen at one place of an expression."""

    def __init__(
        self,
        layout: Layout,
        parent: "Scope | None" = None,
        variables: Mapping[str, Code] | None = None,
        item: int | None = None,
    ) -> None:
        self.layout = layout
        self._parent = parent
        self._variables = {} if variables is None else variables
        self._item = item

    def with_slots(self, slots: Mapping[str, int]) -> "Scope":
        """Return an inner scope with more variables, each in its slot."""
        return self.with_code({name: read_slot(slot) for name, slot in slots.items()})

    def with_code(self, variables: Mapping[str, Code]) -> "Scope":
        """Return an inner scope with more variables, each read by its own code."""
        return Scope(self.layout, self, variables)

    def with_item(self, slot: int) -> "Scope":
        """Return the scope of a filter: members of the item are seen as variables too."""
        return Scope(self.layout, self, {"item": _read_item(slot)}, slot)

    def budgeted(self) -> None:
        """Note that the code needs a budget."""
        self.layout.needs_budget = True

    def local(self, name: str) -> Code | None:
        """Return the code of a variable bound inside the expression, if there is one."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._variables:
                return scope._variables[name]
            scope = scope._parent
        return None

    def is_dynamic(self, name: str) -> bool:
        """Say whether a name may be the member of a filtered item."""
        scope: Scope | None = self
        while scope is not None and name not in scope._variables:
            if scope._item is not None:
                return True
            scope = scope._parent
        return False

    def read(self, name: str) -> Code:
        """Return the code that reads a variable."""
        # A large context has a scope for each entry: this must not recurse.
        scope: Scope | None = self
        while scope is not None:
            if name in scope._variables:
                return scope._variables[name]
            if scope._item is not None:
                return scope._read_member_first(name, scope._item)
            scope = scope._parent
        self.layout.names.add(name)
        self.layout.reads.add(name)
        return read_path(self.layout, (name,))

    def _read_member_first(self, name: str, item: int) -> Code:
        """Return code that prefers a member of the filtered item over an outer variable."""
        known = set(self.layout.names)
        outer = self._parent.read(name) if self._parent else read_path(self.layout, (name,))
        # Whether such a name is free is only known when the item is: do not claim it.
        self.layout.names.intersection_update(known)

        def read(frame: Frame) -> Any:
            value = frame[item]
            if type(value) is dict and name in value:
                return value[name]
            return outer(frame)

        return read


def _read_item(slot: int) -> Code:
    """Return code that reads the filtered item, or its own member of the name `item`."""

    def read(frame: Frame) -> Any:
        value = frame[slot]
        return value["item"] if type(value) is dict and "item" in value else value

    return read


def read_slot(slot: int) -> Code:
    """Return code that reads a slot."""
    return lambda frame: frame[slot]


def read_path(layout: Layout, path: tuple[str, ...]) -> Code:
    """
    Return code that reads a variable of the caller, or a member inside it.

    Plain data become values of the language once per evaluation, and only the part
    that is needed.
    """
    root, *steps = path
    default = None if steps else FUNCTIONS.get(root)
    slot = layout.path_slot(path)

    convert = _as_it_is if layout.holds_values else from_json

    def read(frame: Frame) -> Any:
        value = frame[slot]
        if value is MISSING:
            value = frame[CONTEXT].get(root, default)
            for step in steps:
                if type(value) is dict:
                    value = value.get(step)
                else:
                    value = _member(convert(value), step, frame)
            value = frame[slot] = convert(value)
        return value

    return _or_moment(root, read) if root in MOMENTS and not steps else read


def _or_moment(name: str, given: Code) -> Code:
    """Return code that reads a function of the present moment, unless the caller has the name."""
    moment = MOMENTS[name]

    def read(frame: Frame) -> Any:
        if name in frame[CONTEXT]:
            return given(frame)
        now = frame[NOW]

        def call(_budget: Budget, *arguments: Any) -> Any:
            return None if arguments or now is None else moment(now)

        return Function(name, ((),), call)

    return read


def _as_it_is(value: Any) -> Any:
    """Return a value that is one of the language already."""
    return value


def _member(value: Any, name: str, frame: Frame) -> Any:
    """Return a member of a value, or those of the items of a list, which must be paid for."""
    if type(value) is list:
        if frame[BUDGET] is None:
            frame[BUDGET] = Budget()
        frame[BUDGET].spend(len(value) // _MEMBERS_PER_STEP)
    return member(value, name)
