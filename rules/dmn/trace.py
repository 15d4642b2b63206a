"""What an evaluation did: the inputs of each table, which rules matched, and why others did not."""

from dataclasses import dataclass
from typing import Any

from rules.dmn.syntax import Rule, Table
from rules.feel import to_json


@dataclass(frozen=True, slots=True)
class TableRecord:
    """
    One run of one table, kept as it was until somebody asks.

    `missed` has for each rule that was tried the column that did not hold, or -1.
    """

    table: Table
    values: list[Any]
    missed: list[int]
    output: Any

    def matched(self) -> list[str]:
        """Return the ids of the rules that matched."""
        return [rule.id for rule, place in self._tried() if place < 0]

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


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision with its result."""

    decision_id: str
    name: str
    output: Any
    tables: tuple[TableRecord, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {
            "decision": self.decision_id,
            "name": self.name,
            "output": to_json(self.output),
            "tables": [table.to_json() for table in self.tables],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    The answer of a decision.

    Attributes:
        output: The result as plain data.
        value: The result as a value of the language.
        records: What each decision did, the required ones first.

    """

    output: Any
    value: Any
    records: tuple[DecisionRecord, ...] = ()

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
            rule.reason
            for record in self.records
            for table in record.tables
            for rule, place in zip(table.table.rules, table.missed, strict=False)
            if place < 0 and rule.reason
        )

    @property
    def trace(self) -> list[dict[str, Any]]:
        """Return everything that happened as plain data."""
        return [record.to_json() for record in self.records]
