"""Lets time pass over the cases of the demonstration: timers fire, people do their work."""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows import accounts, groups, nomination, notifications, public_notice
from workflows.actors import SYSTEM, Actor
from workflows.demo.answers import Writer
from workflows.demo.pace import Pace
from workflows.demo.stories import Ending, Story
from workflows.engine import messages, outbox, transitions, user_tasks
from workflows.engine.failures import DutyConflict, NotForYou
from workflows.engine.occasion import Occasion
from workflows.engine.outbox import Letter
from workflows.engine.tables import Instance, Outbox, Subscription, Timer, UserTask
from workflows.engine.transition import FireTimer, WorkingCalendar

_LETTERS_TAKE = timedelta(hours=1)
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


class _Timer(NamedTuple):
    """A timer that waits."""

    instance_id: int
    token_id: int
    due_at: datetime


class _Work(NamedTuple):
    """A user task that is open."""

    id: int
    instance_id: int
    element_id: str
    due_at: datetime | None
    assignee: str | None
    candidate_groups: list[str]


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
        self._pace = Pace(random, calendar)
        self._moments: list[_Moment] = []
        self._numbered = 0
        self._stories: dict[int, Story] = {}  # by instance
        self._timers: list[_Timer] = []
        self._waiting_timers: defaultdict[int, set[_Timer]] = defaultdict(set)  # by instance
        self._open_work: dict[int, _Work] = {}
        self._work_of: defaultdict[int, set[int]] = defaultdict(set)  # by instance
        self._delivered_until = datetime.min.replace(tzinfo=UTC)
        self._actors: dict[str, Actor] = {}
        self._members: dict[str, list[str]] = {}

    def run(self, stories: list[Story], *, until: datetime) -> None:
        """Let everything happen that happens before a moment."""
        for number, story in enumerate(stories):
            self._plan(story.begins_at, _Kind.BEGIN, number)
        while self._moments and self._moments[0].at <= until:
            moment = heapq.heappop(self._moments)
            if moment.at - self._delivered_until > _LETTERS_TAKE:
                self._deliver(moment.at)
                self._delivered_until = moment.at
            if moment.kind is _Kind.BEGIN:
                self._begin(stories[moment.id], moment.at)
            elif moment.kind is _Kind.TIMER:
                self._fire(moment)
            elif moment.kind is _Kind.WORK:
                self._work(moment)
            else:
                self._object(self._stories[moment.id], moment.at)
        self._deliver(until)

    def _plan(self, at: datetime, kind: _Kind, identity: int) -> None:
        """Note something that is going to happen."""
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
        timer = self._timers[moment.id]
        if timer not in self._waiting_timers[timer.instance_id]:
            return
        case = transitions.lock(self._session, timer.instance_id)
        occasion = Occasion(SYSTEM, moment.at, self._calendar)
        transitions.move(self._session, case, FireTimer(timer.token_id), occasion)
        self._look_ahead(timer.instance_id, moment.at)

    def _work(self, moment: _Moment) -> None:
        """Let somebody complete a user task, if it is still open."""
        user_task = self._open_work.get(moment.id)
        if user_task is None:
            return
        story = self._stories[user_task.instance_id]
        answer = self._writer.answer(user_task.element_id, story, moment.at)
        for username in self._workers(user_task):
            if self._complete(user_task, answer, self._actor(username), moment.at):
                break
        self._look_ahead(user_task.instance_id, moment.at)

    def _complete(
        self, user_task: _Work, answer: Mapping[str, Any], actor: Actor, at: datetime
    ) -> bool:
        """Complete a user task, unless the actor may not in this case."""
        try:
            user_tasks.complete(
                self._session, user_task.id, answer, actor=actor, now=at, calendar=self._calendar
            )
        except (DutyConflict, NotForYou):
            return False
        return True

    def _workers(self, user_task: _Work) -> list[str]:
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
        """Plan what follows from a step: timers, and when people will do their work."""
        self._plan_timers(instance_id)
        story = self._stories.get(instance_id)
        if story is not None:
            self._plan_work(story, now)
            self._plan_objection(story, now)

    def _plan_timers(self, instance_id: int) -> None:
        """Plan the timers of a case that are not planned yet."""
        rows = self._session.execute(
            select(Timer.token_id, Timer.due_at).where(Timer.instance_id == instance_id)
        )
        # Not by the id of the row: a database may give it out again.
        waiting = {_Timer(instance_id, row.token_id, row.due_at) for row in rows}
        for timer in sorted(waiting - self._waiting_timers[instance_id]):
            self._timers.append(timer)
            self._plan(timer.due_at, _Kind.TIMER, len(self._timers) - 1)
        self._waiting_timers[instance_id] = waiting

    def _plan_work(self, story: Story, now: datetime) -> None:
        """Plan when people will do the open user tasks of a case; some never will."""
        rows = self._session.execute(
            select(
                UserTask.id,
                UserTask.instance_id,
                UserTask.element_id,
                UserTask.due_at,
                UserTask.assignee,
                UserTask.candidate_groups,
            )
            .where(UserTask.instance_id == story.instance_id, UserTask.state == "open")
            .order_by(UserTask.id)
        )
        found = {row.id: _Work(*row) for row in rows}
        known = self._work_of[story.instance_id]
        for gone in known - found.keys():
            self._open_work.pop(gone, None)
        self._open_work.update(found)
        self._work_of[story.instance_id] = set(found)
        for work in found.values():
            if work.id not in known and not self._stays_undone(story, work.element_id):
                self._plan(
                    self._pace.moment(story, work.element_id, now, work.due_at), _Kind.WORK, work.id
                )

    def _plan_objection(self, story: Story, now: datetime) -> None:
        """Let somebody object to a nomination of this kind once it is on display."""
        if story.ending is not Ending.OBJECTION or story.was_objected_to:
            return
        waits = self._session.scalar(
            select(Subscription.id).where(
                Subscription.instance_id == story.instance_id,
                Subscription.message_name == public_notice.OBJECTION_RECEIVED,
            )
        )
        if waits is not None:
            story.was_objected_to = True
            at = self._calendar.add_working_days(now, self._random.randrange(1, 4))
            self._plan(at, _Kind.OBJECT, story.instance_id)

    def _deliver(self, now: datetime) -> None:
        """Deliver what cases sent since the last time; cases that a message reached go on."""
        rows = self._session.execute(
            select(Outbox.id, Outbox.kind, Outbox.recipient, Outbox.payload, Outbox.created_at)
            .where(Outbox.sent_at.is_(None))
            .order_by(Outbox.created_at, Outbox.id)
        ).all()
        for row in rows:
            letter = Letter(row.id, row.kind, row.recipient, row.payload)
            if row.kind == outbox.NOTICE:
                occasion = Occasion(SYSTEM, row.created_at, self._calendar)
                notifications.deliver(self._session, letter, occasion)
            elif row.kind == outbox.MESSAGE:
                messages.deliver(self._session, letter, Occasion(SYSTEM, now, self._calendar))
                reached = row.payload.get("instance_id") or self._begun(row.payload["process_key"])
                self._look_ahead(reached, now)
        self._session.execute(
            update(Outbox).where(Outbox.id.in_([row.id for row in rows])).values(sent_at=now)
        )

    def _begun(self, process: str) -> int:
        """Return the case that a message has just begun; its timers go on with the others."""
        cases = select(func.max(Instance.id)).where(Instance.definition_key == process)
        return self._session.scalar(cases) or 0

    def _stays_undone(self, story: Story, element: str) -> bool:
        """Say whether nobody is going to do a user task in this story."""
        if story.ending is Ending.SILENT:
            return element == "consent"
        if story.reviewers and element == "assess":
            return True  # this is left to whoever tries the product
        return element in story.stuck_at

    def _actor(self, username: str) -> Actor:
        """Return somebody as he acts; roles do not change while stories are told."""
        if username not in self._actors:
            self._actors[username] = accounts.actor_of(self._session, username)
        return self._actors[username]
