"""Units, people and two pools behind the well-known accounts, for tests of pages about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.webapp.conftest import Person as Browser
from tests.workflows.staff import add_person, add_pool, add_units, approve_cell
from workflows import memberships
from workflows.actors import SYSTEM
from workflows.people_tables import GradeHistory
from workflows.pool_tables import Pool, PoolMember
from workflows.vocabulary import Lifecycle, Readiness, Visibility

Make = Callable[..., Browser]


@dataclass(frozen=True)
class Reserve:
    """What the tests look for."""

    leaders: Pool
    secret: Pool
    members: list[PoolMember]


def make_reserve(session: Session, *, now: datetime, members: int = 3) -> Reserve:
    """Make an open pool with a plan and members, and a confidential one."""
    units = add_units(session)
    units["T"].head_username = "omar.darwish"
    for username in ("amara.okafor", "nora.lindqvist", "omar.darwish"):
        given = username.partition(".")[0]
        person = add_person(session, username, units["T"], number=f"P-{given}")
        person.display_name = username.replace(".", " ").title()
    leaders = add_pool(session, units["D"])
    secret = add_pool(session, units["D"], "secret", visibility=Visibility.CONFIDENTIAL)
    approve_cell(session, leaders, now=now)
    entered = [_member(session, leaders, units["T"], number, now) for number in range(members)]
    session.flush()
    return Reserve(leaders, secret, entered)


def _member(session: Session, pool: Pool, unit: object, number: int, now: datetime) -> PoolMember:
    """Take somebody into a pool; every second one is active and ready."""
    person = add_person(session, f"member{number:02d}", unit, family_name=f"Adler{number:02d}")
    session.add(GradeHistory(person_id=person.id, year=2025, grade="A"))
    begun = now - timedelta(days=number + 1)
    member = memberships.create(session, person, pool, actor=SYSTEM, now=begun)
    if number % 2 == 0:
        memberships.change_state(
            session, member, Lifecycle.ACTIVE, reason="Intake completed", actor=SYSTEM, now=now
        )
        member.readiness = Readiness.READY_NOW
    return member
