"""Cases of the demonstration: nominations in every state, overdue and stalled ones among them."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules import decisions
from rules.dmn import read_model
from workflows import accounts, audit, groups, people, pools
from workflows.account_tables import Notification
from workflows.actors import SYSTEM
from workflows.demo.answers import Writer
from workflows.demo.lives import Biographer
from workflows.demo.logins import LOGINS
from workflows.demo.organisation import Organisation
from workflows.demo.simulation import Simulation
from workflows.demo.stories import NUMBER_OF_CASES, Novelist, Outlook, Story
from workflows.demo.workforce import Employee
from workflows.engine.tables import UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.vocabulary import EmploymentStatus, Role

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
    Simulation(session, random, writer, calendar).run(stories, lives, until=now)
    _lose_somebody(session, others, now)
    session.execute(
        update(Notification)
        .where(Notification.created_at < now - _READ_AFTER)
        .values(read_at=Notification.created_at)
    )
    return stories


def _lose_somebody(session: Session, reviewers: list[str], now: datetime) -> None:
    """Let a reviewer with open work leave, so that a case waits for nobody."""
    username = session.scalar(
        select(UserTask.assignee)
        .where(UserTask.state == "open", UserTask.assignee.in_(reviewers))
        .order_by(UserTask.created_at, UserTask.id)
        .limit(1)
    )
    if username is None:
        return
    accounts.set_active(session, accounts.get(session, username), active=False)
    person = people.by_username(session, username)
    person.employment_status, person.post_id = EmploymentStatus.LEFT, None
    audit.record(session, "account.stop", "account", username, actor=SYSTEM, now=now)
    session.flush()


def _outlook(session: Session, now: datetime) -> Outlook:
    """Return how to ask the packaged decision whether somebody may be nominated."""
    model = read_model(decisions.packaged()["eligibility.dmn"], file_name="eligibility.dmn")

    def outlook(employee: Employee, pool_code: str) -> str:
        person, pool = people.by_id(session, employee.id), pools.by_code(session, pool_code)
        facts = people.eligibility_facts(session, person, pool, now)
        return str(model.evaluate("eligibility", facts).output["outcome"])

    return outlook
