"""Compares two versions of a decision table, cell by cell."""

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from rules.dmn.comparison.changes import Change, moved, paired, written
from rules.dmn.syntax import InputClause, OutputClause, Rule, Table
from rules.feel.syntax import Node, UnaryTests

_NUMBERED = re.compile(r"rule [0-9]+")
_ANYTHING = UnaryTests(())
_Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Matched:
    """Which columns of two versions belong together."""

    inputs: _Pairs
    outputs: _Pairs


def compare_tables(old: Table, new: Table, place: str) -> Iterator[Change]:
    """Yield the changes of a table: what it is, its columns, then its rules."""
    before, after = _policy(old), _policy(new)
    if before != after:
        yield Change("hit-policy-changed", place, new.id, old=before, new=after)
    matched = _Matched(
        paired(old.inputs, new.inputs, _as_column, _looked_at, _input_label),
        paired(old.outputs, new.outputs, _as_result, _output_name, _only(old, new)),
    )
    yield from _inputs(old, new, matched.inputs, place)
    yield from _outputs(old, new, matched.outputs, place)
    yield from _rules(old, new, matched, place)


def _policy(table: Table) -> str:
    """Return the hit policy with its aggregation."""
    return f"{table.hit_policy} {table.aggregation}".strip()


def _as_column(column: InputClause) -> Hashable:
    """Return what makes an input column the same one."""
    return column.expression, column.label


def _looked_at(column: InputClause) -> Hashable:
    """Return what an input column looks at."""
    return column.expression


def _input_label(column: InputClause) -> Hashable:
    """Return the label of an input column."""
    return column.label


def _as_result(column: OutputClause) -> Hashable:
    """Return what makes an output column the same one."""
    return column.name, column.label


def _output_name(column: OutputClause) -> Hashable:
    """Return the name of an output column."""
    return column.name or column.label


def _only(old: Table, new: Table) -> Callable[[OutputClause], Hashable]:
    """Return the key by which the only output column of both versions is the same one."""
    is_only = len(old.outputs) == len(new.outputs) == 1
    return lambda _column: is_only


def _inputs(old: Table, new: Table, pairs: _Pairs, place: str) -> Iterator[Change]:
    """Yield the changes of the input columns."""
    for index in _left(len(old.inputs), pairs, 0):
        column = old.inputs[index]
        text = written(column.expression)
        yield Change("column-removed", place, old.id, column=column.label, old=text)
    for index in _left(len(new.inputs), pairs, 1):
        column = new.inputs[index]
        text = written(column.expression)
        yield Change("column-added", place, new.id, column=column.label, new=text)
    for one, other in pairs:
        before, after = old.inputs[one], new.inputs[other]
        facts = (
            ("column-renamed", before.label, after.label),
            ("column-changed", written(before.expression), written(after.expression)),
            ("values-changed", written(before.allowed), written(after.allowed)),
            ("type-changed", before.type_ref, after.type_ref),
        )
        yield from _facts(facts, place, new.id, after.label)
    for one in sorted(moved(pairs)):
        yield Change("column-moved", place, new.id, column=old.inputs[one].label)


def _outputs(old: Table, new: Table, pairs: _Pairs, place: str) -> Iterator[Change]:
    """Yield the changes of the output columns."""
    for index in _left(len(old.outputs), pairs, 0):
        yield Change("column-removed", place, old.id, column=_shown(old.outputs[index]))
    for index in _left(len(new.outputs), pairs, 1):
        yield Change("column-added", place, new.id, column=_shown(new.outputs[index]))
    for one, other in pairs:
        before, after = old.outputs[one], new.outputs[other]
        facts = (
            ("column-renamed", before.label, after.label),
            ("column-changed", before.name, after.name),
            ("values-changed", _values(before), _values(after)),
            ("default-changed", written(before.default), written(after.default)),
            ("type-changed", before.type_ref, after.type_ref),
        )
        yield from _facts(facts, place, new.id, _shown(after))
    for one in sorted(moved(pairs)):
        yield Change("column-moved", place, new.id, column=_shown(old.outputs[one]))


def _shown(column: OutputClause) -> str:
    """Return how a person calls an output column."""
    return column.label or column.name or "result"


def _values(column: OutputClause) -> str | None:
    """Return the values that an output column allows."""
    return written(UnaryTests(column.values)) if column.values else None


def _facts(
    facts: tuple[tuple[str, str | None, str | None], ...], place: str, table_id: str, label: str
) -> Iterator[Change]:
    """Yield those of some facts that changed."""
    for kind, before, after in facts:
        if before != after:
            yield Change(kind, place, table_id, column=label, old=before or None, new=after or None)


def _left(count: int, pairs: _Pairs, side: int) -> list[int]:
    """Return the places on one side that have no partner."""
    taken = {pair[side] for pair in pairs}
    return [place for place in range(count) if place not in taken]


def _rules(old: Table, new: Table, matched: _Matched, place: str) -> Iterator[Change]:
    """Yield the changes of the rules."""
    pairs = paired(old.rules, new.rules, _own_id, _content, _conditions, _result)
    for index in _left(len(old.rules), pairs, 0):
        rule = old.rules[index]
        yield Change("rule-removed", place, rule.id, rule.id, old=_row(rule))
    for index in _left(len(new.rules), pairs, 1):
        rule = new.rules[index]
        yield Change("rule-added", place, rule.id, rule.id, new=_row(rule))
    elsewhere = moved(pairs)
    for one, other in pairs:
        before, after = old.rules[one], new.rules[other]
        if one in elsewhere:
            was, now = str(one + 1), str(other + 1)
            yield Change("rule-moved", place, after.id, after.id, old=was, new=now)
        yield from _cells((old, before), (new, after), matched, place)
        if before.reason != after.reason:
            reasons = before.reason or None, after.reason or None
            yield Change(
                "reason-changed", place, after.id, after.id, old=reasons[0], new=reasons[1]
            )


def _own_id(rule: Rule) -> str:
    """Return the id of a rule, if the file gives it one."""
    return "" if _NUMBERED.fullmatch(rule.id) else rule.id


def _content(rule: Rule) -> Hashable:
    """Return everything that a rule says."""
    return rule.tests, rule.outputs


def _conditions(rule: Rule) -> Hashable:
    """Return when a rule without an id matches."""
    return "" if _own_id(rule) else rule.tests


def _result(rule: Rule) -> Hashable:
    """Return what a rule without an id answers."""
    return "" if _own_id(rule) else rule.outputs


def _row(rule: Rule) -> str:
    """Return a whole rule as a text."""
    tests = " | ".join(written(tests) or "-" for tests in rule.tests)
    return f"{tests} => {' | '.join(written(output) or '' for output in rule.outputs)}"


def _cells(
    before: tuple[Table, Rule], after: tuple[Table, Rule], matched: _Matched, place: str
) -> Iterator[Change]:
    """Yield the cells of a rule that changed; new and old columns count where they say a thing."""
    (old, old_rule), (new, new_rule) = before, after
    sides: list[tuple[str, Node | None, Node | None]] = []
    sides += [
        (new.inputs[other].label, old_rule.tests[one], new_rule.tests[other])
        for one, other in matched.inputs
    ]
    for index in _left(len(old.inputs), matched.inputs, 0):
        if old_rule.tests[index] != _ANYTHING:
            sides.append((old.inputs[index].label, old_rule.tests[index], None))
    for index in _left(len(new.inputs), matched.inputs, 1):
        if new_rule.tests[index] != _ANYTHING:
            sides.append((new.inputs[index].label, None, new_rule.tests[index]))
    sides += [
        (_shown(new.outputs[other]), old_rule.outputs[one], new_rule.outputs[other])
        for one, other in matched.outputs
    ]
    for column, was, now in sides:
        if was != now:
            texts = written(was), written(now)
            yield Change(
                "cell-changed", place, new_rule.id, new_rule.id, column, texts[0], texts[1]
            )
