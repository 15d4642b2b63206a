"""Hit policies: what a table answers when one, several or no rules match."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.dmn.errors import failed
from rules.dmn.syntax import Rule, Table
from rules.feel import equality
from rules.feel.budget import Budget
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler import Frame, Scope, compile_node
from rules.feel.compiler.core import BUDGET

Matched = list[tuple[Rule, Any]]
Policy = Callable[[Frame, Matched], Any]
_AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max"}


def compile_policy(table: Table, scope: Scope) -> Policy:
    """Return what makes one answer of the rules that matched."""
    if table.hit_policy == "COLLECT":
        return _collect(table.aggregation)
    if table.hit_policy in {"PRIORITY", "OUTPUT ORDER"}:
        return _prioritised(table, scope)
    simple: dict[str, Policy] = {
        "UNIQUE": _unique(table.id),
        "ANY": _any(table.id),
        "FIRST": lambda _frame, matched: matched[0][1] if matched else None,
        "RULE ORDER": lambda _frame, matched: [output for _, output in matched],
    }
    return simple[table.hit_policy]


def _unique(table_id: str) -> Policy:
    """Return the policy that allows one match only."""

    def choose(frame: Frame, matched: Matched) -> Any:
        if len(matched) > 1:
            raise failed(
                "hit-policy-unique",
                f"{len(matched)} rules match ({_listed(matched)}), but the table allows only one.",
                "Narrow the conditions of these rules, or choose another hit policy.",
                table_id,
            )
        return matched[0][1] if matched else None

    return choose


def _any(table_id: str) -> Policy:
    """Return the policy by which all matching rules must agree."""

    def choose(frame: Frame, matched: Matched) -> Any:
        budget: Budget = frame[BUDGET]
        for _, output in matched[1:]:
            if not equality.same(output, matched[0][1], budget):
                raise failed(
                    "hit-policy-any",
                    f"The rules {_listed(matched)} match with different results.",
                    "Give these rules the same result, or choose another hit policy.",
                    table_id,
                )
        return matched[0][1] if matched else None

    return choose


def _listed(matched: Matched) -> str:
    """Return the ids of the rules that matched."""
    return ", ".join(rule.id for rule, _ in matched[:5])


def _collect(aggregation: str) -> Policy:
    """Return the policy that gathers all results."""
    if aggregation == "COUNT":
        return lambda _frame, matched: Decimal(len(matched))
    if aggregation in _AGGREGATES:
        function = FUNCTIONS[_AGGREGATES[aggregation]]
        return lambda frame, matched: function.call(frame[BUDGET], [out for _, out in matched])
    return lambda _frame, matched: [output for _, output in matched]


def _prioritised(table: Table, scope: Scope) -> Policy:
    """Return the policies that order results by the list of output values."""
    ranks = [
        (output.name, [compile_node(value, scope) for value in output.values])
        for output in table.outputs
        if output.values
    ]
    several = len(table.outputs) > 1

    def rank(frame: Frame, output: Any) -> list[int]:
        places = []
        for name, codes in ranks:
            value = output[name] if several else output
            listed = [code(frame) for code in codes]
            same = [place for place, item in enumerate(listed) if item == value]
            places.append(same[0] if same else len(listed))
        return places

    def choose(frame: Frame, matched: Matched) -> Any:
        ordered = sorted((output for _, output in matched), key=lambda out: rank(frame, out))
        if table.hit_policy == "OUTPUT ORDER":
            return ordered
        return ordered[0] if ordered else None

    return choose
