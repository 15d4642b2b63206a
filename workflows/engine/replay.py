"""
Take the steps of a case again, from its log alone, and see where it ends.

The pure half, `play`, gets the entries of the log and touches no database. What
it gives must equal what is stored, bit by bit; `verification` compares them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflows.engine import case_log, compiled
from workflows.engine.case_log import Entry, RepeatingCalendar
from workflows.engine.failures import CaseNotFound
from workflows.engine.model import ExecutableProcess
from workflows.engine.packing import Unreadable
from workflows.engine.runtime import step
from workflows.engine.tables import Bundle, HistoryEvent, Instance
from workflows.engine.transition import (
    Limits,
    Outcome,
    Start,
    StepContext,
    StepRefused,
    WorkingCalendar,
)
from workflows.errors import Conflict

# Every step was within its budget once; a slow machine must not fail it now.
_NO_HURRY = Limits(seconds=float("inf"))


class NotReplayable(Conflict):
    """The log of a case does not tell all that its steps were told."""


@dataclass(frozen=True)
class Moment:
    """One row of the log: when, by whom, and what a step was told; nothing for a cancellation."""

    at: datetime
    actor: str
    entry: Entry | None


@dataclass(frozen=True)
class Replayed:
    """Where a case stands after its log was taken step by step."""

    state: bytes | None
    data: Mapping[str, Any]
    status: str  # running, completed or cancelled
    outcome: Outcome


def replay(session: Session, instance_id: int) -> bytes | None:
    """
    Return the state of a case as its log gives it; nothing where the case has ended.

    Raises:
        CaseNotFound: There is no such case.
        NotReplayable: Its log is not whole, or a step of it is refused now.

    """
    return replayed(session, instance_id).state


def replayed(session: Session, instance_id: int) -> Replayed:
    """
    Return where a case stands as its log gives it.

    Raises:
        CaseNotFound: There is no such case.
        NotReplayable: Its log is not whole, or a step of it is refused now.

    """
    if session.scalar(select(Instance.id).where(Instance.id == instance_id)) is None:
        raise CaseNotFound(instance_id)
    return play(_moments(session, instance_id), lambda number: _executable(session, number))


def play(moments: Iterable[Moment], executable_of: Callable[[int], ExecutableProcess]) -> Replayed:
    """
    Take the steps of a log again.

    Raises:
        NotReplayable: The log is not whole, or a step of it is refused now.

    """
    model: ExecutableProcess | None = None
    found: Replayed | None = None
    for moment in moments:
        entry = moment.entry
        if entry is None:
            if found is not None:
                found = replace(found, state=None, status="cancelled")
            continue
        model = executable_of(entry.bundle_id) if entry.bundle_id else model
        if model is None or (found is None) != isinstance(entry.commands[0], Start):
            raise NotReplayable("The log of this case does not begin with its start.")
        found = _take(model, found, entry, moment)
    if found is None:
        raise NotReplayable("This case has no log; an older release has started it.")
    return found


def _take(
    model: ExecutableProcess, before: Replayed | None, entry: Entry, moment: Moment
) -> Replayed:
    """Take the steps of one transition again."""
    calendar: WorkingCalendar = RepeatingCalendar(entry.working_days)
    context = StepContext(moment.at, calendar, moment.actor, _NO_HURRY, entry.skips)
    state = before.state if before else None
    try:
        for command in entry.commands:
            outcome = step(model, state, command, context)
            state = outcome.state
    except StepRefused as refused:
        raise NotReplayable(f"A step of its log is refused now: {refused}") from refused
    return Replayed(state, outcome.data, outcome.status, outcome)


def _moments(session: Session, instance_id: int) -> Iterable[Moment]:
    """Return the log of a case in its order."""
    rows = session.execute(
        select(HistoryEvent.at, HistoryEvent.actor, HistoryEvent.log)
        .where(
            HistoryEvent.instance_id == instance_id,
            or_(HistoryEvent.log.is_not(None), HistoryEvent.type == "instance_cancelled"),
        )
        .order_by(HistoryEvent.seq)
    )
    for row in rows:
        try:
            entry = case_log.read(row.log) if row.log is not None else None
        except (Unreadable, KeyError, TypeError, ValueError) as error:
            raise NotReplayable(f"An entry of its log cannot be read: {error}") from error
        yield Moment(row.at, row.actor or "", entry)


def _executable(session: Session, bundle_id: int) -> ExecutableProcess:
    """Return the process of a bundle, compiled."""
    bundle_hash = session.scalar(select(Bundle.bundle_hash).where(Bundle.id == bundle_id))
    if bundle_hash is None:
        raise NotReplayable(f"Its log names the bundle {bundle_id}, which does not exist.")
    return compiled.load(session, bundle_id, bundle_hash).executable
