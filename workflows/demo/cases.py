"""Cases of the demonstration: nominations in every state, late ones among them, ten stalled."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from rules import decisions
from rules.dmn import read_model
from workflows import groups, people, pools
from workflows.account_tables import Notification
from workflows.demo import stalls
from workflows.demo.answers import Writer
from workflows.demo.lives import Biographer
from workflows.demo.logins import LOGINS
from workflows.demo.organisation import Organisation
from workflows.demo.simulation import Simulation
from workflows.demo.stories import NUMBER_OF_CASES, Novelist, Outlook, Story
from workflows.demo.workforce import Employee
from workflows.engine.transition import WorkingCalendar
from workflows.vocabulary import Role

_PEOPLE_PER_CASE = 16
_READ_AFTER = timedelta(days=3)
_ENOUGH_REVIEWERS = 6
# The well-known assessors get the first case whose reviewers are chosen this late.
_ASSESSING_DAYS = 6


def make(
    session: Session,
    organisation: Organisation,
    *,
    seed: int,
    now: datetime,
    calendar: WorkingCalendar,
    number: int = NUMBER_OF_CASES,
) -> list[Story]:
    """Let some months pass in which people nominate, decide, are late and forget."""
    random = Random(seed)  # noqa: S311  (nothing here is secret)
    number = min(number, len(organisation.employees) // _PEOPLE_PER_CASE)
    novelist = Novelist(random, organisation, _outlook(session, now), calendar, now)
    stories = novelist.stories(number)
    known = [login.username for login in LOGINS if login.part == "assessor"]
    others = [name for name in groups.members_of(session, Role.REVIEWER) if name not in known]
    writer = Writer(random, others if len(others) >= _ENOUGH_REVIEWERS else [*known, *others])
    writer.let_assess(known, since=calendar.add_working_days(now, -_ASSESSING_DAYS))
    lives = Biographer(session, random, calendar, now).lives(len(organisation.employees))
    simulation = Simulation(session, random, writer, calendar)
    simulation.run(stories, lives, until=now)
    simulation.settle(now)
    stalls.call_off(session, now=now, calendar=calendar)
    stalls.make(session, organisation, now=now, calendar=calendar)
    session.execute(
        update(Notification)
        .where(Notification.created_at < now - _READ_AFTER)
        .values(read_at=Notification.created_at)
    )
    return stories


def _outlook(session: Session, now: datetime) -> Outlook:
    """Return how to ask the packaged decision whether somebody may be nominated."""
    model = read_model(decisions.packaged()["eligibility.dmn"], file_name="eligibility.dmn")

    def outlook(employee: Employee, pool_code: str) -> str:
        person, pool = people.by_id(session, employee.id), pools.by_code(session, pool_code)
        facts = people.eligibility_facts(session, person, pool, now)
        return str(model.evaluate("eligibility", facts).output["outcome"])

    return outlook
