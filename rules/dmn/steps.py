"""
The steps of an evaluation, made once for each element of a model.

What every evaluation would find out again is found out here: which code an element has,
how its value becomes its type, and which plain values need no conversion.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rules.dmn.steadiness import is_steady
from rules.dmn.syntax import Element
from rules.dmn.trace import DecisionRecord
from rules.dmn.types import Types, written_type
from rules.feel import from_json
from rules.feel.compiler import Code, Frame, Layout, Scope
from rules.feel.types import Fit

if TYPE_CHECKING:
    from rules.dmn.run import Run

Action = Callable[["Run"], Any]


class Step(NamedTuple):
    """How the value of one element is found, and the variable that it goes to."""

    variable: str
    element_id: str
    value: Action


def step_of(element: Element, code: tuple[Code, Frame] | None, types: Types) -> Step:
    """Return how the value of an element is found."""
    if element.kind == "input":
        action = _take_input(element, types)
    elif element.kind == "service":
        action = _make_function(element)
    elif code is None:
        action = _answer_null
    elif element.kind == "knowledge":
        action = _define(*code)
    else:
        action = _decide(element, *code, types.fitting(written_type(element.type_ref)))
        action = _decide_once(action) if is_constant(element) else action
    return Step(element.name, element.id, action)


def is_constant(element: Element) -> bool:
    """Say whether a decision always says the same, whatever it is asked about."""
    nothing = Scope(Layout())
    return element.logic is not None and is_steady(element.logic, nothing, frozenset())


def _answer_null(run: "Run") -> None:
    """Answer with null: the element has no logic."""


def _take_input(element: Element, types: Types) -> Action:
    """Return what takes an input from what was handed in."""
    as_they_are = types.taken_as_they_are(element.type_ref)
    name, other_name = element.name, element.local_name if element.space else element.name

    def take(run: "Run") -> Any:
        value = run.inputs.get(name)
        if type(value) in as_they_are:
            return from_json(value)
        if value is None:
            value = run.inputs.get(other_name)
        return run.model.as_input(value, element, run.budget)

    return take


def _make_function(service: Element) -> Action:
    """Return what makes a function of a service."""
    return lambda run: run.as_function(service)


def _define(code: Code, template: Frame) -> Action:
    """Return what makes the function of a knowledge model."""

    def define(run: "Run") -> Any:
        frame = template.copy()
        frame[0], frame[1], frame[2] = run.values, run.budget, run.now
        return code(frame)

    return define


def _decide(element: Element, code: Code, template: Frame, fit: Fit) -> Action:
    """Return what makes a decision, and records it with the tables that were asked."""
    key, name = element.id, element.name

    def decide(run: "Run") -> Any:
        budget = run.budget
        frame = template.copy()
        frame[0], frame[1], frame[2] = run.values, budget, run.now
        outer, budget.witness = budget.witness, []
        value = fit(code(frame), budget)
        run.records.append(DecisionRecord(key, name, value, tuple(budget.witness)))
        budget.witness = outer
        return value

    return decide


def _decide_once(decide: Action) -> Action:
    """Return what makes a decision that always says the same, and keeps what it said."""
    kept: list[DecisionRecord] = []

    def repeat(run: "Run") -> Any:
        if kept:
            run.records.append(kept[0])
            return kept[0].output
        value = decide(run)
        kept.append(run.records[-1])
        return value

    return repeat
