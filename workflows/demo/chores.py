"""What nobody finds in an inbox: nominations, plans, reviews, signs, and people who leave."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from random import Random
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import pools
from workflows.database import Database
from workflows.demo.happenings import POOL_MANAGERS, Happening, Happenings
from workflows.engine.messages import NobodyWaits
from workflows.engine.transition import WorkingCalendar
from workflows.errors import UnderstudyError
from workflows.people_tables import Person
from workflows.pool_tables import PlanQuota, Pool, PoolMember, PoolPlan
from workflows.review_states import CycleKind
from workflows.training_tables import TrainingPlan
from workflows.vocabulary import EmploymentStatus, Lifecycle, PlanState

_A_WEEK = 5  # working days
_NOMINATIONS_A_WEEK = 1.0  # for 200 people; more people nominate more
_REVIEWS_IN = {9: CycleKind.ANNUAL, 3: CycleKind.MINI}  # the months in which cycles begin
# How often something happens to each person, or to each member, in one week.
_ILL, _LEAVES = 0.002, 0.0005
_SIGN, _OWN_EXIT = 0.001, 0.0006

Thing = TypeVar("Thing")


class Chores:
    """
    Does on each working day what people do of their own accord.

    Everything goes through the services. What they refuse is not done: the
    person who wanted it is told why and does something else.

    One of `of_each` members who were there before is accompanied from the first
    day on, and everybody who is taken in later.
    """

    def __init__(
        self,
        database: Database,
        calendar: WorkingCalendar,
        random: Random,
        *,
        of_each: int = 1,
    ) -> None:
        self._of_each = of_each
        self._database = database
        self._calendar = calendar
        self._random = random
        self._happenings = Happenings(calendar, random)
        self._day = 0
        self._reviewed: set[tuple[int, int]] = set()

    def __call__(self, now: datetime) -> None:
        """Do the chores of one morning."""
        if self._day == 0:
            self._begin(now)
        self._turn_the_year(now)
        self._open_reviews(now)
        if self._day % _A_WEEK == 0:
            self._week(now)
        self._day += 1

    def _begin(self, now: datetime) -> None:
        """Say of each active member without a plan that membership begins to be lived."""
        with self._database.reading() as session:
            planned = select(TrainingPlan.member_id)
            members = session.scalars(
                select(PoolMember.id)
                .where(PoolMember.lifecycle == Lifecycle.ACTIVE, PoolMember.id.not_in(planned))
                .order_by(PoolMember.id)
            ).all()
        for member_id in members[:: self._of_each]:
            self._attempt(partial(self._happenings.activate, member_id), now)

    def _week(self, now: datetime) -> None:
        """Let happen what happens now and then."""
        with self._database.reading() as session:
            people = session.scalars(
                select(Person.username)
                .where(Person.employment_status == EmploymentStatus.ACTIVE)
                .order_by(Person.id)
            ).all()
            members = session.scalars(
                select(PoolMember.id)
                .where(PoolMember.lifecycle == Lifecycle.ACTIVE)
                .order_by(PoolMember.id)
            ).all()
        for _ in range(self._number(_NOMINATIONS_A_WEEK * len(people) / 200)):
            self._attempt(self._happenings.nominate, now)
        for username in self._some(people, _ILL):
            self._attempt(partial(self._happenings.be_away, username), now)
        for username in self._some(people, _LEAVES):
            self._attempt(partial(self._happenings.leave, username), now)
        for member_id in self._some(members, _SIGN):
            self._attempt(partial(self._happenings.report, member_id), now)
        for member_id in self._some(members, _OWN_EXIT):
            self._attempt(partial(self._happenings.ask_out, member_id, "voluntary"), now)

    def _number(self, mean: float) -> int:
        """Return a whole number around a mean, so that fractions add up in the long run."""
        return int(mean) + (self._random.random() < mean % 1)

    def _some(self, of: Sequence[Thing], chance: float) -> list[Thing]:
        """Return those to whom it happens this week."""
        return [one for one in of if self._random.random() < chance]

    def _attempt(self, happening: Happening, now: datetime) -> None:
        """Do something in a transaction of its own; a refusal undoes it."""
        try:
            with self._database.unit_of_work() as session:
                happening(session, now)
        except (UnderstudyError, NobodyWaits):
            return

    def _turn_the_year(self, now: datetime) -> None:
        """Put the plans of this year into force where there are none: as the year before."""
        with self._database.unit_of_work() as session:
            for pool in session.scalars(select(Pool).order_by(Pool.id)).all():
                if pools.plan_in_force(session, pool, now=now) is None:
                    self._copy_plan(session, pool, now)

    def _copy_plan(self, session: Session, pool: Pool, now: datetime) -> None:
        """Draft and approve the plan of this year with the cells of the last one."""
        last = session.scalar(
            select(PoolPlan)
            .where(PoolPlan.pool_id == pool.id, PoolPlan.state == PlanState.APPROVED)
            .order_by(PoolPlan.year.desc())
            .limit(1)
        )
        if last is None:
            return
        quotas = session.scalars(select(PlanQuota).where(PlanQuota.plan_id == last.id)).all()
        cells = [
            ((one.level_rank, one.category, one.horizon), (one.minimum, one.target, one.maximum))
            for one in quotas
        ]
        plan = pools.draft_plan(session, pool, year=now.year, cells=cells)
        manager = self._happenings.one_of(session, POOL_MANAGERS)
        pools.approve_plan(session, plan, actor=manager, now=now)

    def _open_reviews(self, now: datetime) -> None:
        """Let a pool manager open the reviews of each pool when their month begins."""
        kind = _REVIEWS_IN.get(now.month)
        if kind is None or (now.year, now.month) in self._reviewed:
            return
        self._reviewed.add((now.year, now.month))
        with self._database.reading() as session:
            codes = session.scalars(select(Pool.code).order_by(Pool.id)).all()
        for code in codes:
            given = {"pool": code, "kind": kind.value}
            self._attempt(partial(self._happenings.review, given), now)
