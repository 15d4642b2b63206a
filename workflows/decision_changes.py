"""What changes between two versions of a file of decisions, for people who approve it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.dmn import Change, DecisionModel, differences
from rules.dmn.comparison.changes import written
from rules.dmn.syntax import Element, Rule, Table
from rules.feel.syntax import UnaryTests, everything_in
from workflows import decision_files

_ANYTHING = UnaryTests(())
_OF_WHOLE_RULES = frozenset({"rule-added", "rule-removed"})


@dataclass(frozen=True)
class RuleName:
    """A rule as people call it: its number in the table, from 1, and its reason."""

    number: int
    reason: str
    text: str  # all of it in one line: conditions, then results


@dataclass(frozen=True)
class DecisionChange:
    """
    One change of a decision.

    Attributes:
        kind: What happened, by the words of `rules.dmn.differences`.
        path: The entry of a context in which it happened, or an empty text.
        rule: The rule where it happened, as it is now, or as it was when it is no more.
        column: The column, where there is one.
        before, after: How it was and is written.

    """

    kind: str
    path: str = ""
    rule: RuleName | None = None
    column: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class ChangedDecision:
    """A decision, or another element of a model, with everything that changes in it."""

    kind: str
    name: str
    changes: tuple[DecisionChange, ...]


@dataclass(frozen=True)
class DecisionChanges:
    """
    All changes between two versions.

    Attributes:
        decisions: What changes, in the order of the file.
        is_readable: Whether both versions can be understood; an unfinished one may not.
        is_rewritten: Whether the files differ at all, if only in their drawing.

    """

    decisions: tuple[ChangedDecision, ...] = ()
    is_readable: bool = True
    is_rewritten: bool = False


def compare(before: bytes | None, after: bytes, file_name: str) -> DecisionChanges:
    """Return what changes from one version to another; without an old one everything is new."""
    old = decision_files.read(before, file_name) if before else None
    new = decision_files.read(after, file_name)
    is_rewritten = before != after
    if new is None or (before and old is None):
        return DecisionChanges(is_readable=False, is_rewritten=is_rewritten)
    if old is None:
        return DecisionChanges(tuple(_all_new(new)), is_rewritten=is_rewritten)
    names = _Names(old, new)
    found: dict[tuple[str, str], list[DecisionChange]] = {}
    for change in differences(old, new):
        kind, name, path = names.split(change.place)
        told = _change(change, path, names)
        found.setdefault((kind, name), []).append(told)
    changed = tuple(ChangedDecision(*key, tuple(each)) for key, each in found.items())
    return DecisionChanges(changed, is_rewritten=is_rewritten)


class _Names:
    """How elements and rules of two versions are called."""

    def __init__(self, old: DecisionModel, new: DecisionModel) -> None:
        self._elements: dict[str, Element] = {}
        self._before = self._rules(old)
        self._after = self._rules(new)

    def split(self, place: str) -> tuple[str, str, str]:
        """Return kind and name of the element at a place, and the path inside of it."""
        mine = max((each for each in self._elements if place.startswith(each)), key=len, default="")
        element = self._elements.get(mine)
        if element is None:
            return "type", place, ""
        return element.kind, element.name or element.id, place[len(mine) :].removeprefix(".")

    def rule(self, change: Change) -> RuleName | None:
        """Return the rule of a change: as it is now, or as it was when it is no more."""
        kind, name, _ = self.split(change.place)
        sides = (self._before, self._after)
        first = sides[0] if change.kind == "rule-removed" else sides[1]
        return first.get((kind, name, change.rule))

    def _rules(self, model: DecisionModel) -> Mapping[tuple[str, str, str], RuleName]:
        """Return the rules of a model, by their element and id."""
        found = {}
        for element in model.definitions.elements:
            if element.space:
                continue
            self._elements[_place(element)] = element
            for table in _tables(element):
                for number, rule in enumerate(table.rules, start=1):
                    key = element.kind, element.name or element.id, rule.id
                    found[key] = RuleName(number, rule.reason, _in_words(table, rule))
        return found


def _change(change: Change, path: str, names: _Names) -> DecisionChange:
    """Return a change with the rule as people call it."""
    rule = names.rule(change) if change.rule else None
    before, after = change.old, change.new
    if rule and change.kind in _OF_WHOLE_RULES:
        before = before and rule.text
        after = after and rule.text
    return DecisionChange(change.kind, path, rule, change.column, before, after)


def _all_new(model: DecisionModel) -> Iterator[ChangedDecision]:
    """Yield the decisions of a file that does not exist yet, with their rules."""
    for element in model.definitions.elements:
        if element.kind != "decision" or element.space:
            continue
        rules = [
            DecisionChange(
                "rule-added",
                rule=RuleName(number, rule.reason, _in_words(table, rule)),
                after=_in_words(table, rule),
            )
            for table in _tables(element)
            for number, rule in enumerate(table.rules, start=1)
        ]
        yield ChangedDecision(
            element.kind, element.name or element.id, (DecisionChange("decision-added"), *rules)
        )


def _tables(element: Element) -> Iterator[Table]:
    """Yield the tables of an element, also those inside of a context."""
    if element.logic is not None:
        yield from (each for each in everything_in(element.logic) if isinstance(each, Table))


def _place(element: Element) -> str:
    """Return how a comparison calls an element."""
    kinds = {"knowledge": "knowledge model"}
    return f'{kinds.get(element.kind, element.kind)} "{element.name or element.id}"'


def _in_words(table: Table, rule: Rule) -> str:
    """Return a rule in one line: what it asks of which column, and what it answers."""
    asked = [
        f"{column.label}: {written(test)}"
        for column, test in zip(table.inputs, rule.tests, strict=False)
        if test != _ANYTHING
    ]
    answers = [
        f"{column.label or column.name}: {written(value)}".removeprefix(": ")
        for column, value in zip(table.outputs, rule.outputs, strict=False)
    ]
    return f"{'; '.join(asked) or '–'} → {'; '.join(answers)}"
