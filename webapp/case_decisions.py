"""The decisions of a case in words: what was known, which rules matched, what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from rules.dmn import DecisionModel
from rules.dmn.reasons import rule_reasons
from webapp.forms.facts import label_of, named_fact
from workflows.case_reading import MadeDecision
from workflows.engine.tables import DecisionRecord

_MOST_MISSED = 100


@dataclass(frozen=True)
class MissedRule:
    """A rule that did not match: the column that did not hold, and what it looked at."""

    rule: str
    column: str
    value: str


@dataclass(frozen=True)
class ToldDecision:
    """One decision for a reader; `missed` are the other rules, where the process keeps them."""

    step: str
    table: str
    at: datetime
    outcome: str
    inputs: list[tuple[str, str]]
    reasons: list[str]
    missed: list[MissedRule]


def tell(made: MadeDecision, model: DecisionModel | None, names: Mapping[str, str]) -> ToldDecision:
    """Put a decision into words; the model is the version that decided."""
    record = made.record
    decision = model.decisions.get(record.decision_key) if model else None
    return ToldDecision(
        step=made.step,
        table=decision.name if decision else record.decision_key,
        at=record.decided_at,
        outcome=named_fact(record.decision_key, record.output, names),
        inputs=[
            (label_of(name), named_fact(name, value, names))
            for name, value in record.inputs.items()
        ],
        reasons=_reasons(record, model),
        missed=list(islice(_missed(record, names), _MOST_MISSED)),
    )


def _missed(record: DecisionRecord, names: Mapping[str, str]) -> Iterator[MissedRule]:
    """Yield the rules of all tables that were tried and did not match."""
    for table in (table for made in record.trace or () for table in made["tables"]):
        for number, rule in enumerate(table["rules"], start=1):
            column = rule.get("failed")
            if column is not None:
                yield MissedRule(
                    _rule_text(number, rule),
                    label_of(column),
                    named_fact(column, table["inputs"].get(column), names),
                )


def _rule_text(number: int, rule: Mapping[str, Any]) -> str:
    """Return what a rule says about itself, after its number."""
    said = rule.get("reason")
    return f"{number}. {said}" if said else f"{number}."


def _reasons(record: DecisionRecord, model: DecisionModel | None) -> list[str]:
    """Return what the rules that matched say about themselves, else their ids."""
    # The case keeps its tables for life, so that they say today what they said then.
    said = rule_reasons(model) if model else {}
    return [said.get(str(rule)) or label_of(str(rule)) for rule in record.matched_rules]
