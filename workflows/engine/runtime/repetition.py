"""Activities that are done many times: multi-instance, parallel or one by one, and loops."""

from decimal import Decimal
from typing import Any

from rules.feel import to_json
from workflows.engine.loops import MultiInstance, StandardLoop
from workflows.engine.nodes import Activity
from workflows.engine.runtime.activities import close, open_activity
from workflows.engine.runtime.completed import remember_instance
from workflows.engine.runtime.data import evaluate, is_true, plain, write
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CHILDREN, INSTANCE, ROUND, Scope, Token
from workflows.engine.transition import ExpressionFailed

MOST_INSTANCES = 10_000
COUNTER = "loopCounter"


def begin_loop(run: Run, token: Token, node: Activity) -> None:
    """Begin an activity that is done more than once; `token` owns all of it."""
    open_activity(run, token, node)
    token.kind = CHILDREN
    if isinstance(node.loop, StandardLoop):
        token.extra = {"done": 0}
        _next_round(run, token, node, node.loop, may_stop=node.loop.tests_before)
        return
    assert node.loop is not None
    items, count = _items(run, token, node, node.loop)
    token.extra = {"n": count, "done": 0, "next": 0, "items": items, "results": []}
    if not count:
        _conclude(run, token, node)
        return
    at_once = 1 if node.loop.is_sequential else count
    run.expect_tokens(at_once, node.id)
    for _ in range(at_once):
        _next_instance(run, token, node, node.loop)


def end_instance(run: Run, scope: Scope, owner: Token) -> None:
    """Count an instance or round that is done; begin the next one or go on."""
    node: Any = run.node(owner)
    owner.extra["done"] += 1
    remember_instance(scope, owner)
    if isinstance(node.loop, StandardLoop):
        del run.case.scopes[scope.id]
        _next_round(run, owner, node, node.loop, may_stop=True)
        return
    extra, loop = owner.extra, node.loop
    if loop.collect:
        extra["results"].append([scope.index, _collected(run, scope, node, loop)])
    is_over = extra["done"] == extra["n"] or _is_completed(run, scope, owner, node)
    del run.case.scopes[scope.id]
    if is_over:
        _conclude(run, owner, node)
    elif loop.is_sequential:
        _next_instance(run, owner, node, loop)


def _next_round(
    run: Run, owner: Token, node: Activity, loop: StandardLoop, *, may_stop: bool
) -> None:
    """Begin another round of a standard loop, or go on when it is over."""
    done = owner.extra["done"]
    scope = run.scope(owner)
    if may_stop and loop.condition is not None:
        is_over = not is_true(run, loop.condition, scope, node, {COUNTER: done})
    else:
        is_over = False
    if is_over or done >= loop.maximum:
        close(run, owner, node)
        return
    _begin(run, owner, ROUND, done + 1, None)


def _next_instance(run: Run, owner: Token, node: Activity, loop: MultiInstance) -> None:
    """Begin the next instance, with its item and number as data of its own."""
    index = owner.extra["next"]
    owner.extra["next"] = index + 1
    data: dict[str, Any] = {COUNTER: index + 1}
    items = owner.extra["items"]
    if items is not None and loop.element_variable:
        data[loop.element_variable] = items[index]
    _begin(run, owner, INSTANCE, index + 1, data)


def _begin(run: Run, owner: Token, kind: str, index: int, data: dict[str, Any] | None) -> None:
    """Keep a scope for one instance or round, with a token at the activity."""
    process = run.scope(owner).process
    scope = Scope(run.case.new_id(), kind, owner.scope, owner.id, process, owner.node, data, index)
    run.case.keep_scope(scope)
    run.queue.append((run.new_token(owner.node, scope), None))


def _items(
    run: Run, token: Token, node: Activity, loop: MultiInstance
) -> tuple[list[Any] | None, int]:
    """
    Return what the instances are for, and how many there are.

    Raises:
        ExpressionFailed: There is no list, or no whole number, or it is too large.

    """
    scope = run.scope(token)
    if loop.collection is not None:
        value = evaluate(run, loop.collection, scope, node)
        if not isinstance(value, list):
            raise ExpressionFailed(
                f"'{loop.collection.text}' of '{node.id}' is no list to repeat for.", node.id
            )
        items = plain(to_json(value), node)
        count = len(items)
    else:
        assert loop.cardinality is not None
        items, count = None, _whole(evaluate(run, loop.cardinality, scope, node), node)
    if not 0 <= count <= MOST_INSTANCES:
        raise ExpressionFailed(
            f"'{node.id}' would be repeated {count:,} times; 0 to {MOST_INSTANCES:,} are allowed.",
            node.id,
        )
    return items, count


def _whole(value: Any, node: Activity) -> int:
    """Return a cardinality as a whole number."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and value == int(value):
        return int(value)
    raise ExpressionFailed(f"The cardinality of '{node.id}' is no whole number.", node.id)


def _collected(run: Run, scope: Scope, node: Activity, loop: MultiInstance) -> Any:
    """Return what one instance contributes to the collected results."""
    if loop.collect_item is not None:
        return plain(to_json(evaluate(run, loop.collect_item, scope, node)), node)
    assert scope.data is not None
    return {name: value for name, value in scope.data.items() if name != COUNTER}


def _is_completed(run: Run, scope: Scope, owner: Token, node: Any) -> bool:
    """Say whether the completion condition ends a multi-instance activity early."""
    loop: MultiInstance = node.loop
    if loop.completion is None:
        return False
    extra = owner.extra
    active = extra["next"] if loop.is_sequential else extra["n"]
    known: dict[str, Any] = {
        "numberOfInstances": extra["n"],
        "numberOfCompletedInstances": extra["done"],
        "numberOfActiveInstances": active - extra["done"],
    }
    if loop.collect:
        known[loop.collect] = _results(owner)
    return is_true(run, loop.completion, scope, node, known)


def _conclude(run: Run, owner: Token, node: Any) -> None:
    """Write the collected results, stop what still runs, and go on."""
    for other, place in run.case.drop_content(owner):
        if other.kind and not other.host:
            stopped = place.process.nodes[other.node]
            run.record("activity_cancelled", place, stopped, token=other.id)
    if node.loop.collect:
        write(run, run.scope(owner), node, {node.loop.collect: _results(owner)})
    close(run, owner, node)


def _results(owner: Token) -> list[Any]:
    """Return the collected results in the order of the instances."""
    return [value for _, value in sorted(owner.extra["results"], key=lambda row: row[0])]
