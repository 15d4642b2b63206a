"""What is open in the cases that may stand still, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from workflows.engine.stall_suspects import OPEN, rounds, suspects
from workflows.engine.stall_yardstick import Yardstick
from workflows.engine.tables import Bundle, Incident, Instance, Subscription, Timer, UserTask

Narrow = Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True)
class CaseRow:
    """As much of a case as a list of cases needs."""

    id: int
    definition_key: str
    name: str
    status: str
    changed_at: datetime
    bundle_id: int
    bundle_hash: str


@dataclass
class OpenRows:
    """
    What is open in one case.

    Attributes:
        rounds: How often elements were done before, where that is too often.

    """

    case: CaseRow
    incidents: list[Incident] = field(default_factory=list)
    user_tasks: list[UserTask] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    messages: list[Subscription] = field(default_factory=list)
    rounds: dict[str, int] = field(default_factory=dict)


def read(session: Session, yardstick: Yardstick, narrow: Narrow | None) -> Mapping[int, OpenRows]:
    """Return what is open in every case that may stand still, by its number."""
    query = _suspected(yardstick)
    if narrow is not None:
        query = narrow(query)
    cases = session.execute(query.order_by(Instance.id)).all()
    found = {case.id: OpenRows(CaseRow(*case)) for case in cases}
    _fill(session, found, query.with_only_columns(Instance.id).order_by(None))
    for row in session.execute(rounds(yardstick)):
        if row.instance_id in found:
            found[row.instance_id].rounds[row.element_id] = row.number
    return found


def _suspected(yardstick: Yardstick) -> Select[*tuple[Any, ...]]:
    """Select the cases that may stand still; those that somebody names may all."""
    if yardstick.among is not None:
        return _cases().where(Instance.id.in_(yardstick.among), Instance.status.in_(OPEN))
    ids = union(
        *(
            query.with_only_columns(query.selected_columns[0].label("id"))
            for query in suspects(yardstick)
        )
    ).subquery()
    return _cases().where(Instance.id.in_(select(ids.c.id)))


def _cases() -> Select[*tuple[Any, ...]]:
    """Select cases with what names their processes."""
    return select(
        Instance.id,
        Instance.definition_key,
        Instance.name,
        Instance.status,
        Instance.changed_at,
        Instance.bundle_id,
        Bundle.bundle_hash,
    ).join(Bundle, Bundle.id == Instance.bundle_id)


def _fill(session: Session, found: Mapping[int, OpenRows], numbers: Select[Any]) -> None:
    """Add what is open in the cases."""
    fresh = {"populate_existing": True}
    wanted: tuple[tuple[str, Any, Any], ...] = (
        ("incidents", Incident, Incident.resolved_at.is_(None)),
        ("user_tasks", UserTask, UserTask.state == "open"),
        ("timers", Timer, Timer.due_at.is_not(None)),
        ("messages", Subscription, Subscription.kind != "condition"),
    )
    for name, table, condition in wanted:
        query = select(table).where(table.instance_id.in_(numbers), condition).order_by(table.id)
        by_case: defaultdict[int, list[Any]] = defaultdict(list)
        for row in session.scalars(query.execution_options(**fresh)):
            by_case[row.instance_id].append(row)
        for number, rows in by_case.items():
            if number in found:
                getattr(found[number], name).extend(rows)
