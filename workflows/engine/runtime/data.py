"""Process data: reading through scopes, evaluating expressions on them, writing plain values."""

import math
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from rules.feel import Expression, FeelError, to_json
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import Mapped, Node, Words
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import BODY, INSTANCE, ROUND, UNDO, Case, Scope
from workflows.engine.transition import ExpressionFailed, StepRefused

DEEPEST = 64
STARTED_BY = "started_by"
_SIMPLE = (str, bool, int, type(None))
_SEES_AROUND = (BODY, INSTANCE, ROUND, UNDO)


def visible(case: Case, scope: Scope) -> dict[str, Any]:
    """Return all data that a scope sees; the nearest value of a name wins."""
    layers = list(_layers(case, scope))
    seen: dict[str, Any] = {}
    for layer in reversed(layers):
        seen.update(layer)
    return seen


def _layers(case: Case, scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield the data that a scope sees, nearest first."""
    while True:
        if scope.data is not None:
            yield scope.data
        if scope.kind not in _SEES_AROUND:
            return
        scope = case.scopes[scope.parent]


def evaluate(
    run: Run,
    expression: Expression,
    scope: Scope,
    node: Node,
    extra: Mapping[str, Any] | None = None,
) -> Any:
    """
    Return the value of an expression of a node on the data that a scope sees.

    Raises:
        ExpressionFailed: It does too much work.

    """
    # What the engine knows comes first: no data may pass for it.
    layers = [{STARTED_BY: run.case.started_by}, *([extra] if extra else ())]
    layers.extend(_layers(run.case, scope))
    context: dict[str, Any] = {}
    for name in expression.reads:
        for layer in layers:
            if name in layer:
                context[name] = layer[name]
                break
    try:
        return expression.evaluate(context, now=run.context.now)
    except FeelError as error:
        raise ExpressionFailed(
            f"'{expression.text}' at '{node.id}' cannot be evaluated: {error}", node.id
        ) from error


def is_true(
    run: Run,
    condition: Expression,
    scope: Scope,
    node: Node,
    extra: Mapping[str, Any] | None = None,
) -> bool:
    """
    Say whether a condition holds; null does not.

    Raises:
        ExpressionFailed: The value is neither true, false nor null.

    """
    value = evaluate(run, condition, scope, node, extra)
    if value is None or isinstance(value, bool):
        return value is True
    raise ExpressionFailed(
        f"The condition '{condition.text}' at '{node.id}' gives neither true nor false.", node.id
    )


def mapped(run: Run, mappings: Iterable[Mapped], scope: Scope, node: Node) -> dict[str, Any]:
    """Return the values of input mappings as plain data."""
    return {
        item.name: plain(to_json(evaluate(run, item.expression, scope, node)), node)
        for item in mappings
    }


def inputs(run: Run, node: Any, scope: Scope) -> dict[str, Any]:
    """Return what an activity gets: its input mappings, or all data where it has none."""
    if node.inputs:
        return mapped(run, node.inputs, scope, node)
    return visible(run.case, scope)


def people(run: Run, words: Words, scope: Scope, node: Node) -> list[str]:
    """Return the people that an assignment gives, each once; a word may be a name of data."""
    if words.expression is not None:
        return names_in(evaluate(run, words.expression, scope, node), node)
    known = {**visible(run.case, scope), STARTED_BY: run.case.started_by}
    return names_in([known.get(word, word) for word in words.words], node)


def groups(run: Run, words: Words, scope: Scope, node: Node) -> list[str]:
    """
    Return the groups that an assignment gives, each once.

    A word is the group itself: whoever sends data of its name must not choose who decides.
    """
    if words.expression is not None:
        return names_in(evaluate(run, words.expression, scope, node), node)
    return list(dict.fromkeys(words.words))


def names_in(value: Any, node: Node) -> list[str]:
    """
    Return the names in a text with commas, or in a list of texts, each once.

    Raises:
        ExpressionFailed: There is something else in it.

    """
    found: list[str] = []
    ahead = [value]
    while ahead:
        item = ahead.pop(0)
        if isinstance(item, str):
            found.extend(part.strip() for part in item.split(",") if part.strip())
        elif isinstance(item, list):
            ahead[:0] = item
        elif item is not None:
            raise ExpressionFailed(f"'{node.id}' names somebody by what is no name.", node.id)
    return list(dict.fromkeys(found))


def write(run: Run, scope: Scope, node: Node, values: Mapping[str, Any]) -> None:
    """Write plain values where a scope keeps its data, and note it."""
    if not values:
        return
    changed = {name: plain(value, node) for name, value in values.items()}
    target = run.case.data_scope(scope)
    assert target.data is not None
    target.data.update(changed)
    declare_duties(run, target, target.process, changed.keys())
    # The history is kept for ever and read by many: it says what changed, never to which value.
    run.record("data_changed", target, node, names=sorted(changed))


def declare_duties(
    run: Run, scope: Scope, process: ProcessModel, changed: Set[str] | None = None
) -> None:
    """
    Note who holds the duties that a process declares.

    Where `changed` names data that came in later, only duties that read these are asked
    again: a process that a message begins often learns whom it is about in its first step.
    """
    start = process.nodes[process.start] if process.start else next(iter(process.nodes.values()))
    for duty in process.duties:
        if changed is None or not changed.isdisjoint(duty.holder.reads):
            value = evaluate(run, duty.holder, scope, start)
            run.duties.extend((duty.name, holder) for holder in names_in(value, start))


def write_result(run: Run, scope: Scope, node: Node, result: Mapping[str, Any]) -> None:
    """Write the result of a node, nested where it names a result variable."""
    if node.result_variable:
        write(run, scope, node, {node.result_variable: dict(result)})
    else:
        write(run, scope, node, result)


def write_outputs(run: Run, scope: Scope, node: Node) -> None:
    """Evaluate the output mappings of a node one after the other, and write them."""
    for item in node.outputs:
        value = to_json(evaluate(run, item.expression, scope, node))
        write(run, scope, node, {item.name: value})


def plain(value: Any, node: Node, depth: int = 0) -> Any:
    """
    Return a value as plain JSON data: numbers that are none become null.

    Raises:
        StepRefused: The value is nested too deeply, or has no plain form.

    """
    if isinstance(value, _SIMPLE):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > DEEPEST:
        raise StepRefused(f"Data at '{node.id}' are nested more than {DEEPEST} deep.", node.id)
    if isinstance(value, Mapping):
        return {str(name): plain(item, node, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, node, depth + 1) for item in value]
    return _written(value, node)


def _written(value: Any, node: Node) -> Any:
    """Return a date, duration or decimal number as JSON writes it."""
    try:
        written = to_json(value)
    except (TypeError, FeelError) as error:
        raise StepRefused(f"A value at '{node.id}' cannot be stored: {error}", node.id) from error
    if isinstance(written, str | bool | int | float | None):
        return written
    raise StepRefused(f"A value of type {type(value).__name__} cannot be stored.", node.id)
