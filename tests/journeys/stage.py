"""Everybody in a journey, each at a browser of their own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from workflows import accounts
from workflows.calendar import OrganisationCalendar
from workflows.engine import user_tasks
from workflows.engine.tables import Instance, UserTask

Check = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
Answers = Mapping[str, Any]

# Who takes what is offered to a group.
OF_GROUP = {
    "hr": "helena.carvalho",
    "pool-manager": "priya.sharma",
    "conduct-office": "ebele.nwosu",
    "appeals-secretary": "thanh.ho",
    "training-officer": "giulia.ferrara",
}


@dataclass(frozen=True)
class Waiting:
    """A user task that waits, and who will do it."""

    id: int
    element: str
    process: str
    case_id: int
    username: str


class Stage:
    """
    Everybody in a journey, each at a browser of their own.

    `answers` says by the id of an element what its form is filled in with.
    """

    def __init__(
        self,
        site: Site,
        open_page: Callable[..., Page],
        sign_in: SignIn,
        accessible: Check,
        answers: Mapping[str, Answers],
    ) -> None:
        self.site = site
        self.answers = answers
        self._accessible = accessible
        self._open_page = open_page
        self._sign_in = sign_in
        self._pages: dict[str, Page] = {}
        self._checked: set[str] = set()
        self._filled_in: set[str] = set()

    def at(self, username: str) -> Page:
        """The browser of somebody, signed in at the first use."""
        if username not in self._pages:
            self._pages[username] = self._open_page()
            self._sign_in(self._pages[username], username)
        return self._pages[username]

    def look(self, page: Page, kind: str) -> None:
        """Check a page for accessibility, once for every kind of page."""
        if kind not in self._checked:
            self._checked.add(kind)
            self._accessible(page)

    def waiting(
        self, processes: Iterable[str] | None = None, *, about: str | None = None
    ) -> list[Waiting]:
        """What waits and has an answer here, in some processes or in all, about somebody or all."""
        wanted = None if processes is None else frozenset(processes)
        with self.site.database.reading() as session:
            found = session.query(UserTask).where(UserTask.state == "open").order_by(UserTask.id)
            if about is not None:
                found = found.where(UserTask.subject == about)
            return [
                Waiting(
                    each.id,
                    each.element_id,
                    each.definition_key,
                    each.instance_id,
                    each.assignee or OF_GROUP[each.candidate_groups[0]],
                )
                for each in found
                if each.element_id in self.answers
                and (wanted is None or each.definition_key in wanted)
            ]

    def do(self, one: Waiting) -> None:
        """
        Let somebody complete a user task, at the browser if its form was not seen yet.

        The same form of the next person brings nothing new but seconds.
        """
        if one.element in self._filled_in:
            self.complete(one)
        else:
            self.fill_in(one)

    def complete(self, one: Waiting, answers: Answers | None = None) -> None:
        """Let somebody complete a user task without a browser."""
        given = self.answers[one.element] if answers is None else answers
        with self.site.database.unit_of_work() as session:
            user_tasks.complete(
                session,
                one.id,
                dict(given),
                actor=accounts.actor_of(session, one.username),
                now=self.site.clock.now(),
                calendar=OrganisationCalendar(),
            )

    def fill_in(self, one: Waiting, answers: Answers | None = None) -> None:
        """Let somebody find a user task in their inbox, fill in its form and complete it."""
        self._filled_in.add(one.element)
        page = self.open(one)
        fill(page, self.answers[one.element] if answers is None else answers)
        page.get_by_role("button", name="Complete", exact=True).click()
        expect(page.locator(".notice-done").first).to_be_visible()

    def open(self, one: Waiting) -> Page:
        """Let somebody find a user task in their inbox and open it."""
        page = self.at(one.username)
        page.goto("/?clear=1")
        self.look(page, "inbox")
        page.locator(f'a.row-link[href="/user-tasks/{one.id}"]').click()
        expect(page.get_by_role("button", name="Complete", exact=True)).to_be_visible()
        self.look(page, one.element)
        return page

    def is_open(self, user_task_id: int) -> bool:
        """Whether a user task still waits."""
        with self.site.database.reading() as session:
            return session.get_one(UserTask, user_task_id).state == "open"

    def is_over(self, case_id: int) -> bool:
        """Whether the case has ended."""
        with self.site.database.reading() as session:
            return session.get_one(Instance, case_id).ended_at is not None


def fill(page: Page, answers: Answers) -> None:
    """Fill in a form, whatever its fields look like."""
    for name, value in answers.items():
        field = page.locator(f'#form [name="{name}"]')
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, list) and field.first.get_attribute("type") == "checkbox":
            for box in field.all():
                box.set_checked(box.get_attribute("value") in value)
        elif isinstance(value, bool) and field.first.get_attribute("type") == "checkbox":
            field.set_checked(value)
        elif isinstance(value, list):
            field.fill("\n".join(value))
        elif field.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f'#form [name="{name}"][value="{text}"]').check()
        elif field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
