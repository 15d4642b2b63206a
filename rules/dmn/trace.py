"""What an evaluation did: the inputs of each table, which rules matched, and why others did not."""

from typing import Any

from rules.dmn.syntax import Rule, Table
from rules.feel import to_json


class TableRecord:
    """
    One run of one table, kept as it was until somebody asks.

    Attributes:
        values: What the columns looked at.
        held: For each column the rules that accept its value, as bits; conditions that
            must be asked each time count as accepting.
        asked: The columns of such conditions that did not hold, by the number of the rule.
        hits: The numbers of the rules that matched.

    """

    __slots__ = ("asked", "held", "hits", "output", "table", "values")

    def __init__(self, table: Table, values: list[Any], held: list[int]) -> None:
        self.table = table
        self.values = values
        self.held = held
        self.asked: dict[int, int] = {}
        self.hits: list[int] = []
        self.output: Any = None

    @property
    def missed(self) -> list[int]:
        """Return for each rule that was tried a column that did not hold, or -1 if it matched."""
        only_first = self.hits and self.table.hit_policy == "FIRST"
        tried = self.hits[0] + 1 if only_first else len(self.table.rules)
        hits = frozenset(self.hits)
        return [-1 if number in hits else self._missed_by(number) for number in range(tried)]

    def _missed_by(self, number: int) -> int:
        """Return a column in which a rule did not hold."""
        place = next((at for at, rules in enumerate(self.held) if not rules >> number & 1), -1)
        return self.asked[number] if place < 0 else place

    def matched(self) -> list[str]:
        """Return the ids of the rules that matched."""
        return [self.table.rules[number].id for number in self.hits]

    def reasons(self) -> list[str]:
        """Return what the rules that matched say about themselves."""
        reasons = [self.table.rules[number].reason for number in self.hits]
        return [reason for reason in reasons if reason]

    def _tried(self) -> list[tuple[Rule, int]]:
        """Return the rules that were tried, with the column that each missed."""
        return list(zip(self.table.rules, self.missed, strict=False))

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain data."""
        labels = [column.label for column in self.table.inputs]
        return {
            "table": self.table.id,
            "hit_policy": self.table.hit_policy,
            "inputs": {
                label: to_json(value) for label, value in zip(labels, self.values, strict=True)
            },
            "rules": [_rule(rule, place, labels) for rule, place in self._tried()],
            "output": to_json(self.output),
        }


def _rule(rule: Rule, place: int, labels: list[str]) -> dict[str, Any]:
    """Return what happened to one rule."""
    entry: dict[str, Any] = {"rule": rule.id, "matched": place < 0}
    if rule.reason:
        entry["reason"] = rule.reason
    if place >= 0:
        entry["failed"] = labels[place]
    return entry


class DecisionRecord:
    """One decision with its result."""

    __slots__ = ("decision_id", "name", "output", "tables")

    def __init__(
        self, decision_id: str, name: str, output: Any, tables: tuple[TableRecord, ...]
    ) -> None:
        self.decision_id = decision_id
        self.name = name
        self.output = output
        self.tables = tables

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {
            "decision": self.decision_id,
            "name": self.name,
            "output": to_json(self.output),
            "tables": [table.to_json() for table in self.tables],
        }


class Evaluation:
    """The answer of a decision."""

    __slots__ = ("_output", "_records", "_value")

    def __init__(self, output: Any, value: Any, records: tuple[DecisionRecord, ...] = ()) -> None:
        self._output = output
        self._value = value
        self._records = records

    @property
    def output(self) -> Any:
        """Return the result as plain data."""
        return self._output

    @property
    def value(self) -> Any:
        """Return the result as a value of the language."""
        return self._value

    @property
    def records(self) -> tuple[DecisionRecord, ...]:
        """Return what each decision did, the required ones first."""
        return self._records

    @property
    def matched_rules(self) -> tuple[str, ...]:
        """Return the ids of all rules that matched, in the order in which they were found."""
        return tuple(
            rule for record in self.records for table in record.tables for rule in table.matched()
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what the matching rules say about themselves."""
        return tuple(
            reason
            for record in self.records
            for table in record.tables
            for reason in table.reasons()
        )

    @property
    def trace(self) -> list[dict[str, Any]]:
        """Return everything that happened as plain data."""
        return [record.to_json() for record in self.records]
