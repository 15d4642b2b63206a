"""Findings about the rules of decision tables."""

from collections.abc import Iterable, Iterator

from rules.dmn.checks.budget import TooLarge
from rules.dmn.checks.coverage import Coverage, Gap, Hidden, Overlap
from rules.dmn.checks.covering import Box
from rules.dmn.checks.declared import Declared
from rules.dmn.checks.phrases import example, inputs, region
from rules.dmn.checks.probes import Seen
from rules.dmn.checks.sites import Site
from rules.dmn.checks.values import check_values
from rules.dmn.checks.walking import Place
from rules.dmn.checks.wording import MOST_FINDINGS, at, expression, shortened
from rules.findings import Finding

_READABLE = 120


def check_table(site: Site, declared: Declared) -> Iterator[Finding]:
    """Find gaps, overlaps and rules that never decide."""
    try:
        coverage = Coverage(site, declared)
    except TooLarge:
        yield too_large(site.place)
        return
    dead = dict(_never(coverage))
    twins = dict(_twins(coverage))
    kinds: tuple[Iterable[Finding], ...] = (
        dead.values(),
        check_values(coverage, dead),
        (_duplicate(coverage, first, second) for second, first in twins.items()),
        (_gap(coverage, found) for found in coverage.gaps()),
        (
            _overlap(coverage, found)
            for found in coverage.overlaps()
            if twins.get(found.second) != found.first
        ),
        (_hidden(coverage, found) for found in coverage.hidden() if found.rule not in twins),
    )
    is_complete = True
    for findings in kinds:
        try:
            yield from _limited(findings, site)
        except TooLarge:
            is_complete = False
    if not is_complete:
        yield too_large(site.place)


def _limited(findings: Iterable[Finding], site: Site) -> Iterator[Finding]:
    """Yield findings, but not too many of one code; the last says how many more there are."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = finding.code, finding.severity
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MOST_FINDINGS:
            yield finding
    for (code, severity), count in counts.items():
        if count > MOST_FINDINGS:
            message = (
                f"In {site.place.text}, there are at least {count - MOST_FINDINGS} more"
                f" findings {code}."
            )
            remedy = "Mend those that are listed, then check again."
            yield at(site.place, code, message, remedy, severity=severity)


def too_large(place: Place) -> Finding:
    """Return the finding of what cannot be checked completely."""
    return at(
        place,
        "table-too-large",
        f"In {place.text}, there are too many combinations to check all of them.",
        "Split the table into several decisions.",
    )


def _never(coverage: Coverage) -> Iterator[tuple[tuple[int, int], Finding]]:
    """Yield rule and axis of every cell that no value fulfils."""
    for rule, box in enumerate(coverage.possible):
        for which, (axis, mask) in enumerate(zip(coverage.axes, box, strict=True)):
            if mask or not axis.everything:
                continue
            tests = [coverage.table.rules[rule].tests[place] for place in axis.columns]
            place = coverage.site.rule_place(rule)
            written = '" and "'.join(expression(test) for test in tests)
            yield (
                (rule, which),
                at(
                    place,
                    "rule-never-matches",
                    f'No value of the column "{axis.label}" fulfils "{written}" of {place.text}.',
                    "Correct the cell, or remove the rule.",
                ),
            )


def _twins(coverage: Coverage) -> Iterator[tuple[int, int]]:
    """Yield rules with the same conditions as an earlier one, which cannot both be meant."""
    table = coverage.table
    seen: dict[object, int] = {}
    several = table.hit_policy in {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}
    for number, rule in enumerate(table.rules):
        key: object = (rule.tests, rule.outputs) if several else rule.tests
        first = seen.setdefault(key, number)
        is_meant = table.hit_policy in {"ANY", "PRIORITY"} and (
            table.rules[first].outputs != rule.outputs
        )
        if first != number and not is_meant:
            yield number, first


def _duplicate(coverage: Coverage, first: int, second: int) -> Finding:
    """Return the finding of a rule that repeats another one."""
    fails = coverage.table.hit_policy == "UNIQUE"
    place = coverage.site.rule_place(second)
    return at(
        place,
        "rule-duplicate",
        f"The conditions of {place.text} are those of rule {first + 1}"
        + (": the table fails where they match." if fails else "."),
        "Remove one of the two rules, or change its conditions.",
        severity="error" if fails else "warning",
    )


def _gap(coverage: Coverage, gap: Gap) -> Finding:
    """Return the finding of inputs without a rule."""
    domain = tuple(axis.asked for axis in coverage.axes)
    where = region(coverage.axes, gap.box, domain)
    shown = example(coverage.axes, gap.box, domain, gap.seen)
    if len(where) > _READABLE:
        when = f", for example when {shown}"
    else:
        such = f", for example {shown}" if shown and shown != where else ""
        when = f" when {where or 'anything is handed in'}{such}"
    return at(
        coverage.site.place,
        "table-gap",
        f"In {coverage.site.place.text}, nothing matches{when}"
        f"{_given(coverage, gap.box, domain, gap.seen)}.",
        "Add a rule or a default result, or list the allowed values of the column.",
    )


def _given(coverage: Coverage, box: Box, domain: Box, seen: Seen) -> str:
    """Return the inputs that lead there, where a column calculates its value from them."""
    narrowed = [axis for axis, mask in enumerate(box) if mask & domain[axis] != domain[axis]]
    if coverage.witnesses is None or not any(map(coverage.witnesses.is_computed, narrowed)):
        return ""
    return f" (with {shortened(inputs(seen))})"


def _overlap(coverage: Coverage, found: Overlap) -> Finding:
    """Return the finding of two rules that must not match together."""
    table = coverage.table
    everything = tuple(axis.everything for axis in coverage.axes)
    shown = example(coverage.axes, found.box, everything, found.seen) or "anything is handed in"
    place = coverage.site.rule_place(found.second)
    allows = "allows only one match" if table.hit_policy == "UNIQUE" else "wants them to agree"
    return at(
        place,
        "table-overlap",
        f"Rule {found.first + 1} and {place.text} both match when {shown}, but the hit policy"
        f" {table.hit_policy} {allows}: the decision fails.",
        "Narrow the conditions of one of them, or choose another hit policy.",
        severity="error",
    )


def _hidden(coverage: Coverage, found: Hidden) -> Finding:
    """Return the finding of a rule that never decides."""
    place = coverage.site.rule_place(found.rule)
    everything = tuple(axis.everything for axis in coverage.axes)
    box = coverage.possible[found.rule]
    shown = example(coverage.axes, box, everything, found.seen)
    when = f" when {shown}" if shown else ""
    return at(
        place,
        "rule-unreachable",
        f"{place.text[0].upper()}{place.text[1:]} never decides: wherever it matches, others come"
        f" before it, for example rule {found.by + 1}{when}.",
        "Move the rule up, change its conditions, or remove it.",
    )
