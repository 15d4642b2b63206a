"""Allowed values: cells and results that are not among them, and those that no rule is for."""

from collections.abc import Collection, Iterator
from typing import Any

from rules.dmn.checks.coverage import Coverage
from rules.dmn.checks.exact import NotExact, constant
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.walking import of_result
from rules.dmn.checks.wording import at, listed, value
from rules.dmn.syntax import OutputClause
from rules.feel.syntax import UnaryTests
from rules.findings import Finding


def check_values(coverage: Coverage, dead: Collection[tuple[int, int]]) -> Iterator[Finding]:
    """
    Find what does not go together with the allowed values of a table.

    `dead` are rule and axis of the cells that no value fulfils.
    """
    yield from _cells_beyond(coverage, dead)
    if not coverage.asks_for_gaps():
        yield from _unused_inputs(coverage)
    for column in range(len(coverage.table.outputs)):
        yield from _results(coverage, column)


def _cells_beyond(coverage: Coverage, dead: Collection[tuple[int, int]]) -> Iterator[Finding]:
    """Find texts in cells that the column does not allow; the rule holds for others at least."""
    for which, axis in enumerate(coverage.axes):
        texts = {
            point.value: bool(axis.everything >> place & 1)
            for place, point in enumerate(axis.points)
            if point.kind == "at" and isinstance(point.value, str)
        }
        allowed = {text for text, is_allowed in texts.items() if is_allowed}
        for number, rule in enumerate(coverage.table.rules):
            for place in axis.columns if (number, which) not in dead else ():
                for text in _texts(rule.tests[place], coverage):
                    if text in allowed or text not in texts:
                        continue
                    where = coverage.site.rule_place(number)
                    yield at(
                        where,
                        "value-not-allowed",
                        f'In {where.text}, {value(text)} is no allowed value of "{axis.label}".',
                        coverage.suggestions.sentence(text, allowed)
                        or f"Allowed are {_listed(allowed)}.",
                    )


def _texts(tests: UnaryTests, coverage: Coverage) -> Iterator[str]:
    """Yield the texts that a cell compares with."""
    marks = coverage.cells.marks(tests) or ()
    yield from dict.fromkeys(mark for mark in marks if isinstance(mark, str))


def _unused_inputs(coverage: Coverage) -> Iterator[Finding]:
    """Find allowed texts that no rule accepts, where this is no gap."""
    for number, axis in enumerate(coverage.axes):
        accepted = 0
        for box in coverage.possible:
            accepted |= box[number]
        left = [
            point.value
            for place, point in enumerate(axis.points)
            if (axis.asked & ~accepted) >> place & 1 and point.kind == "at"
        ]
        texts = {text for text in left if isinstance(text, str)}
        if texts and coverage.table.rules:
            yield at(
                coverage.site.place,
                "value-unused",
                f"In {coverage.site.place.text}, no rule is for {_listed(texts)} of"
                f' "{axis.label}".',
                "Add a rule, or remove the value if it cannot come.",
            )


def _results(coverage: Coverage, column: int) -> Iterator[Finding]:
    """Find results that their column does not allow, and allowed ones that no rule has."""
    output = coverage.table.outputs[column]
    limits = _limits(coverage, output)
    if not limits:
        return
    texts = {text for tests in limits for text in _texts(tests, coverage)}
    produced: list[Any] = []
    is_known = True
    for number, rule in enumerate(coverage.table.rules):
        try:
            result = constant(rule.outputs[column], coverage.site.fixed)
        except NotExact:
            is_known = False
            continue
        produced.append(result)
        if result is not None and not all(_accepts(tests, result, coverage) for tests in limits):
            where = of_result(rule, number + 1, output)
            yield at(
                where,
                "result-not-allowed",
                f"In {where.text}, {value(result)} is no allowed value of the column.",
                coverage.suggestions.sentence(str(result), texts)
                or "Correct it, or add it to the allowed values.",
                severity="error",
            )
    if is_known:
        yield from _never_produced(coverage, output, limits[0], produced)


def _limits(coverage: Coverage, output: OutputClause) -> list[UnaryTests]:
    """Return what limits the results of a column, the column itself first."""
    kinds = coverage.kinds
    declared = [kinds.named(output.type_ref)]
    element = coverage.site.element
    if element.logic is coverage.table and len(coverage.table.outputs) == 1:
        single = coverage.table.hit_policy in {"UNIQUE", "ANY", "FIRST", "PRIORITY"}
        declared.append(kinds.named(element.type_ref) if single else Kind())
    limits = [tests for kind in declared for tests in kind.allowed]
    return [UnaryTests(output.values), *limits] if output.values else limits


def _accepts(tests: UnaryTests, result: Any, coverage: Coverage) -> bool:
    """Say whether a limit lets a result pass; what cannot be known passes."""
    if coverage.cells.marks(tests) is None:
        return True
    try:
        return coverage.site.fixed.accepts(tests, result)
    except NotExact:
        return True


def _never_produced(
    coverage: Coverage, output: OutputClause, limit: UnaryTests, produced: list[Any]
) -> Iterator[Finding]:
    """Find allowed texts that no rule answers with."""
    if output.default is not None:
        try:
            produced = [*produced, constant(output.default, coverage.site.fixed)]
        except NotExact:
            return
    missing = set() if limit.negated else set(_texts(limit, coverage)).difference(_plain(produced))
    if missing and coverage.table.rules:
        name = f' of the column "{output.label}"' if output.label else ""
        yield at(
            coverage.site.place,
            "result-unused",
            f"In {coverage.site.place.text}, no rule answers with {_listed(missing)}{name}.",
            "Add a rule, or remove the value from the allowed ones.",
        )


def _plain(produced: list[Any]) -> list[str]:
    """Return the texts among some results."""
    return [result for result in produced if isinstance(result, str)]


def _listed(texts: set[str]) -> str:
    """Return some texts as they are written, in their order, not too many."""
    return listed(map(value, texts))
