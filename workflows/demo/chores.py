"""What nobody finds in an inbox: nominations, plans, reviews, signs, and people who leave."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import absences, accounts, groups, leavers, nomination, pools, units
from workflows.actors import SYSTEM, Actor
from workflows.database import Database
from workflows.engine import instances, messages
from workflows.engine.messages import NobodyWaits
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.engine.transition import WorkingCalendar
from workflows.errors import UnderstudyError
from workflows.people_tables import OrgUnit, Person
from workflows.pool_tables import PlanQuota, Pool, PoolMember, PoolPlan
from workflows.review_states import CycleKind
from workflows.training_tables import TrainingPlan
from workflows.vocabulary import AbsenceKind, EmploymentStatus, Lifecycle, PlanState, Role

ACTIVATED = "member.activated"
POOL_MANAGERS = "pool-manager"
_STATEMENT = "Leads a team through a hard year, and others ask for this person's judgement."
_EVIDENCE = "Two dates of last month were missed, as the records of the team show."
_SIGNS = ("overdue_tasks_ge_3", "posting_below_expectation", "complaint_minor_upheld")
_A_WEEK = 5  # working days
_NOMINATIONS_A_WEEK = 1.0  # for 200 people; more people nominate more
_REVIEWS_IN = {9: CycleKind.ANNUAL, 3: CycleKind.MINI}  # the months in which cycles begin
# How often something happens to each person, or to each member, in one week.
_ILL, _LEAVES = 0.002, 0.0005
_SIGN, _OWN_EXIT = 0.001, 0.0006

Thing = TypeVar("Thing")
Happening = Callable[[Session, datetime], None]


class Chores:
    """
    Does on each working day what people do of their own accord.

    Everything goes through the services. What they refuse is not done: the
    person who wanted it is told why and does something else.
    """

    def __init__(self, database: Database, calendar: WorkingCalendar, random: Random) -> None:
        self._database = database
        self._calendar = calendar
        self._random = random
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
        for member_id in members:
            self._attempt(partial(self._activate, member_id), now)

    def _activate(self, member_id: int, session: Session, now: datetime) -> None:
        """Start what accompanies a member."""
        messages.send(
            session,
            ACTIVATED,
            correlation=str(member_id),
            payload={"member_id": member_id},
            actor=SYSTEM,
            now=now,
            calendar=self._calendar,
        )

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
            self._attempt(self._nominate, now)
        for username in self._some(people, _ILL):
            self._attempt(partial(self._be_away, username), now)
        for username in self._some(people, _LEAVES):
            self._attempt(partial(self._leave, username), now)
        for member_id in self._some(members, _SIGN):
            self._attempt(partial(self._report, member_id), now)
        for member_id in self._some(members, _OWN_EXIT):
            self._attempt(partial(self._ask_out, member_id), now)

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

    def _nominate(self, session: Session, now: datetime) -> None:
        """Let a head nominate somebody of the unit who fits a pool that has room."""
        pool = self._random.choice(session.scalars(select(Pool).order_by(Pool.id)).all())
        fitting = self._fitting(session, pool, now)
        if not fitting:
            return
        candidate = self._random.choice(fitting)
        head = units.head_of(session, candidate)
        if head is not None:
            nomination.submit(
                session,
                candidate=candidate.username,
                pool=pool.code,
                channel="unit",
                statement=_STATEMENT,
                actor=accounts.actor_of(session, head),
                now=now,
                calendar=self._calendar,
            )

    def _fitting(self, session: Session, pool: Pool, now: datetime) -> list[Person]:
        """Return who is no member of a pool and would count in a cell that has room."""
        cells = pools.plan_status(session, pool, now=now)
        room = {(one.level_rank, one.category) for one in cells if one.members < one.maximum}
        inside = select(PoolMember.person_id).where(
            PoolMember.pool_id == pool.id, PoolMember.lifecycle != Lifecycle.EXITED
        )
        return [
            person
            for person in session.scalars(
                select(Person)
                .where(
                    Person.employment_status == EmploymentStatus.ACTIVE,
                    Person.id.not_in(inside),
                )
                .order_by(Person.id)
            )
            if (person.level_rank, person.category) in room
        ]

    def _be_away(self, username: str, session: Session, now: datetime) -> None:
        """Let somebody be ill or on holiday for some days."""
        first = now.date()
        absences.enter(
            session,
            username,
            first,
            first + timedelta(days=self._random.randint(2, 20)),
            kind=self._random.choice((AbsenceKind.OTHER, AbsenceKind.HOLIDAY)),
            actor=accounts.actor_of(session, username),
            now=now,
        )

    def _leave(self, username: str, session: Session, now: datetime) -> None:
        """Let somebody leave the organisation who leaves no unit and no office without people."""
        if self._holds_an_office(session, username):
            return  # these leave later, when somebody else has taken over
        occasion = Occasion(self._one_of(session, Role.HR), now, self._calendar)
        leavers.leave(session, username, occasion=occasion)

    def _holds_an_office(self, session: Session, username: str) -> bool:
        """Say whether a unit or an office would be left with nobody."""
        heads = session.scalars(select(OrgUnit.head_username)).all()
        joined = accounts.actor_of(session, username).groups
        offices = (one for one in joined if len(groups.members_of(session, one)) <= 3)
        return username in heads or any(True for _ in offices)

    def _report(self, member_id: int, session: Session, now: datetime) -> None:
        """Let HR hand over a sign that something goes wrong."""
        self._start(
            session,
            "correction",
            {
                "member_id": member_id,
                "code": self._random.choice(_SIGNS),
                "source": "hr",
                "evidence": _EVIDENCE,
            },
            self._one_of(session, Role.HR),
            now,
        )

    def _ask_out(self, member_id: int, session: Session, now: datetime) -> None:
        """Let a member ask to leave the pool."""
        member = session.get_one(PoolMember, member_id)
        person = session.get_one(Person, member.person_id)
        asked = {"number": member.number, "cause": "voluntary"}
        self._start(session, "pool_exit", asked, accounts.actor_of(session, person.username), now)

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
        manager = self._one_of(session, POOL_MANAGERS)
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
            self._attempt(partial(self._review, given), now)

    def _review(self, given: dict[str, str], session: Session, now: datetime) -> None:
        """Open one cycle of reviews."""
        self._start(session, "review_cycle", given, self._one_of(session, POOL_MANAGERS), now)

    def _start(
        self,
        session: Session,
        process: str,
        data: dict[str, Any],
        actor: Actor,
        now: datetime,
    ) -> Instance:
        """Start a case as a person would who fills in its first form."""
        return instances.start(
            session, process, data, actor=actor, now=now, calendar=self._calendar
        )

    def _one_of(self, session: Session, group: str) -> Actor:
        """Return somebody of a group."""
        return accounts.actor_of(
            session, self._random.choice(sorted(groups.members_of(session, group)))
        )
