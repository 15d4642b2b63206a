"""Who does the user tasks of the demonstration's past, and what they write."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import NamedTuple

from sqlalchemy.orm import Session

from workflows import accounts, groups
from workflows.actors import Actor
from workflows.demo.answers import Answer, Writer
from workflows.demo.choices import Choices
from workflows.demo.form_filling import ATTEMPTS, FormFilling
from workflows.demo.stories import Story
from workflows.engine import user_tasks
from workflows.engine.failures import DutyConflict, NotForYou, TransitionFailed
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid


class Work(NamedTuple):
    """A user task that is open."""

    id: int
    instance_id: int
    element_id: str
    due_at: datetime | None
    assignee: str | None
    candidate_groups: list[str]
    stalls_at: datetime | None


class Workers:
    """Completes user tasks: as a story wants it, or as a patient person would."""

    def __init__(
        self, session: Session, random: Random, writer: Writer, calendar: WorkingCalendar
    ) -> None:
        self.actors: dict[str, Actor] = {}  # roles do not change while stories are told
        self._session = session
        self._random = random
        self._writer = writer
        self._calendar = calendar
        self._filling = FormFilling(random)
        self._choices = Choices.of(session)
        self._members: dict[str, list[str]] = {}

    def do(self, work: Work, story: Story | None, at: datetime) -> None:
        """Let somebody complete a user task; whoever may not leaves it to the next."""
        for username in self._candidates(work):
            for answer in self._answers(work, story, at):
                try:
                    with self._session.begin_nested():
                        self._complete(work, answer, username, at)
                except (DutyConflict, NotForYou):
                    break
                except (Invalid, Conflict, TransitionFailed):
                    if story is not None:
                        raise
                else:
                    return

    def actor(self, username: str) -> Actor:
        """Return somebody as he acts."""
        if username not in self.actors:
            self.actors[username] = accounts.actor_of(self._session, username)
        return self.actors[username]

    def _complete(self, work: Work, answer: Answer, username: str, at: datetime) -> None:
        """Complete a user task."""
        user_tasks.complete(
            self._session,
            work.id,
            answer,
            actor=self.actor(username),
            now=at,
            calendar=self._calendar,
        )

    def _answers(self, work: Work, story: Story | None, at: datetime) -> Iterator[Answer]:
        """Yield what the story wants; without a story, some answers until one is accepted."""
        if story is not None:
            yield self._writer.answer(work.element_id, story, at)
            return
        for _ in range(ATTEMPTS):
            user_task = user_tasks.get(self._session, work.id)
            yield self._filling.for_user_task(
                self._session, user_task, choices=self._choices, now=at
            )

    def _candidates(self, work: Work) -> list[str]:
        """Return who could do a user task, in the order in which they would."""
        if work.assignee is not None:
            return [work.assignee]
        found: list[str] = []
        for group in work.candidate_groups:
            if group not in self._members:
                self._members[group] = groups.members_of(self._session, group)
            found += self._members[group]
        return self._random.sample(found, len(found))
