"""What people do in a journey about one member, step by step."""

from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.journeys.stage import Answers, Stage, Waiting, fill
from workflows import accounts, memberships, people, pools
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.engine import clock_control, instances, messages
from workflows.engine.tables import UserTask
from workflows.pool_tables import PoolMember

POOL = "leaders"


class Acting:
    """The journey of one member, whose user tasks are found by the names of their elements."""

    def __init__(self, stage: Stage, member: str, name: str) -> None:
        self.stage = stage
        self.member = member
        self.name = name

    def waiting(self, element: str) -> list[Waiting]:
        """Return the user tasks of an element about the member that wait now."""
        with self.stage.site.database.reading() as session:
            mine = session.query(UserTask.id).where(
                UserTask.subject == self.name, UserTask.element_id == element
            )
            ids = {user_task_id for (user_task_id,) in mine}
        found = [one for one in self.stage.waiting() if one.id in ids]
        assert found, f"Nothing waits at {element}."
        return found

    def open(self, element: str, username: str | None = None) -> Page:
        """Let somebody find the oldest user task in the inbox and open it."""
        return self.stage.open(_for(self.waiting(element)[0], username))

    def act(self, element: str, username: str | None = None, **more: object) -> None:
        """Let somebody fill in the oldest form at the browser."""
        page = self.open(element, username)
        hand_in(page, {**self.stage.answers[element], **more})

    def complete(self, element: str, username: str | None = None, **more: object) -> None:
        """Let everybody who is asked answer without a browser."""
        for one in self.waiting(element):
            answers = {**self.stage.answers[element], **more}
            self.stage.complete(_for(one, username), answers)

    def begin(self, process: str, who: str, **data: object) -> None:
        """Let somebody start a process about the member without a browser."""
        site = self.stage.site
        with site.database.unit_of_work() as session:
            instances.start(
                session,
                process,
                {"member_id": self.member_id, **data},
                actor=accounts.actor_of(session, who),
                now=site.clock.now(),
                calendar=OrganisationCalendar(),
            )

    def tell(self, message: str, **payload: object) -> None:
        """Send a message about the member, as another process does."""
        site = self.stage.site
        with site.database.unit_of_work() as session:
            messages.send(
                session,
                message,
                correlation=str(self.member_id),
                payload=payload,
                actor=SYSTEM,
                now=site.clock.now(),
                calendar=OrganisationCalendar(),
            )

    def skip(self, duration: str) -> None:
        """Let time pass."""
        site = self.stage.site
        clock_control.advance(site.database, site.clock, duration, OrganisationCalendar())

    @property
    def member_id(self) -> int:
        """The id of the membership."""
        return self._membership().id

    @property
    def number(self) -> str:
        """The number of the membership."""
        return self._membership().number

    def address(self, table: Any, page: str) -> str:
        """Return the address of the newest case of a kind about the member."""
        with self.stage.site.database.reading() as session:
            wanted = select(table.id).where(table.member_id == self.member_id)
            return f"/{page}/{session.scalars(wanted.order_by(table.id.desc())).first()}"

    def _membership(self) -> PoolMember:
        """Return the membership in the pool for leaders."""
        with self.stage.site.database.reading() as session:
            person, pool = people.by_username(session, self.member), pools.by_code(session, POOL)
            found = memberships.current(session, person, pool)
            assert found is not None, self.member
            return found


def hand_in(page: Page, answers: Answers) -> None:
    """Fill in the form that is open and complete it."""
    fill(page, answers)
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.locator(".notice-done").first).to_be_visible()


def _for(one: Waiting, username: str | None) -> Waiting:
    """Return a user task as somebody of its group takes it."""
    return one if username is None else replace(one, username=username)
