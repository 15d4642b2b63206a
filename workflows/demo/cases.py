"""Cases of the demonstration: nominations in every state, overdue and stalled ones among them."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflows import groups
from workflows.account_tables import Notification
from workflows.demo.answers import Writer
from workflows.demo.logins import LOGINS
from workflows.demo.organisation import Organisation
from workflows.demo.simulation import Simulation
from workflows.demo.stories import NUMBER_OF_CASES, Ending, Novelist, Story
from workflows.engine.transition import WorkingCalendar
from workflows.vocabulary import Role

_PEOPLE_PER_CASE = 16
_READ_AFTER = timedelta(days=3)
# Assessments of a nomination begin about so many working days after its beginning.
_ASSESSING = (10, 14)


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
    stories = Novelist(random, organisation, calendar, now).stories(number)
    known = [login.username for login in LOGINS if login.part == "assessor"]
    others = [name for name in groups.members_of(session, Role.REVIEWER) if name not in known]
    _cast(stories, tuple(known), calendar, now)
    writer = Writer(random, others if len(others) >= 6 else [*known, *others])
    Simulation(session, random, writer, calendar).run(stories, until=now)
    session.execute(
        update(Notification)
        .where(Notification.created_at < now - _READ_AFTER)
        .values(read_at=Notification.created_at)
    )
    return stories


def _cast(
    stories: list[Story], known: tuple[str, ...], calendar: WorkingCalendar, now: datetime
) -> None:
    """Give the well-known assessors one case that is just about to be assessed."""
    earliest = calendar.add_working_days(now, -_ASSESSING[1])
    latest = calendar.add_working_days(now, -_ASSESSING[0])
    for story in stories:
        if story.ending is Ending.MEMBER and earliest < story.begins_at < latest:
            story.reviewers = known
            break
