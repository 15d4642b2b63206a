"""Lets time pass over the cases of the demonstration: timers fire, people do their work."""

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows import accounts, groups, nomination, notifications, public_notice
from workflows.actors import SYSTEM, Actor
from workflows.demo.answers import Writer
from workflows.demo.stories import Ending, Story
from workflows.engine import messages, outbox, transitions, user_tasks
from workflows.engine.failures import DutyConflict, NotForYou
from workflows.engine.occasion import Occasion
from workflows.engine.outbox import Letter
from workflows.engine.tables import Outbox, Subscription, Timer, UserTask
from workflows.engine.transition import FireTimer, WorkingCalendar

_FIRST_HOUR, _LAST_HOUR = 7, 16
_USUAL_DAYS = 3
# Silence has consequences here, so that people mostly answer in time.
_LAPSES = frozenset({"consent", "declare", "vote", "sign_agreement", "complete_file"})


class _Kind(IntEnum):
    """What happens at a moment; timers come before people who were too late."""

    BEGIN = 0
    TIMER = 1
    WORK = 2
    OBJECT = 3


class _Moment(NamedTuple):
    """Something that is going to happen; the number keeps the order clear."""

    at: datetime
    kind: _Kind
    number: int
    id: int


class Simulation:
    """
    Drives real cases through the engine, moment by moment, up to now.

    Nothing here knows a process: what is open is read from the tables, and
    the answers are chosen by the element that asks.
    """

    def __init__(
        self, session: Session, random: Random, writer: Writer, calendar: WorkingCalendar
    ) -> None:
        self._session = session
        self._random = random
        self._writer = writer
        self._calendar = calendar
        self._moments: list[_Moment] = []
        self._numbered = 0
        self._stories: dict[int, Story] = {}  # by instance
        self._planned: set[tuple[_Kind, int]] = set()
        self._timers: list[tuple[int, int]] = []  # case and token
        self._known_timers: set[tuple[int, int, datetime]] = set()
        self._actors: dict[str, Actor] = {}
        self._members: dict[str, list[str]] = {}

    def run(self, stories: list[Story], *, until: datetime) -> None:
        """Let everything happen that happens before a moment."""
        for number, story in enumerate(stories):
            self._plan(story.begins_at, _Kind.BEGIN, number)
        while self._moments and self._moments[0].at <= until:
            moment = heapq.heappop(self._moments)
            if moment.kind is _Kind.BEGIN:
                self._begin(stories[moment.id], moment.at)
            elif moment.kind is _Kind.TIMER:
                self._fire(moment)
            elif moment.kind is _Kind.WORK:
                self._work(moment)
            else:
                self._object(self._stories[moment.id], moment.at)

    def _plan(self, at: datetime, kind: _Kind, identity: int) -> None:
        """Note something that is going to happen."""
        self._planned.add((kind, identity))
        self._numbered += 1
        heapq.heappush(self._moments, _Moment(at, kind, self._numbered, identity))

    def _begin(self, story: Story, at: datetime) -> None:
        """Submit a nomination."""
        entry = nomination.submit(
            self._session,
            candidate=story.candidate,
            pool=story.pool,
            channel=story.channel,
            statement=self._writer.statement(),
            actor=self._actor(story.nominator),
            now=at,
            calendar=self._calendar,
        )
        assert entry.instance_id is not None  # it was started with the nomination
        story.instance_id, story.nomination_id = entry.instance_id, entry.id
        self._stories[story.instance_id] = story
        self._look_ahead(story.instance_id, at)

    def _fire(self, moment: _Moment) -> None:
        """Fire a timer, if it still waits."""
        instance_id, token_id = self._timers[moment.id]
        waits = self._session.scalar(
            select(Timer.id).where(
                Timer.instance_id == instance_id,
                Timer.token_id == token_id,
                Timer.due_at == moment.at,
            )
        )
        if waits is None:
            return
        case = transitions.lock(self._session, instance_id)
        occasion = Occasion(SYSTEM, moment.at, self._calendar)
        transitions.move(self._session, case, FireTimer(token_id), occasion)
        self._look_ahead(instance_id, moment.at)

    def _work(self, moment: _Moment) -> None:
        """Let somebody complete a user task, if it is still open."""
        user_task = user_tasks.get(self._session, moment.id)
        if user_task.state != "open":
            return
        story = self._stories.get(user_task.instance_id)
        if story is None:
            return
        answer = self._writer.answer(user_task.element_id, story, moment.at)
        for username in self._workers(user_task):
            if self._complete(user_task, answer, self._actor(username), moment.at):
                break
        self._look_ahead(user_task.instance_id, moment.at)

    def _complete(
        self, user_task: UserTask, answer: Mapping[str, Any], actor: Actor, at: datetime
    ) -> bool:
        """Complete a user task, unless the actor may not in this case."""
        try:
            user_tasks.complete(
                self._session, user_task.id, answer, actor=actor, now=at, calendar=self._calendar
            )
        except (DutyConflict, NotForYou):
            return False
        return True

    def _workers(self, user_task: UserTask) -> list[str]:
        """Return who could do a user task, in the order in which they would."""
        if user_task.assignee is not None:
            return [user_task.assignee]
        found: list[str] = []
        for group in user_task.candidate_groups:
            if group not in self._members:
                self._members[group] = groups.members_of(self._session, group)
            found += self._members[group]
        return self._random.sample(found, len(found))

    def _object(self, story: Story, at: datetime) -> None:
        """Object to a nomination that is on display."""
        objector = self._random.choice(sorted(self._actors))
        try:
            public_notice.object_to(
                self._session,
                story.nomination_id,
                category="conduct",
                text="A promise made to the works council was not kept, as far as I know.",
                is_anonymous=self._random.random() < 0.5,
                actor=self._actor(objector),
                now=at,
                calendar=self._calendar,
            )
        except public_notice.NoticeOver:
            return
        self._look_ahead(story.instance_id, at)

    def _look_ahead(self, instance_id: int, now: datetime) -> None:
        """Plan what follows from a step: messages at once, work and timers later."""
        touched = {instance_id, *self._deliver(now)}
        for each in sorted(touched):
            self._plan_timers(each)
            self._plan_work(each, now)

    def _plan_timers(self, instance_id: int) -> None:
        """Plan the timers of a case that are not planned yet."""
        rows = self._session.execute(
            select(Timer.token_id, Timer.due_at).where(Timer.instance_id == instance_id)
        )
        for row in rows:
            # Not by the id of the row: a database may give it out again.
            timer = (instance_id, row.token_id, row.due_at)
            if timer not in self._known_timers:
                self._known_timers.add(timer)
                self._timers.append(timer[:2])
                self._plan(row.due_at, _Kind.TIMER, len(self._timers) - 1)

    def _plan_work(self, instance_id: int, now: datetime) -> None:
        """Plan when people will do the open user tasks of a case; some never will."""
        story = self._stories.get(instance_id)
        if story is None:
            return
        rows = self._session.execute(
            select(UserTask.id, UserTask.element_id, UserTask.due_at)
            .where(UserTask.instance_id == instance_id, UserTask.state == "open")
            .order_by(UserTask.id)
        )
        for row in rows:
            if (_Kind.WORK, row.id) in self._planned:
                continue
            self._planned.add((_Kind.WORK, row.id))
            if not self._stays_undone(story, row.element_id):
                self._plan(self._when(story, row.element_id, now, row.due_at), _Kind.WORK, row.id)
        self._plan_objection(story, instance_id, now)

    def _plan_objection(self, story: Story, instance_id: int, now: datetime) -> None:
        """Let somebody object to a nomination of this kind once it is on display."""
        if story.ending is not Ending.OBJECTION or story.was_objected_to:
            return
        waits = self._session.scalar(
            select(Subscription.id).where(
                Subscription.instance_id == instance_id,
                Subscription.message_name == public_notice.OBJECTION_RECEIVED,
            )
        )
        if waits is not None:
            story.was_objected_to = True
            at = self._calendar.add_working_days(now, self._random.randrange(1, 4))
            self._plan(at, _Kind.OBJECT, instance_id)

    def _deliver(self, now: datetime) -> list[int]:
        """Deliver what cases sent; return the cases that a message reached."""
        rows = self._session.execute(
            select(Outbox.id, Outbox.kind, Outbox.recipient, Outbox.payload)
            .where(Outbox.sent_at.is_(None))
            .order_by(Outbox.created_at, Outbox.id)
        ).all()
        if not rows:
            return []
        reached = []
        for row in rows:
            letter = Letter(row.id, row.kind, row.recipient, row.payload)
            occasion = Occasion(SYSTEM, now, self._calendar)
            if row.kind == outbox.MESSAGE:
                messages.deliver(self._session, letter, occasion)
                reached.append(row.payload.get("instance_id"))
            else:
                notifications.deliver(self._session, letter, occasion)
        self._session.execute(
            update(Outbox).where(Outbox.id.in_([row.id for row in rows])).values(sent_at=now)
        )
        return [instance_id for instance_id in reached if instance_id is not None]

    def _stays_undone(self, story: Story, element: str) -> bool:
        """Say whether nobody is going to do a user task in this story."""
        if story.ending is Ending.SILENT:
            return element == "consent"
        if story.reviewers and element == "assess":
            return True  # this is left to whoever tries the product
        return element in story.stuck_at

    def _when(self, story: Story, element: str, now: datetime, due_at: datetime | None) -> datetime:
        """Return when somebody does a user task: on a working day, at a time people work."""
        usual = now + timedelta(days=_USUAL_DAYS) if due_at is None else due_at
        share = story.pace * self._random.uniform(0.1, 1.1)
        at = now + (usual - now) * share
        at = self._calendar.add_working_days(at - timedelta(days=1), 1)
        if not _FIRST_HOUR <= at.hour < _LAST_HOUR:
            hour = self._random.randrange(_FIRST_HOUR, _LAST_HOUR)
            at = at.replace(hour=hour, minute=self._random.randrange(60))
        if element in _LAPSES:
            at = min(at, usual - timedelta(minutes=self._random.randrange(10, 300)))
        return max(at, now + timedelta(minutes=self._random.randrange(3, 50)))

    def _actor(self, username: str) -> Actor:
        """Return somebody as he acts; roles do not change while stories are told."""
        if username not in self._actors:
            self._actors[username] = accounts.actor_of(self._session, username)
        return self._actors[username]
