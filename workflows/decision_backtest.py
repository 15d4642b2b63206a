"""
Back-test of a draft: past decisions of real cases, answered again by the changed rules.

Nothing that was decided changes. Everybody who may read drafts sees how many would be
treated differently; who they are sees only who may read their cases.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from rules.dmn import DecisionModel, RecordedCase
from rules.dmn.backtest import Outcome, replay
from workflows.actors import Actor
from workflows.case_facts import SUBJECT
from workflows.engine.tables import DecisionRecord, Duty, Instance
from workflows.impact import Counted, Impact, impact
from workflows.paging import from_cursor, to_cursor
from workflows.people_tables import Level, OrgUnit, Person
from workflows.permissions import Action, check, scope_instances

AT_ONCE = 500  # past decisions on one page
MOST_FAILURES = 50  # a draft that fails so often needs mending first
LISTED = 100


class GroupBy(StrEnum):
    """What people are compared by; restricted facts are not among it."""

    UNIT = "unit"
    LEVEL = "level"
    CATEGORY = "category"


_COLUMNS: dict[GroupBy, Any] = {
    GroupBy.UNIT: OrgUnit.name,
    GroupBy.LEVEL: Level.name,
    GroupBy.CATEGORY: Person.category,
}


@dataclass(frozen=True)
class Question:
    """
    What is asked of a back-test.

    Attributes:
        decision: The id of the decision that is answered again.
        group: What people are compared by.
        member: The entry of the result to compare, where the result has several.
        favourable: The outcomes that count as being selected; without them no groups are compared.
        cursor: Where the page begins; an empty text is the newest decision.

    """

    decision: str
    group: GroupBy = GroupBy.UNIT
    member: str = ""
    favourable: frozenset[str] = frozenset()
    cursor: str = ""


@dataclass(frozen=True)
class Difference:
    """Somebody who would be treated differently, for whoever may read the case."""

    instance_id: int
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Backtest:
    """
    What the changed rules would have decided.

    Attributes:
        cases: How many past decisions were answered again.
        same, changed, failed: What became of them.
        errors: Why there is no answer, and how often.
        by_change: How often one outcome becomes another one, the most frequent first.
        outcomes: All outcomes that occur, as texts.
        members: The entries that results have, if they have several.
        member, favourable: What was compared in the end.
        impacts: The favourable share of each group, before and after.
        differences: Who would be treated differently, as far as the reader may know.
        unnamed: How many others there are.
        next: Where older decisions begin, if there are any.

    """

    cases: int
    same: int
    changed: int
    failed: int
    errors: tuple[tuple[str, int], ...]
    by_change: tuple[tuple[str, str, int], ...]
    outcomes: tuple[str, ...]
    members: tuple[str, ...]
    member: str
    favourable: frozenset[str]
    impacts: tuple[Impact, ...]
    differences: tuple[Difference, ...]
    unnamed: int
    next: str | None


def run(
    session: Session, model: DecisionModel, question: Question, *, actor: Actor, now: datetime
) -> Backtest:
    """
    Answer past decisions again, the newest first, and compare with what was decided then.

    Raises:
        CursorRefused: The cursor is not one of this list.

    """
    check(actor, Action.READ_DRAFTS)
    rows = session.execute(_recorded(question)).all()
    page = rows[:AT_ONCE]
    members = _members(page)
    member = question.member if question.member in members else next(iter(members), "")
    outcomes = list(_answered(model, question.decision, page, member))
    told = [each for each in outcomes if not each.failed]
    known = _known(told)
    favourable = question.favourable & set(known)
    changed = [each for each in told if each.is_changed]
    named = _named(session, changed, page, actor, now)
    failures = Counter(each.error for each in outcomes if each.failed)
    pairs = Counter((text_of(each.before), text_of(each.after)) for each in changed)
    return Backtest(
        cases=len(outcomes),
        same=len(told) - len(changed),
        changed=len(changed),
        failed=len(outcomes) - len(told),
        errors=tuple(failures.most_common(5)),
        by_change=tuple((*pair, count) for pair, count in pairs.most_common()),
        outcomes=known,
        members=members,
        member=member,
        favourable=favourable,
        impacts=impact(session, _counted(told, favourable)) if favourable else (),
        differences=tuple(named[:LISTED]),
        unnamed=len(changed) - len(named[:LISTED]),
        next=to_cursor(page[-1].id) if len(rows) > AT_ONCE else None,
    )


def text_of(value: Any) -> str:
    """Return an outcome as a text that people read."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()[:80]


def _recorded(question: Question) -> Select[Any]:
    """Return the query for past decisions, each with the person whom its case is about."""
    subject = (
        select(func.min(Duty.username))
        .where(Duty.instance_id == DecisionRecord.instance_id, Duty.duty == SUBJECT)
        .scalar_subquery()
    )
    record = DecisionRecord
    query = (
        select(
            record.id,
            record.instance_id,
            record.inputs,
            record.output,
            record.decided_at,
            Person.username,
            Person.display_name,
            _COLUMNS[question.group].label("group"),
        )
        .select_from(record)
        .outerjoin(Person, Person.username == subject)
        .outerjoin(OrgUnit, OrgUnit.id == Person.unit_id)
        .outerjoin(Level, Level.rank == Person.level_rank)
        .where(record.decision_key == question.decision)
        .order_by(record.id.desc())
        .limit(AT_ONCE + 1)
    )
    if question.cursor:
        (position,) = from_cursor(question.cursor, int)
        query = query.where(record.id < position)
    return query


def _answered(
    model: DecisionModel, decision: str, page: Sequence[Row[Any]], member: str
) -> Iterator[Outcome]:
    """Yield what becomes of each decision; a draft that fails all the time is not asked on."""
    records = (
        RecordedCase(row.inputs, row.output, group=row.group or "", now=row.decided_at)
        for row in page
    )
    failures = 0
    for outcome in replay(None, model, decision, records, member=member):
        yield outcome
        failures += bool(outcome.failed)
        if failures >= MOST_FAILURES:
            return


def _members(page: Iterable[Row[Any]]) -> tuple[str, ...]:
    """Return the entries of results, those with a word or a yes or no first."""
    outputs = [row.output for row in page if isinstance(row.output, dict)]
    names = dict.fromkeys(name for output in outputs for name in output)
    words = [
        name for name in names if any(isinstance(each.get(name), str | bool) for each in outputs)
    ]
    return tuple(dict.fromkeys([*words, *names]))


def _known(told: Sequence[Outcome]) -> tuple[str, ...]:
    """Return all outcomes, before and after."""
    found = {text_of(each.before) for each in told} | {text_of(each.after) for each in told}
    return tuple(sorted(found))


def _counted(told: Sequence[Outcome], favourable: frozenset[str]) -> list[Counted]:
    """Return group, and whether the outcome was and becomes favourable."""
    return [
        Counted(each.group, text_of(each.before) in favourable, text_of(each.after) in favourable)
        for each in told
    ]


def _named(
    session: Session,
    changed: Sequence[Outcome],
    page: Sequence[Row[Any]],
    actor: Actor,
    now: datetime,
) -> list[Difference]:
    """Return those whose cases the actor may read; nobody sees what concerns himself."""
    rows = [(each, page[each.number - 1]) for each in changed]
    ids = {row.instance_id for _, row in rows if row.username != actor.username}
    query = scope_instances(select(Instance.id).where(Instance.id.in_(ids)), actor, now=now)
    readable = set(session.scalars(query)) if ids else set()
    return [
        Difference(
            row.instance_id, row.display_name or "", text_of(each.before), text_of(each.after)
        )
        for each, row in rows
        if row.instance_id in readable and row.username != actor.username
    ]
