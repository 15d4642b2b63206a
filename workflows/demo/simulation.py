"""Lets time pass over the cases of the demonstration: timers fire, people do their work."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from random import Random
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows import nomination, notifications, public_notice
from workflows.actors import SYSTEM
from workflows.demo.answers import Writer
from workflows.demo.lives import Life
from workflows.demo.pace import Pace
from workflows.demo.stories import Ending, Story
from workflows.demo.workers import Work, Workers
from workflows.engine import messages, outbox, stalled, transitions
from workflows.engine.occasion import Occasion
from workflows.engine.outbox import Letter
from workflows.engine.tables import Instance, Outbox, Subscription, Timer, UserTask
from workflows.engine.transition import FireTimer, WorkingCalendar
from workflows.errors import UnderstudyError
from workflows.presence import PRESENCE

_LETTERS_TAKE = timedelta(hours=1)
_FORGOTTEN = 0.04  # how often a user task that no story tells of is put off
_MOST_ROUNDS = 4


class _Kind(IntEnum):
    """What happens at a moment; timers come before people who were too late."""

    BEGIN = 0
    LIVE = 1
    TIMER = 2
    WORK = 3
    OBJECT = 4


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
        self._workers = Workers(session, random, writer, calendar)
        self._newest = 0  # the number of the newest case that was looked at
        self._moments: list[_Moment] = []
        self._numbered = 0
        self._stories: dict[int, Story] = {}  # by instance
        self._timers: list[_Timer] = []
        self._waiting_timers: defaultdict[int, set[_Timer]] = defaultdict(set)  # by instance
        self._open_work: dict[int, Work] = {}
        self._work_of: defaultdict[int, set[int]] = defaultdict(set)  # by instance
        self._delivered_until = datetime.min.replace(tzinfo=UTC)

    def run(self, stories: Sequence[Story], lives: Sequence[Life] = (), *, until: datetime) -> None:
        """Let everything happen that happens before a moment."""
        for number, story in enumerate(stories):
            self._plan(story.begins_at, _Kind.BEGIN, number)
        for number, life in enumerate(lives):
            self._plan(life.begins_at, _Kind.LIVE, number)
        while self._moments and self._moments[0].at <= until:
            moment = heapq.heappop(self._moments)
            if moment.at - self._delivered_until > _LETTERS_TAKE:
                self._deliver(moment.at)
                self._delivered_until = moment.at
            if moment.kind is _Kind.BEGIN:
                self._begin(stories[moment.id], moment.at)
            elif moment.kind is _Kind.LIVE:
                self._live(lives[moment.id], moment.at)
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
            actor=self._workers.actor(story.nominator),
            now=at,
            calendar=self._calendar,
        )
        assert entry.instance_id is not None  # it was started with the nomination
        story.instance_id, story.nomination_id = entry.instance_id, entry.id
        self._stories[story.instance_id] = story
        self._look_ahead(story.instance_id, at)

    def _live(self, life: Life, at: datetime) -> None:
        """Let something begin about a member; what the services refuse does not begin."""
        try:
            with self._session.begin_nested():
                life.begin(self._session, at)
        except (UnderstudyError, messages.NobodyWaits):
            return
        self._look_at_new(at)

    def _look_at_new(self, now: datetime) -> None:
        """Plan what follows from cases that have begun meanwhile."""
        begun = select(Instance.id).where(Instance.id > self._newest).order_by(Instance.id)
        for instance_id in self._session.scalars(begun).all():
            self._newest = instance_id
            if instance_id not in self._stories:
                self._look_ahead(instance_id, now)

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
        self._workers.do(user_task, self._stories.get(user_task.instance_id), moment.at)
        self._look_ahead(user_task.instance_id, moment.at)

    def _object(self, story: Story, at: datetime) -> None:
        """Object to a nomination that is on display."""
        objector = self._random.choice(sorted(self._workers.actors))
        try:
            public_notice.object_to(
                self._session,
                story.nomination_id,
                category="conduct",
                text="A promise made to the works council was not kept, as far as I know.",
                is_anonymous=self._random.random() < 0.5,
                actor=self._workers.actor(objector),
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
        self._plan_work(instance_id, story, now)
        if story is not None:
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

    def _plan_work(self, instance_id: int, story: Story | None, now: datetime) -> None:
        """Plan when people will do the open user tasks of a case; some only at the last moment."""
        rows = self._session.execute(
            select(
                UserTask.id,
                UserTask.instance_id,
                UserTask.element_id,
                UserTask.due_at,
                UserTask.assignee,
                UserTask.candidate_groups,
                UserTask.stalls_at,
            )
            .where(UserTask.instance_id == instance_id, UserTask.state == "open")
            .order_by(UserTask.id)
        )
        found = {row.id: Work(*row) for row in rows}
        known = self._work_of[instance_id]
        for gone in known - found.keys():
            self._open_work.pop(gone, None)
        self._open_work.update(found)
        self._work_of[instance_id] = set(found)
        for work in found.values():
            if work.id not in known and not self._answers_never(story, work.element_id):
                is_forgotten = self._stays_undone(story, work.element_id)
                at = self._pace.moment(story, work.element_id, now, work.due_at)
                last = self._pace.last_moment(now, work.stalls_at)
                self._plan(last if is_forgotten else min(at, last), _Kind.WORK, work.id)

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
                if reached := row.payload.get("instance_id"):
                    self._look_ahead(reached, now)
        self._session.execute(
            update(Outbox).where(Outbox.id.in_([row.id for row in rows])).values(sent_at=now)
        )
        self._look_at_new(now)

    def settle(self, now: datetime) -> None:
        """Let everything be done that has stalled all the same; only the seeds are to stall."""
        for _ in range(_MOST_ROUNDS):
            found = stalled.survey(self._session, now=now, people=PRESENCE, calendar=self._calendar)
            for case in found:
                for cause in (case.cause, *case.others):
                    self._settle(case.instance.id, cause.user_task_id, now)
            self._deliver(now)
            if not found:
                return

    def _settle(self, instance_id: int, user_task_id: int | None, now: datetime) -> None:
        """Do the user task at which a case has stalled."""
        work = self._open_work.get(user_task_id or 0)
        if work is None:
            return
        self._workers.do(work, self._stories.get(instance_id), now)
        self._look_ahead(instance_id, now)

    def _answers_never(self, story: Story | None, element: str) -> bool:
        """Say whether somebody is silent until a timer of the process goes on without him."""
        return story is not None and story.ending is Ending.SILENT and element == "consent"

    def _stays_undone(self, story: Story | None, element: str) -> bool:
        """Say whether a user task is put off until it would stall."""
        if story is None:
            return self._random.random() < _FORGOTTEN
        if story.reviewers and element == "assess":
            return True  # this is left to whoever tries the product
        return element in story.stuck_at
