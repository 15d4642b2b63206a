"""What people do of their own accord: nominate, report, ask, fall ill, leave, open reviews."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import absences, accounts, groups, leavers, nomination, pools, units
from workflows.actors import SYSTEM, Actor
from workflows.correction_tables import CorrectionCase
from workflows.engine import instances, messages
from workflows.engine.occasion import Occasion
from workflows.engine.transition import WorkingCalendar
from workflows.people_tables import OrgUnit, Person
from workflows.pool_tables import Pool, PoolMember
from workflows.vocabulary import AbsenceKind, EmploymentStatus, Lifecycle, Role

POOL_MANAGERS = "pool-manager"
_ACTIVATED = "member.activated"
_STATEMENT = "Leads a team through a hard year, and others ask for this person's judgement."
_EVIDENCE = "Two dates of last month were missed, as the records of the team show."
_CONTESTED = "The two dates were moved in agreement with the manager, who can confirm it."
_FEWEST_OF_HR = 2
_APPOINTED_TO = "Head of a department"
_SIGNS = ("overdue_tasks_ge_3", "posting_below_expectation", "complaint_minor_upheld")

Happening = Callable[[Session, datetime], None]


class Happenings:
    """Does one thing through the services; what they refuse is raised."""

    def __init__(self, calendar: WorkingCalendar, random: Random) -> None:
        self._calendar = calendar
        self._random = random

    def activate(self, member_id: int, session: Session, now: datetime) -> None:
        """Start what accompanies a member."""
        messages.send(
            session,
            _ACTIVATED,
            correlation=str(member_id),
            payload={"member_id": member_id},
            actor=SYSTEM,
            now=now,
            calendar=self._calendar,
        )

    def nominate(self, session: Session, now: datetime) -> None:
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

    def be_away(self, username: str, session: Session, now: datetime) -> None:
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

    def leave(self, username: str, session: Session, now: datetime) -> None:
        """Let somebody leave the organisation who leaves no unit and no office without people."""
        if self._holds_an_office(session, username):
            return  # these leave later, when somebody else has taken over
        occasion = Occasion(self.one_of(session, Role.HR), now, self._calendar)
        leavers.leave(session, username, occasion=occasion)

    def _holds_an_office(self, session: Session, username: str) -> bool:
        """Say whether a unit or an office would be left with nobody."""
        heads = session.scalars(select(OrgUnit.head_username)).all()
        joined = accounts.actor_of(session, username).groups
        offices = (one for one in joined if len(groups.members_of(session, one)) <= 3)
        return username in heads or any(True for _ in offices)

    def report(self, member_id: int, session: Session, now: datetime) -> None:
        """
        Let HR hand over a sign that something goes wrong.

        Not where HR is one person: nobody else could give its statement about the sign.
        """
        if len(groups.members_of(session, Role.HR)) < _FEWEST_OF_HR:
            return
        self._start(
            session,
            "correction",
            {
                "member_id": member_id,
                "code": self._random.choice(_SIGNS),
                "source": "hr",
                "evidence": _EVIDENCE,
            },
            self.one_of(session, Role.HR),
            now,
        )

    def contest(self, session: Session, now: datetime) -> None:
        """Let a member contest the newest correction that was decided, if there is one."""
        found = session.execute(
            select(PoolMember.number, Person.username, CorrectionCase.id)
            .join(PoolMember, PoolMember.id == CorrectionCase.member_id)
            .join(Person, Person.id == PoolMember.person_id)
            .where(CorrectionCase.level.is_not(None), PoolMember.lifecycle != Lifecycle.EXITED)
            .order_by(CorrectionCase.id.desc())
        ).first()
        if found is None:
            return
        asked = {"number": found.number, "matter": "correction", "matter_id": found.id}
        contested = {**asked, "ground": "facts", "statement": _CONTESTED}
        actor = accounts.actor_of(session, found.username)
        self._start(session, "appeal", contested, actor, now)

    def change_mentor(self, member_id: int, session: Session, now: datetime) -> None:
        """Let a member ask for another mentor."""
        self._start(
            session,
            "mentor_change",
            {"member_id": member_id, "cause": "request"},
            self.one_of(session, POOL_MANAGERS),
            now,
        )

    def ask_out(self, member_id: int, cause: str, session: Session, now: datetime) -> None:
        """Let a member ask to leave the pool, or HR say why this membership should end."""
        member = session.get_one(PoolMember, member_id)
        person = session.get_one(Person, member.person_id)
        asked = {"number": member.number, "cause": cause}
        if cause == "appointed":
            asked["appointed_to"] = _APPOINTED_TO
        if cause == "voluntary":
            actor = accounts.actor_of(session, person.username)
        else:
            actor = self.one_of(session, Role.HR)
        self._start(session, "pool_exit", asked, actor, now)

    def review(self, given: dict[str, str], session: Session, now: datetime) -> None:
        """Open one cycle of reviews."""
        self._start(session, "review_cycle", given, self.one_of(session, POOL_MANAGERS), now)

    def _start(
        self,
        session: Session,
        process: str,
        data: dict[str, Any],
        actor: Actor,
        now: datetime,
    ) -> None:
        """Start a case as a person would who fills in its first form."""
        instances.start(session, process, data, actor=actor, now=now, calendar=self._calendar)

    def one_of(self, session: Session, group: str) -> Actor:
        """Return somebody of a group."""
        return accounts.actor_of(
            session, self._random.choice(sorted(groups.members_of(session, group)))
        )
