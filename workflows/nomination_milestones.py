"""How far nominations got: the milestones of the funnel, and when each was passed first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination, NominationStep


class Milestone(StrEnum):
    """What a nomination passes on its way, in this order."""

    NOMINATED = "nominated"
    ELIGIBLE = "eligible"
    VETTED = "vetted"
    PANEL = "panel"  # has decided, whichever way
    APPROVED = "approved"
    NOTICED = "noticed"
    CONFIRMED = "confirmed"


ALL = tuple(Milestone)
_M, _S = Milestone, NominationState
# What a state says was passed at the latest when it began.
_REACHED: Mapping[NominationState, Milestone] = {
    _S.SUBMITTED: _M.NOMINATED,
    _S.VETTING: _M.ELIGIBLE,
    _S.PANEL: _M.VETTED,
    _S.REJECTED: _M.PANEL,
    _S.WAITLISTED: _M.PANEL,
    _S.APPROVED: _M.APPROVED,
    _S.NOTICE_DONE: _M.NOTICED,
    _S.CONFIRMED: _M.CONFIRMED,
}


@dataclass(frozen=True)
class Gone:
    """By which channel somebody was nominated, and when each milestone was passed."""

    channel: str
    at: Mapping[Milestone, datetime] = field(default_factory=dict)


def of_cases(session: Session, ids: Sequence[int]) -> dict[int, Gone]:
    """Return how far nominations got, by case, in one statement."""
    rows = session.execute(
        select(
            Nomination.instance_id,
            Nomination.channel,
            NominationStep.to_state,
            NominationStep.at,
        )
        .join(NominationStep, NominationStep.nomination_id == Nomination.id)
        .where(Nomination.instance_id.in_(ids))
        .order_by(NominationStep.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row)
    return {number: Gone(steps[0].channel, passed(steps)) for number, steps in found.items()}


def passed(steps: Iterable[Any]) -> dict[Milestone, datetime]:
    """
    Return when each milestone was passed first; `steps` come in order.

    Whoever passed one has passed those before it: a pool without a public notice
    has none to wait for.
    """
    found: dict[Milestone, datetime] = {}
    for step in steps:
        reached = _REACHED.get(step.to_state)
        if reached is not None:
            for milestone in ALL[: ALL.index(reached) + 1]:
                found.setdefault(milestone, step.at)
    return found
