"""A member of a pool and the processes of his or her life, played by name with a moved clock."""

from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.nomination_case import CALENDAR, Case, make_organisation
from workflows import accounts, memberships, people, pools
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import instances
from workflows.engine.tables import Instance, UserTask
from workflows.pool_tables import PoolMember

__all__ = ["MemberCase", "make_member", "make_organisation"]


def make_member(database: Database, username: str = "cara") -> int:
    """Take a person of the organisation into its pool as an active member; return the id."""
    case = Case(database)
    with database.unit_of_work() as session:
        person, pool = people.by_username(session, username), pools.by_code(session, "leaders")
        now = case.clock.now()
        member = memberships.create(session, person, pool, actor=SYSTEM, now=now)
        memberships.activate(session, member, actor=SYSTEM, now=now)
        return member.id


class MemberCase(Case):
    """What goes on about one member, from outside; `do` finds user tasks in all cases of it."""

    def __init__(self, database: Database, member_id: int) -> None:
        super().__init__(database)
        self.member_id = member_id

    def begin(self, process: str, who: str = "max", /, **data: Any) -> "MemberCase":
        """Start a process about the member."""
        with self.database.unit_of_work() as session:
            self.instance_id = instances.start(
                session,
                process,
                {"member_id": self.member_id, **data},
                actor=accounts.actor_of(session, who),
                now=self.clock.now(),
                calendar=CALENDAR,
            ).id
        return self

    def begun(self, process: str) -> Self:
        """Look at the newest case of a process from here on."""
        with self.database.reading() as session:
            self.instance_id = (
                session.scalars(
                    select(Instance.id)
                    .where(Instance.definition_key == process)
                    .order_by(Instance.id.desc())
                ).first()
                or 0
            )
        assert self.instance_id, f"No case of {process} has begun."
        return self

    @property
    def member(self) -> PoolMember:
        """The membership itself."""
        with self.database.reading() as session:
            return session.get_one(PoolMember, self.member_id)

    def running(self) -> list[str]:
        """Return the processes that run now, sorted."""
        with self.database.reading() as session:
            running = select(Instance.definition_key).where(Instance.status != "completed")
            return sorted(session.scalars(running))

    def _open(self, session: Session, element: str | None = None) -> list[UserTask]:
        found = super()._open(session, element)
        if found or element is None:
            return found
        query = select(UserTask).where(UserTask.state == "open", UserTask.element_id == element)
        return list(session.scalars(query.order_by(UserTask.id)))
