"""The watch over user tasks, each minute: who stands in, who has left, who waits, what is late."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from workflows import (
    absences,
    delegations,
    escalation_chain,
    escalation_steps,
    leavers,
    question_list,
    questions,
    sla_notices,
    stand_in_search,
    stand_ins,
)
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import rounds
from workflows.engine.jobs.port import Claim
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import RoundWork
from workflows.stand_in_tables import Absence, Delegation
from workflows.working_time import today

logger = logging.getLogger(__name__)

A_LOOK = 1_000  # user tasks whose time is looked at within one minute

Item = TypeVar("Item")


class ContractWork(RoundWork):
    """Keeps what was promised for every user task, whatever process it belongs to."""

    name = "contract"
    row = "contract"

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Look at everything that time or people have changed, one transaction for each."""
        watch(database, occasion)
        with database.reading() as session:
            after = rounds.position(session, claim.key)
            last, rows = sla_notices.next_open(session, after, A_LOOK)
            late = sla_notices.due(session, rows, occasion.calendar, occasion.now)
            steps = escalation_chain.due(session, rows, occasion.calendar, occasion.now)
        _each(
            database,
            late,
            lambda session, found: sla_notices.tell(session, *found, now=occasion.now),
        )
        _each(
            database,
            steps,
            lambda session, found: escalation_steps.take(session, *found, now=occasion.now),
        )
        with database.unit_of_work() as session:
            self.settle(session, claim, due_at=occasion.now + rounds.EVERY, position=last or 0)
        return False


WORK = ContractWork()


def watch(database: Database, occasion: Occasion) -> None:
    """Move what must be in other hands now; what fails is left to the next look."""
    now, day = occasion.now, today(occasion.calendar, occasion.now)
    _each(database, _read(database, lambda one: absences.over(one, day)), _end_absence(occasion))
    _each(database, _read(database, lambda one: delegations.over(one, now)), _end(occasion))
    _each(
        database,
        _read(database, stand_in_search.to_return),
        lambda session, number: stand_ins.give_back(session, number, now=now),
    )
    _each(
        database,
        _read(database, lambda one: stand_in_search.due(one, day, now)),
        lambda session, found: stand_ins.try_out(session, found, now=now),
    )
    _each(
        database,
        _read(database, leavers.held),
        lambda session, number: leavers.settle(session, number, occasion=occasion),
    )
    _each(
        database,
        _read(database, leavers.unanswerable),
        lambda session, number: questions.drop(session, number, occasion=occasion),
    )
    _each(
        database,
        _read(database, lambda one: question_list.to_run_on(one, now)),
        lambda session, number: questions.run_on(session, number, occasion=occasion),
    )


def _read(database: Database, find: Callable[[Session], Iterable[Item]]) -> list[Item]:
    """Return what is to be done of one kind."""
    with database.reading() as session:
        return list(find(session))


def _each(database: Database, found: Iterable[Item], work: Callable[[Session, Item], Any]) -> None:
    """Do something for each, in a transaction of its own; one that fails holds up no other."""
    for each in found:
        try:
            with database.unit_of_work() as session:
                work(session, each)
        except Exception:
            logger.exception("the watch over user tasks failed", extra={"item": repr(each)[:200]})


def _end_absence(occasion: Occasion) -> Callable[[Session, Absence], None]:
    """Return what ends an absence whose last day has passed."""

    def end(session: Session, absence: Absence) -> None:
        mine = session.get_one(Absence, absence.id)
        if mine.ended_at is None:
            absences.end(session, mine, actor=SYSTEM, now=occasion.now)

    return end


def _end(occasion: Occasion) -> Callable[[Session, Delegation], None]:
    """Return what ends a delegation whose time has passed."""

    def end(session: Session, delegation: Delegation) -> None:
        mine = session.get_one(Delegation, delegation.id)
        if mine.ended_at is None:
            delegations.end(session, mine, actor=SYSTEM, now=occasion.now)

    return end
