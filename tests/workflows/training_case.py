"""The training of a member, played by name: an organisation with a training officer."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.workflows.member_case import MemberCase, make_member
from tests.workflows.staff import declare_mentor
from workflows import groups, people
from workflows.course_tables import Course
from workflows.database import Database
from workflows.people_tables import ExperienceSpell
from workflows.training_records import current
from workflows.training_states import HoursKind
from workflows.training_tables import HoursLedger, TrainingItem, TrainingPlan
from workflows.vocabulary import SpellKind, Temperature

REASON = "This is the reason, in one sentence."
MEASURE = {
    "objective": "Learn how the front line works.",
    "goal": "Half of the pool knows the front line.",
    "evidence": "A report of the host.",
    "relocates": False,
    "is_hazardous": False,
}
YES = {"agrees": True, "reason": REASON}
NO = {"agrees": False, "reason": REASON}


def make_training(database: Database) -> "TrainingCase":
    """Take Cara into the pool; Ron is the training officer, Rita her mentor."""
    member_id = make_member(database)
    case = TrainingCase(database, member_id)
    with database.unit_of_work() as session:
        groups.join(session, "ron", "training-officer")
        declare_mentor(session, "rita", "cara", now=case.clock.now())
        session.add(Course(code="LAW", title="Administrative law", class_hours=42))
    return case


class TrainingCase(MemberCase):
    """What goes on about the training of Cara: Nora is her head, Ron the officer."""

    def start(self) -> "TrainingCase":
        """Let the membership become active."""
        self.tell("member.activated", "x", member_id=self.member_id)
        self.begun("training")
        return self

    def draft(self, *measures: str, **more: Any) -> "TrainingCase":
        """Let Cara choose, and Rita say what each measure is about."""
        given = {"measures": list(measures), "wishes": "I want to learn.", "hardship": False}
        self.do("draft", "cara", **{**given, **more})
        return self

    def shape(self, **more: Any) -> "TrainingCase":
        """Let Rita say what the next measure is about."""
        self.do("shape_measure", "rita", **{**MEASURE, **more})
        return self

    def approve(self) -> "TrainingCase":
        """Let Nora find the plan feasible and approve it."""
        self.do("feasible", "nora", **YES)
        self.do("approve", "nora", **YES)
        return self

    def planned(self, *measures: str, **more: Any) -> "TrainingCase":
        """Bring a plan into force; what is told of a measure goes for all of them."""
        self.start().draft(*measures)
        for _ in measures:
            self.shape(**more)
        return self.approve()

    def signal(self, name: str, correlation: object, **payload: Any) -> int:
        """Send a message to the case."""
        return self.tell(name, str(correlation), **payload)

    @property
    def plan(self) -> TrainingPlan:
        """The plan in force or in the making."""
        with self.database.reading() as session:
            found = current(session, self.member_id)
        assert found is not None
        return found

    def item(self, code: str) -> TrainingItem:
        """The newest measure with this code."""
        query = select(TrainingItem).where(TrainingItem.code == code)
        with self.database.reading() as session:
            return session.scalars(query.order_by(TrainingItem.id.desc())).all()[0]

    def book(self, organised: float = 0, own: float = 0) -> "TrainingCase":
        """Write hours into the ledger as if they had been learned."""
        with self.database.unit_of_work() as session:
            for kind, hours in ((HoursKind.ORGANISED, organised), (HoursKind.SELF, own)):
                if hours:
                    session.add(
                        HoursLedger(
                            member_id=self.member_id,
                            kind=kind,
                            hours=hours,
                            source="Test",
                            approved_by="ron",
                            counts_toward_year=self.plan.year,
                            booked_at=self.clock.now(),
                        )
                    )
        return self

    def worked(self, *spells: tuple[str, str, str, str | None]) -> "TrainingCase":
        """Replace the experience of Cara: kind, temperature, since, until."""
        with self.database.unit_of_work() as session:
            cara = people.by_username(session, "cara")
            for old in session.scalars(
                select(ExperienceSpell).where(ExperienceSpell.person_id == cara.id)
            ):
                session.delete(old)
            for kind, temperature, since, until in spells:
                session.add(
                    ExperienceSpell(
                        person_id=cara.id,
                        kind=SpellKind(kind),
                        temperature=Temperature(temperature),
                        since=date.fromisoformat(since),
                        until=date.fromisoformat(until) if until else None,
                    )
                )
        return self
