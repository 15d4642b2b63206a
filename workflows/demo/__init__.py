"""The organisation of demonstrations: people, pools and cases, made up but lifelike."""

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.demo import cases, organisation
from workflows.demo.organisation import SEED
from workflows.engine.transition import WorkingCalendar

__all__ = ["SEED", "load"]


def load(
    session: Session,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    people: int = 2_000,
    seed: int = SEED,
) -> None:
    """
    Fill an empty database in which the packaged processes are published.

    The same seed on the same day gives the same people; there are never fewer
    than `workforce.FEWEST_PEOPLE`.
    """
    loaded = organisation.load(session, seed=seed, now=now, people=people)
    cases.make(session, loaded, seed=seed, now=now, calendar=calendar)
