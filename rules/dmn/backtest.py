"""
Back-test: answer recorded inputs by a new version and tell whose outcome changes.

    records = (RecordedCase(inputs, output, group="district 7", key="person 12") for ...)
    report = backtest(None, new, "grade", records)  # compares with what was recorded
    report = backtest(old, new, "grade", records)  # compares with what `old` answers
    report.to_json(); report.lines()

`replay` yields one `Outcome` for each record, for whoever wants them one by one. Records
are read one at a time and never kept: the report holds counts, and the first changes
and failures. Nothing reads a clock: each record is answered at its own `now`, or at the
one that is handed in.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.dmn.errors import DecisionFailed
from rules.dmn.model import DecisionModel
from rules.feel import FeelBudgetExceeded, from_json, to_json

_MAX_PAIRS = 500
_SHORTEST = 60
OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """
    Inputs that were decided once.

    Attributes:
        output: What was decided; only used when no old version is handed in.
        group: What the counts are split by, for example the unit or the gender.
        key: Whom or what it was about; it is carried into the report.
        now: The moment at which it was decided.

    """

    inputs: Mapping[str, Any]
    output: Any = None
    group: str = ""
    key: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    One record answered again.

    `error` says why one of the versions has no answer; `failed` names which: `before` or `after`.
    """

    number: int
    key: str
    group: str
    before: Any = None
    after: Any = None
    failed: str = ""
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Say whether the outcome is another one."""
        return not self.failed and _text(self.before) != _text(self.after)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        facts: dict[str, Any] = {"record": self.number, "key": self.key, "group": self.group}
        if self.failed:
            return {**facts, "failed": self.failed, "error": self.error}
        return {**facts, "from": self.before, "to": self.after}


@dataclass(slots=True)
class Tally:
    """The counts of one group."""

    cases: int = 0
    changed: int = 0
    failed: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.cases += 1
        self.changed += outcome.is_changed
        self.failed += bool(outcome.failed)

    def to_json(self) -> dict[str, int]:
        """Return the counts as plain data."""
        return {"cases": self.cases, "changed": self.changed, "failed": self.failed}


@dataclass(slots=True)
class BacktestReport:
    """
    What a new version would have decided.

    Attributes:
        total: The counts over all records.
        by_change: How many outcomes changed, by what they were and what they become.
        by_group: The counts of each group, and in `changes_of_group` its changes.
        changes, failures: The first of each, as many as were asked for.

    """

    decision_id: str
    total: Tally = field(default_factory=Tally)
    by_change: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_group: dict[str, Tally] = field(default_factory=dict)
    changes_of_group: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    changes: list[Outcome] = field(default_factory=list)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome, listed: int) -> None:
        """Count an outcome, and keep it if it is one of the first changes or failures."""
        self.total.add(outcome)
        self.by_group.setdefault(outcome.group, Tally()).add(outcome)
        if outcome.failed and len(self.failures) < listed:
            self.failures.append(outcome)
        if outcome.is_changed:
            pair = (_short(outcome.before), _short(outcome.after))
            _count(self.by_change, pair)
            _count(self.changes_of_group.setdefault(outcome.group, Counter()), pair)
            if len(self.changes) < listed:
                self.changes.append(outcome)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data; what happened most comes first."""
        return {
            "decision": self.decision_id,
            **self.total.to_json(),
            "by_change": _pairs(self.by_change),
            "by_group": {
                group: {
                    **tally.to_json(),
                    "by_change": _pairs(self.changes_of_group.get(group, Counter())),
                }
                for group, tally in sorted(self.by_group.items())
            },
            "changes": [outcome.to_json() for outcome in self.changes],
            "failures": [outcome.to_json() for outcome in self.failures],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report as text, the summary first."""
        total = self.total
        yield (
            f"{total.cases} cases: {total.changed} would change, {total.failed} have no answer, "
            f"{total.cases - total.changed - total.failed} stay as they are."
        )
        for (before, after), count in self.by_change.most_common():
            yield f"{count:>7}  {before} -> {after}"
        if set(self.by_group) != {""}:
            for group, tally in sorted(self.by_group.items()):
                yield f"{group or '(no group)'}: {tally.changed} of {tally.cases} would change"
        for outcome in self.changes:
            place = outcome.key or f"record {outcome.number}"
            yield f"{place}: {_short(outcome.before)} -> {_short(outcome.after)}"
        for outcome in self.failures:
            yield f"{outcome.key or f'record {outcome.number}'}: {outcome.error}"


def backtest(
    old: DecisionModel | None,
    new: DecisionModel,
    decision_id: str,
    records: Iterable[RecordedCase],
    *,
    now: datetime | None = None,
    member: str = "",
    listed: int = 1_000,
) -> BacktestReport:
    """
    Return what a new version would have decided for recorded inputs.

    Without an old version the recorded outputs are compared. `member` compares only
    one entry of results that are contexts. `listed` says how many changes, and how many
    failures, the report names one by one.
    """
    report = BacktestReport(decision_id)
    for outcome in replay(old, new, decision_id, records, now=now, member=member):
        report.add(outcome, listed)
    return report


def replay(
    old: DecisionModel | None,
    new: DecisionModel,
    decision_id: str,
    records: Iterable[RecordedCase],
    *,
    now: datetime | None = None,
    member: str = "",
) -> Iterator[Outcome]:
    """Yield what becomes of each record, in their order; failures are outcomes too."""
    for number, record in enumerate(records, start=1):
        moment = record.now or now
        if old is None:
            before, failed = to_json(from_json(record.output)), ""
        else:
            before, failed = _answer(old, decision_id, record, moment)
        if failed:
            yield Outcome(number, record.key, record.group, failed="before", error=failed)
            continue
        after, failed = _answer(new, decision_id, record, moment)
        if failed:
            yield Outcome(number, record.key, record.group, failed="after", error=failed)
            continue
        before, after = _member(before, member), _member(after, member)
        yield Outcome(number, record.key, record.group, before, after)


def _answer(
    model: DecisionModel, decision_id: str, record: RecordedCase, now: datetime | None
) -> tuple[Any, str]:
    """Return the answer for a record, or nothing and why there is none."""
    try:
        return model.evaluate(decision_id, record.inputs, now=now).output, ""
    except (DecisionFailed, FeelBudgetExceeded) as error:
        return None, str(error)


def _member(value: Any, member: str) -> Any:
    """Return one entry of a result, or all of it."""
    return value.get(member) if member and isinstance(value, dict) else value


def _text(value: Any) -> str:
    """Return plain data as one text; the order of entries does not count."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _short(value: Any) -> str:
    """Return plain data as a text to count by; long ones are cut."""
    text = _text(value)
    return text if len(text) <= _SHORTEST else f"{text[:_SHORTEST]}..."


def _count(counter: Counter[tuple[str, str]], pair: tuple[str, str]) -> None:
    """Count a change; when there are too many kinds, the rarer ones share one line."""
    counter[pair if pair in counter or len(counter) < _MAX_PAIRS else (OTHER, OTHER)] += 1


def _pairs(counter: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return counted changes as plain data, the most frequent first."""
    ordered = sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))
    return [{"from": before, "to": after, "count": count} for (before, after), count in ordered]
