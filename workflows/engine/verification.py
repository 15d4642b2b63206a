"""Check that what is stored of a case agrees with itself: state, rows and history."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.engine import compiled, waits
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.runtime.codec import decode
from workflows.engine.runtime.state import MESSAGE, TIMER, USER
from workflows.engine.tables import Bundle, HistoryEvent, Instance, UserTask

_PAGE = 200


def differences(session: Session) -> Iterator[str]:
    """Yield one sentence for each thing in any case that does not agree; nothing is changed."""
    last = 0
    while True:
        page = session.execute(
            select(
                Instance.id,
                Instance.status,
                Instance.state,
                Instance.last_seq,
                Instance.bundle_id,
                Bundle.bundle_hash,
            )
            .join(Bundle, Bundle.id == Instance.bundle_id)
            .where(Instance.id > last)
            .order_by(Instance.id)
            .limit(_PAGE)
        ).all()
        for row in page:
            yield from (f"Case {row.id}: {sentence}" for sentence in _of_case(session, row))
        if len(page) < _PAGE:
            return
        last = page[-1].id


def _of_case(session: Session, row: Any) -> Iterator[str]:
    """Yield what does not agree in one case."""
    yield from _of_history(session, row)
    live = waits.read(session, row.id, "")
    stored: dict[str, set[int]] = {
        "user tasks": set(live.user_tasks),
        "timers": set(live.timers),
        "messages": set(live.subscriptions),
    }
    if row.status not in OPEN_STATUSES:
        if row.state is not None:
            yield f"It is {row.status}, but has live tokens."
        yield from (f"It is {row.status}, but waits for {kind}." for kind in stored if stored[kind])
        return
    if row.state is None:
        yield "It is open, but has no live tokens."
        return
    bundle = compiled.load(session, row.bundle_id, row.bundle_hash)
    tokens = decode(row.state, bundle.executable).tokens.values()
    for kind, of_kind in (("user tasks", USER), ("timers", TIMER), ("messages", MESSAGE)):
        expected = {token.id for token in tokens if token.kind == of_kind}
        if expected != stored[kind]:
            yield f"Its {kind} are {sorted(stored[kind])}, but its tokens {sorted(expected)}."


def _of_history(session: Session, row: Any) -> Iterator[str]:
    """Yield what does not agree between a case and its history."""
    count, highest = session.execute(
        select(func.count(), func.coalesce(func.max(HistoryEvent.seq), 0)).where(
            HistoryEvent.instance_id == row.id
        )
    ).one()
    if not count == highest == row.last_seq:
        yield f"It counts {row.last_seq} events; {count} are stored, up to number {highest}."
    events = session.execute(
        select(HistoryEvent.type, func.count())
        .where(
            HistoryEvent.instance_id == row.id,
            HistoryEvent.type.in_(("instance_completed", "instance_cancelled")),
        )
        .group_by(HistoryEvent.type)
    ).all()
    ends = sum(number for _, number in events)
    if ends != (0 if row.status in OPEN_STATUSES else 1):
        yield f"It is {row.status}, but its history ends {ends} times."
    half_done = session.scalar(
        select(func.count()).where(
            UserTask.instance_id == row.id,
            UserTask.state == "completed",
            UserTask.completed_by.is_(None),
        )
    )
    if half_done:
        yield f"{half_done} completed user tasks do not say by whom."
