"""The open nominations of a pool: who is on the way in, and who waits for a seat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.case_access import scope_instances
from workflows.engine.tables import Instance
from workflows.nomination_states import FINAL, NominationState
from workflows.nomination_tables import Nomination
from workflows.people_tables import Person
from workflows.pool_tables import Pool

MOST = 100


@dataclass(frozen=True)
class NominationLine:
    """One nomination in a list."""

    instance_id: int
    candidate: str
    state: NominationState
    since: datetime


@dataclass(frozen=True)
class OpenNominations:
    """
    The nominations of a pool that are not over; who waits longest comes first.

    Attributes:
        has_more: There are more than a page has room for.

    """

    under_way: list[NominationLine]
    waiting: list[NominationLine]
    has_more: bool


def open_in_pool(session: Session, actor: Actor, pool: Pool, *, now: datetime) -> OpenNominations:
    """Return the open nominations of a pool of which the actor may know, in one statement."""
    query: Select[*tuple[Any, ...]] = (
        select(Instance.id, Person.display_name, Nomination.state, Nomination.state_since)
        .join(Nomination, Nomination.instance_id == Instance.id)
        .join(Person, Person.id == Nomination.candidate_id)
        .where(Nomination.pool_id == pool.id, Nomination.state.not_in(FINAL))
        .order_by(Nomination.state_since, Nomination.id)
        .limit(MOST + 1)
    )
    rows = session.execute(scope_instances(query, actor, now=now)).all()
    lines = [
        NominationLine(row.id, row.display_name, row.state, row.state_since) for row in rows[:MOST]
    ]
    waits = NominationState.WAITLISTED
    return OpenNominations(
        under_way=[line for line in lines if line.state is not waits],
        waiting=[line for line in lines if line.state is waits],
        has_more=len(rows) > MOST,
    )
