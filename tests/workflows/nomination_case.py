"""A small organisation and one nomination in it, played by name with a clock that is moved."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflows import accounts, nomination, packaged, people, pools, units
from workflows.account_tables import Notification
from workflows.actors import Actor
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import clock_control, compiled, instances, messages, places, user_tasks
from workflows.engine.tables import Instance, UserTask
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination
from workflows.people_tables import ExperienceSpell, GradeHistory, Level, OrgUnit, Person
from workflows.pool_tables import Pool
from workflows.vocabulary import Horizon, SpellKind

CALENDAR = OrganisationCalendar()
REVIEWERS = ("rex", "rita", "ron", "ruth")
PANEL = ("pam", "paul", "pete", "pia")
GROUPS = {
    "nora": ("manager",),
    "hedy": ("manager",),
    "hana": ("hr",),
    "hugo": ("hr",),
    "max": ("pool-manager",),
    "mia": ("pool-manager",),
    "cora": ("conduct-office",),
    **dict.fromkeys(REVIEWERS, ("reviewer",)),
    **dict.fromkeys(PANEL, ("panel:leaders",)),
    "pam": ("panel:leaders", "manager"),
}
ROLES = {"hr", "reviewer", "manager"}
OTHERS = ("cara", "bob", "ben")
REASON = "Because the facts of the case say so."
LETTER = {"reasons": "These are the reasons, and this is how to contest them."}
SCORES = ("values_conduct", "professional", "leadership", "results", "diligence", "integrity")


def make_organisation(database: Database, now: datetime = NOW) -> None:
    """
    Make units, people with their groups, one pool with a plan, and publish the processes.

    Where they are there already, as in the fixture `organisation`, nothing is left to do.
    """
    with database.unit_of_work() as session:
        if session.scalar(select(Level.rank).limit(1)) is not None:
            return
        for rank in (1, 2):
            session.add(Level(rank=rank, name=f"Level {rank}"))
        top = units.create(session, "TOP", name="Head office", head_username="hedy")
        inner = units.create(session, "IN", name="Inner", parent=top, head_username="nora")
        outer = units.create(session, "OUT", name="Outer", parent=top)
        session.flush()
        for number, name in enumerate((*OTHERS, *GROUPS)):
            unit = inner if name in ("cara", "nora") else top if name == "hedy" else outer
            _make_person(session, name, number, unit, now)
        pool = pools.create(
            session,
            "leaders",
            name="Leaders",
            owner_unit=top,
            target_level_rank=2,
            channels=["unit", "self", "ballot"],
            panel_seats=4,
        )
        cell = (1, "general", Horizon.MID)
        plans = [
            pools.draft_plan(session, pool, year=year, cells=[(cell, (0, 1, 2))])
            for year in (now.year, now.year + 1)
        ]
        for plan in plans:
            pools.approve_plan(session, plan, actor=Actor("max", "Max"), now=now)
        packaged.publish(session, now=now)


def _make_person(session: Any, name: str, number: int, unit: OrgUnit, now: datetime) -> None:
    """Make one person who may be nominated, with an account in the right groups."""
    person = Person(
        number=f"P{number:03}",
        username=name,
        given_name=name.title(),
        family_name="Example",
        unit_id=unit.id,
        level_rank=1,
        level_since=date(2023, 1, 1),
        hire_date=date(2016, 1, 1),
        education_rank=3,
        **people.name_keys(name.title(), "Example", f"P{number:03}", name),
    )
    session.add(person)
    session.flush()
    session.add(
        ExperienceSpell(person_id=person.id, kind=SpellKind.FRONTLINE, since=date(2016, 1, 1))
    )
    for year, grade in ((2023, "B"), (2024, "A"), (2025, "B")):
        session.add(GradeHistory(person_id=person.id, year=year, grade=grade))
    mine = GROUPS.get(name, ())
    accounts.create(
        session,
        name,
        roles=[group for group in mine if group in ROLES] or ["member"],
        in_groups=[group for group in mine if group not in ROLES],
        person=person,
        now=now,
    )


class Case:
    """One nomination, from outside: who does what, and how far it is."""

    def __init__(self, database: Database, now: datetime = NOW) -> None:
        self.database = database
        self.clock = FixedClock(now)
        self.instance_id = 0
        self.candidate = "cara"

    def submit(self, **facts: Any) -> "Case":
        """Let Nora nominate Cara."""
        given: dict[str, Any] = {
            "candidate": "cara",
            "pool": "leaders",
            "channel": "unit",
            "statement": "She leads by example, and people follow her.",
            **facts,
        }
        by = given.pop("by", "nora")
        self.candidate = given["candidate"]
        with self.database.unit_of_work() as session:
            entry = nomination.submit(
                session,
                **given,
                actor=accounts.actor_of(session, by),
                now=self.clock.now(),
                calendar=CALENDAR,
            )
            assert entry.instance_id is not None
            self.instance_id = entry.instance_id
        return self

    def do(self, element: str, who: str, /, **data: Any) -> "Case":
        """Complete the open user task of an element that this person may do."""
        with self.database.unit_of_work() as session:
            actor = accounts.actor_of(session, who)
            found = self._mine(self._open(session, element), actor)
            assert found, f"{who} has no {element}; open: {self.open}"
            user_tasks.complete(
                session, found[0].id, data, actor=actor, now=self.clock.now(), calendar=CALENDAR
            )
        return self

    def wait(self, duration: str) -> "Case":
        """Let time pass, with everything that becomes due."""
        clock_control.advance(self.database, self.clock, duration, CALENDAR)
        return self

    def tell(self, name: str, correlation: str, **payload: Any) -> int:
        """Send a message; answer how many cases it reached."""
        with self.database.unit_of_work() as session:
            return len(
                messages.send(
                    session,
                    name,
                    correlation=correlation,
                    payload=payload,
                    actor=accounts.actor_of(session, "hana"),
                    now=self.clock.now(),
                    calendar=CALENDAR,
                )
            )

    @property
    def open(self) -> list[str]:
        """The elements of the open user tasks, sorted."""
        with self.database.reading() as session:
            return sorted(each.element_id for each in self._open(session))

    def find(self, session: Session, element: str) -> UserTask:
        """Return the first open user task of an element."""
        return self._open(session, element)[0]

    def prefilled(self, element: str) -> dict[str, Any]:
        """Return what stands in the form of an open user task at first."""
        with self.database.reading() as session:
            user_task = self.find(session, element)
            form = user_tasks.form(session, user_task)
            instance, bundle = compiled.of_case(session, user_task.instance_id)
            seen = places.seen_by(instance.state, user_task.token_id, bundle.executable)
            assert form is not None
            return form.prefilled(seen or {})

    def assignees(self, element: str) -> list[str | None]:
        """Return who holds the open user tasks of an element."""
        with self.database.reading() as session:
            return [each.assignee for each in self._open(session, element)]

    def offered_to(self, element: str) -> list[str]:
        """Return the groups to which the first open user task of an element is offered."""
        with self.database.reading() as session:
            return list(self._open(session, element)[0].candidate_groups)

    def told(self, who: str) -> list[str]:
        """Return the notices that somebody got."""
        with self.database.reading() as session:
            query = select(Notification.text).where(Notification.recipient == who)
            return list(session.scalars(query.order_by(Notification.id)))

    @property
    def state(self) -> NominationState:
        """How far the nomination is."""
        return self.entry.state

    @property
    def entry(self) -> Nomination:
        """The nomination itself."""
        with self.database.reading() as session:
            return nomination.of_instance(session, self.instance_id)

    @property
    def instance(self) -> Instance:
        """The case itself."""
        with self.database.reading() as session:
            return instances.get(session, self.instance_id)

    def rows(self, table: Any) -> Sequence[Any]:
        """Return every row of a table, in order."""
        with self.database.reading() as session:
            return session.scalars(select(table).order_by(*table.__mapper__.primary_key)).all()

    def change_pool(self, **columns: Any) -> "Case":
        """Change the policy of the pool."""
        with self.database.unit_of_work() as session:
            pool = session.scalars(select(Pool)).one()
            for name, value in columns.items():
                setattr(pool, name, value)
        return self

    def _open(self, session: Any, element: str | None = None) -> list[UserTask]:
        query = select(UserTask).where(
            UserTask.instance_id == self.instance_id, UserTask.state == "open"
        )
        if element is not None:
            query = query.where(UserTask.element_id == element)
        return list(session.scalars(query.order_by(UserTask.id)))

    def _mine(self, found: list[UserTask], actor: Actor) -> list[UserTask]:
        return [
            each
            for each in found
            if each.assignee == actor.username
            or (each.assignee is None and actor.groups & set(each.candidate_groups))
        ]

    # The way that goes well, in stages.

    def to_screening(self, **facts: Any) -> "Case":
        """Nominate, and let the candidate agree."""
        self.submit(**facts)
        return self.do("consent", self.candidate, agrees=True, privacy_read=True)

    def to_vetting(self, **facts: Any) -> "Case":
        """Go through the screening."""
        return self.to_screening(**facts).do("completeness", "hana", is_complete=True)

    def answer_checks(self, **results: str) -> "Case":
        """Let every office answer."""
        for who in ("hana", "hana", "cora"):
            self.do("answer_evidence", who, result="clear", statement="Nothing is known.")
        return self

    def choose_reviewers(self, *names: str) -> "Case":
        """Confirm the reviewers."""
        return self.do("choose_reviewers", "max", reviewers=list(names or REVIEWERS[:3]))

    def declare_free(self, *names: str) -> "Case":
        """Let people declare that nothing binds them."""
        for name in names:
            self.do("declare", name, relation="none", financial_tie=False, other_declared=False)
        return self

    def assess(self, name: str, mark: int = 5) -> "Case":
        """Let a reviewer assess the candidate with the same mark everywhere."""
        return self.do("assess", name, **dict.fromkeys(SCORES, mark), comment="I have seen it.")

    def to_panel(self, **facts: Any) -> "Case":
        """Go through the vetting with a clear recommendation."""
        self.to_vetting(**facts).answer_checks().choose_reviewers()
        self.declare_free(*REVIEWERS[:3])
        for name in REVIEWERS[:3]:
            self.assess(name)
        return self.do("comment_facts", self.candidate)

    def vote(self, **votes: str) -> "Case":
        """Let panel members vote; whoever is not named declares, and votes yes."""
        self.declare_free(*PANEL)
        for name in PANEL:
            self.do("vote", name, vote=votes.get(name, "yes"))
        return self

    def close(self, **more: Any) -> "Case":
        """Let the secretary close the meeting."""
        data = {"minutes": "It was discussed at length.", "open_question": False, **more}
        return self.do("close_meeting", "mia", **data)

    def to_notice(self, **facts: Any) -> "Case":
        """Let the panel approve."""
        return self.to_panel(**facts).vote().close()

    def to_intake(self, **facts: Any) -> "Case":
        """Let the notice pass without an objection."""
        return self.to_notice(**facts).wait("P7BD")

    def take_in(self) -> "Case":
        """Go through the intake."""
        self.do("sign_agreement", "cara", signs=True, privacy_read=True)
        text = "Something that is true."
        self.do("self_assessment", "cara", strengths=text, wishes=text, aspiration=text)
        self.do("set_horizon", "max", horizon="near")
        return self.do("welcome_talk", "hedy", held_on="2026-12-20", notes="We talked.")
