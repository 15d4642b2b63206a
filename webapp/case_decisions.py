"""The decisions of a case in words: what was known, which rules matched, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.dmn import DecisionModel
from rules.dmn.reasons import rule_reasons
from webapp.forms.facts import fact_text, label_of
from workflows.case_reading import MadeDecision
from workflows.engine.model import ExecutableProcess
from workflows.engine.tables import DecisionRecord


@dataclass(frozen=True)
class ToldDecision:
    """One decision for a reader."""

    step: str
    table: str
    at: datetime
    outcome: str
    inputs: list[tuple[str, str]]
    reasons: list[str]


def tell(
    made: MadeDecision, executable: ExecutableProcess, names: Mapping[str, str]
) -> ToldDecision:
    """Put a decision into words."""
    record = made.record
    model = executable.decisions.get(record.decision_key)
    decision = model.decisions.get(record.decision_key) if model else None
    return ToldDecision(
        step=made.step,
        table=decision.name if decision else record.decision_key,
        at=record.decided_at,
        outcome=fact_text(record.output, names),
        inputs=[(label_of(name), fact_text(value, names)) for name, value in record.inputs.items()],
        reasons=_reasons(record, model),
    )


def _reasons(record: DecisionRecord, model: DecisionModel | None) -> list[str]:
    """Return what the rules that matched say about themselves, else their ids."""
    # The case keeps its tables for life, so that they say today what they said then.
    said = rule_reasons(model) if model else {}
    return [said.get(str(rule)) or label_of(str(rule)) for rule in record.matched_rules]
