"""Check that what is stored of a case agrees with itself: state, rows, history and log."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import compiled, replay, waits
from workflows.engine.failures import CaseNotFound
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.packing import Unreadable
from workflows.engine.replay import NotReplayable
from workflows.engine.runtime.codec import decode, encode
from workflows.engine.runtime.state import CONDITION, MESSAGE, TIMER, USER, Token
from workflows.engine.runtime.waits import from_stored
from workflows.engine.tables import Bundle, HistoryEvent, Instance, UserTask
from workflows.engine.waits import LiveRows

_KINDS = {"user tasks": (USER,), "timers": (TIMER,), "messages": (MESSAGE, CONDITION)}
_PAGE = 200
_CASES = (
    select(
        Instance.id,
        Instance.status,
        Instance.state,
        Instance.data,
        Instance.last_seq,
        Instance.bundle_id,
        Bundle.bundle_hash,
    )
    .join(Bundle, Bundle.id == Instance.bundle_id)
    .order_by(Instance.id)
)


def count(session: Session) -> int:
    """Return how many cases there are to check."""
    return session.scalar(select(func.count()).select_from(Instance)) or 0


def differences(session: Session) -> Iterator[str]:
    """Yield one sentence for each thing in any case that does not agree; nothing is changed."""
    last = 0
    while True:
        page = session.execute(_CASES.where(Instance.id > last).limit(_PAGE)).all()
        for row in page:
            yield from (f"Case {row.id}: {sentence}" for sentence in _of_case(session, row))
        if len(page) < _PAGE:
            return
        last = page[-1].id


def differences_of(session: Session, instance_id: int) -> Iterator[str]:
    """
    Yield one sentence for each thing in one case that does not agree; nothing is changed.

    Raises:
        CaseNotFound: There is no such case.

    """
    row = session.execute(_CASES.where(Instance.id == instance_id)).one_or_none()
    if row is None:
        raise CaseNotFound(instance_id)
    yield from (f"Case {row.id}: {sentence}" for sentence in _of_case(session, row))


def next_disagreements(
    session: Session, after: int, limit: int
) -> tuple[int | None, dict[int, str]]:
    """
    Compare the rows of the next open cases with their states; nothing is replayed.

    Returns the last case that was looked at, or None when there are no more,
    and one sentence for each case that does not agree.
    """
    page = session.execute(
        _CASES.where(Instance.id > after, Instance.status.in_(OPEN_STATUSES)).limit(limit)
    ).all()
    found = {row.id: sentence for row in page if (sentence := _first(session, row))}
    return (page[-1].id if len(page) == limit else None), found


def disagreement(session: Session, instance_id: int) -> str | None:
    """Return what does not agree between the rows of one case and its state, if anything."""
    mine = _CASES.where(Instance.id == instance_id).with_for_update(of=table_of(Instance))
    row = session.execute(mine).one_or_none()
    return None if row is None else _first(session, row)


def _first(session: Session, row: Any) -> str | None:
    """Return the first thing that does not agree in the rows of one case."""
    try:
        for sentences in (_of_history(session, row), _of_rows(session, row)):
            for sentence in sentences:
                return sentence
    except Exception as problem:  # noqa: BLE001 (a state that is damaged may fail anywhere)
        return str(problem) if isinstance(problem, Unreadable) else "Its state cannot be read."
    return None


def _of_case(session: Session, row: Any) -> Iterator[str]:
    """Yield what does not agree in one case."""
    yield from _of_history(session, row)
    yield from _of_rows(session, row)
    yield from _of_log(session, row)


def _of_rows(session: Session, row: Any) -> Iterator[str]:
    """Yield what does not agree between the live tokens of a case and the rows that follow them."""
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
    if not any(stored.values()):
        yield "It is open, but waits for nothing."
    bundle = compiled.load(session, row.bundle_id, row.bundle_hash)
    tokens = decode(row.state, bundle.executable).tokens.values()
    yield from _of_times(live, tokens)
    for kind, of_kind in _KINDS.items():
        expected = {token.id for token in tokens if token.kind in of_kind}
        if expected != stored[kind]:
            yield f"Its {kind} are {sorted(stored[kind])}, but its tokens {sorted(expected)}."


def _of_times(live: LiveRows, tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the timers that are not due when their tokens say."""
    for token in tokens:
        if token.kind == TIMER and token.id in live.timers:
            due, stored = from_stored(token.due or 0), live.timers[token.id][1]
            if due != stored:
                yield f"Its timer “{token.node}” is due at {stored}, but its token at {due}."


def _of_log(session: Session, row: Any) -> Iterator[str]:
    """Yield what does not agree between a case and what its log gives when it is replayed."""
    begins = select(HistoryEvent.log).where(
        HistoryEvent.instance_id == row.id, HistoryEvent.seq == 1
    )
    if session.scalar(begins) is None:
        return  # An older release has started it, which kept no log.
    try:
        found = replay.replayed(session, row.id)
    except NotReplayable as problem:
        yield str(problem)
        return
    if found.status != ("running" if row.status in OPEN_STATUSES else row.status):
        yield f"It is {row.status}, but replaying its log makes it {found.status}."
    elif not _same_state(session, row, found.state):
        yield "Its state is not what replaying its log gives."
    elif found.data != row.data:
        yield "Its data are not what replaying its log gives."


def _same_state(session: Session, row: Any, replayed: bytes | None) -> bool:
    """Say whether a state is the stored one; an older format counts by what it means."""
    if row.state == replayed or row.state is None or replayed is None:
        return bool(row.state == replayed)
    executable = compiled.load(session, row.bundle_id, row.bundle_hash).executable
    return encode(decode(row.state, executable)) == replayed


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
