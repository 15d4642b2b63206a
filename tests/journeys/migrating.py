"""Nominations that run, and the worker that lets them migrate."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import Site
from workflows import accounts, nomination
from workflows.calendar import OrganisationCalendar
from workflows.engine.jobs import performing
from workflows.engine.migration import work
from workflows.engine.tables import Instance
from workflows.people_tables import Person
from workflows.pool_tables import Pool
from workflows.vocabulary import EmploymentStatus

NOMINATOR = "priya.sharma"


def nominate(session: Session, count: int, *, now: datetime) -> None:
    """Let so many people of the demonstration be nominated."""
    actor = accounts.actor_of(session, NOMINATOR)
    pool = session.scalars(select(Pool).order_by(Pool.id)).first()
    assert pool is not None
    candidates = session.scalars(
        select(Person.username)
        .where(Person.employment_status == EmploymentStatus.ACTIVE, Person.username.is_not(None))
        .order_by(Person.id.desc())
    ).fetchmany(count)
    for username in candidates:
        nomination.submit(
            session,
            candidate=username,
            pool=pool.code,
            channel=pool.channels[0],
            statement="Runs the ward when the head is away, and everybody asks for it again.",
            actor=actor,
            now=now,
            calendar=OrganisationCalendar(),
        )


def do_what_waits(site: Site) -> None:
    """Do what a worker does to migrations."""
    calendar = OrganisationCalendar()
    while performing.perform_due(site.database, work.WORK, site.clock.now(), calendar):
        pass


def versions(site: Site) -> set[int]:
    """Return the versions on which nominations run."""
    with site.database.reading() as session:
        return set(
            session.scalars(
                select(Instance.definition_version).where(Instance.definition_key == "nomination")
            )
        )
