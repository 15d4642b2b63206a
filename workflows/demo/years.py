"""Lets years pass over the demonstration: the clock moves, people do what waits for them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from workflows import accounts, contract_watch, groups
from workflows.actors import SYSTEM, Actor
from workflows.clock import FixedClock, MovableClock
from workflows.database import Database
from workflows.demo import stalls
from workflows.demo.choices import Choices
from workflows.demo.form_filling import ATTEMPTS, FormFilling
from workflows.engine import clock_control, holding, user_tasks
from workflows.engine.failures import DutyConflict, NotForYou, TransitionFailed
from workflows.engine.occasion import Occasion
from workflows.engine.tables import UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid, NotFound

_LATE = 0.06  # how often somebody is too late
_LATEST = 1.6  # of the time that was given
_USUAL = timedelta(days=4)
_DAY = timedelta(days=1)


@dataclass
class Course:
    """What happened: how often each user task was done, and what nobody could do."""

    done: Counter[str] = field(default_factory=Counter)
    undoable: dict[int, str] = field(default_factory=dict)  # by the number of the user task


Chore = Callable[[datetime], None]


class Years:
    """
    Lets a whole organisation work, day by day, through the services alone.

    `chores` are done every morning: what nobody finds in an inbox, such as
    nominating somebody or opening the review of a year.
    """

    def __init__(
        self,
        database: Database,
        clock: FixedClock | MovableClock,
        calendar: WorkingCalendar,
        random: Random,
        *,
        chores: Sequence[Chore] = (),
    ) -> None:
        self.course = Course()
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._random = random
        self._filling = FormFilling(random)
        self._chores = chores
        self._planned: dict[int, datetime] = {}  # days, by the number of the user task
        self._actors: dict[str, Actor] = {}
        self._choices = Choices([], {})

    def run(self, until: datetime) -> Course:
        """Let every working day pass up to a moment."""
        for day in self._days(until):
            clock_control.advance(
                self._database, self._clock, day - self._clock.now(), self._calendar
            )
            self._watch(day)
            self._look_around()
            for chore in self._chores:
                chore(day)
            self._work(day)
        self._watch(self._clock.now())
        return self.course

    def _watch(self, moment: datetime) -> None:
        """Move what must be in other hands; elsewhere each minute, here each day."""
        contract_watch.watch(self._database, Occasion(SYSTEM, moment, self._calendar))

    def _days(self, until: datetime) -> Iterator[datetime]:
        """Yield the mornings of the working days from the next one on."""
        day = self._clock.now()
        while (day := self._calendar.add_working_days(day, 1)) <= until:
            yield day

    def _look_around(self) -> None:
        """Forget who people were yesterday: some came, some left, some changed their work."""
        self._actors.clear()
        with self._database.reading() as session:
            self._choices = Choices.of(session)

    def _work(self, day: datetime) -> None:
        """Do what people planned for this day, and what that leads to, in the order of numbers."""
        self._plan(day)
        evening = day + _DAY
        due = sorted(number for number, at in self._planned.items() if at < evening)
        for number in due:
            self._do(number, day)
            del self._planned[number]

    def _plan(self, day: datetime) -> None:
        """Plan when somebody will do the user tasks that are new."""
        open_now: set[int] = set()
        with self._database.reading() as session:
            rows = session.execute(
                select(UserTask.id, UserTask.due_at).where(
                    UserTask.state == "open",
                    UserTask.definition_key != stalls.KEY,  # they stand still on purpose
                )
            ).all()
        for number, due_at in sorted(rows):
            open_now.add(number)
            if number not in self._planned and number not in self.course.undoable:
                self._planned[number] = self._moment(day, due_at)
        self._planned = {one: at for one, at in self._planned.items() if one in open_now}

    def _moment(self, now: datetime, due_at: datetime | None) -> datetime:
        """Return when somebody does a user task that is open since now; some are late."""
        span = max((due_at or now + _USUAL) - now, timedelta())
        is_late = self._random.random() < _LATE
        share = self._random.uniform(1.0, _LATEST) if is_late else self._random.uniform(0.0, 0.8)
        return now + span * share

    def _do(self, number: int, now: datetime) -> None:
        """Let somebody complete a user task; whoever may not leaves it to the next."""
        refusals: list[str] = []
        for username in self._workers(number):
            for _ in range(ATTEMPTS):
                try:
                    self._complete(number, username, now)
                except (NotFound, TransitionFailed) as gone:
                    if isinstance(gone, TransitionFailed):
                        self.course.undoable[number] = str(gone)
                    return
                except (DutyConflict, NotForYou) as barred:
                    refusals.append(str(barred))
                    break
                except Invalid as refused:
                    refusals.append(str(refused))
                except Conflict:
                    return
                else:
                    return
        self.course.undoable[number] = "; ".join(dict.fromkeys(refusals)) or "Nobody is there."

    def _complete(self, number: int, username: str, now: datetime) -> None:
        """Complete a user task with answers to its form."""
        with self._database.unit_of_work() as session:
            held = holding.hold(session, number, username)
            user_task, case = held.user_task, held.case
            if user_task.state != "open":
                return
            data = self._filling.in_case(
                user_task, case.values["state"], case.bundle, choices=self._choices, now=now
            )
            user_tasks.complete(
                session,
                number,
                data,
                actor=self._actor(username),
                now=now,
                calendar=self._calendar,
                held=held,
            )
        self.course.done[f"{user_task.definition_key}.{user_task.element_id}"] += 1

    def _workers(self, number: int) -> list[str]:
        """Return who could do a user task, in the order in which they would."""
        with self._database.reading() as session:
            user_task = user_tasks.get(session, number)
            if user_task.assignee is not None:
                return [user_task.assignee]
            found = {
                name
                for group in user_task.candidate_groups
                for name in groups.members_of(session, group)
            }
        return self._random.sample(sorted(found), len(found))

    def _actor(self, username: str) -> Actor:
        """Return somebody as he acts today."""
        if username not in self._actors:
            with self._database.reading() as session:
                self._actors[username] = accounts.actor_of(session, username)
        return self._actors[username]
