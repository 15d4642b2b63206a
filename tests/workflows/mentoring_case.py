"""People who can mentor, and the steps of a pairing played by name."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.member_case import MemberCase, make_member, make_organisation
from tests.workflows.nomination_case import CALENDAR
from workflows import accounts, leavers, people, units
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import definitions, packing
from workflows.engine.definitions import SourceFile
from workflows.engine.occasion import Occasion
from workflows.engine.tables import DecisionRecord, HistoryEvent, Instance
from workflows.mentoring_tables import MentorPairing
from workflows.people_tables import Person
from workflows.pool_tables import Pool

MENTORS = ("mona", "milo", "mira", "moses")
_LISTENER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:understudy="urn:understudy:bpmn:1" id="listener_file" targetNamespace="urn:test">
  <bpmn:message id="m" name="NAME" />
  <bpmn:process id="listener" name="Listener" isExecutable="true">
    <bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing>
      <bpmn:messageEventDefinition id="d" messageRef="m" /></bpmn:startEvent>
    <bpmn:userTask id="u" name="Heard" understudy:assignee="hana">
      <bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="e"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="u" />
    <bpmn:sequenceFlow id="g" sourceRef="u" targetRef="e" />
  </bpmn:process>
</bpmn:definitions>"""
AGREEMENT = {
    "goals": "Lead a first project.",
    "values": "We talk about it.",
    "conduct": "She comes along.",
    "professional": "We plan together.",
    "cadence": "monthly",
    "confidential": True,
}


def add_mentor(database: Database, username: str, *, rank: int = 2, unit: str = "OUT") -> None:
    """Add somebody with the role of a mentor."""
    with database.unit_of_work() as session:
        name = username.title()
        person = Person(
            number=f"M-{username}",
            username=username,
            given_name=name,
            family_name="Example",
            unit_id=units.by_code(session, unit).id,
            level_rank=rank,
            level_since=date(2020, 1, 1),
            hire_date=date(2010, 1, 1),
            **people.name_keys(name, "Example", f"M-{username}", username),
        )
        session.add(person)
        session.flush()
        accounts.create(session, username, roles=["mentor"], person=person, now=NOW)


class MentoringCase(MemberCase):
    """Cara among people who could mentor her."""

    @classmethod
    def make(cls, database: Database, *mentors: str) -> "MentoringCase":
        """Make the organisation, Cara's membership, and some mentors."""
        make_organisation(database)
        case = cls(database, make_member(database))
        for username in mentors:
            add_mentor(database, username)
        return case

    def allow(self, **policy: Any) -> "MentoringCase":
        """Change the policy of the pool."""
        with self.database.unit_of_work() as session:
            pool = session.scalars(select(Pool)).one()
            pool.policy = {**pool.policy, **policy}
        return self

    def listen(self, message: str) -> "MentoringCase":
        """Let a case begin with each message of a name, so that its payload can be read."""
        with self.database.unit_of_work() as session:
            file = SourceFile("listener.bpmn", _LISTENER.replace("NAME", message).encode())
            definitions.publish(session, [file], actor=SYSTEM, now=NOW)
        return self

    def heard(self) -> list[dict[str, Any]]:
        """Return the payloads of the messages that were listened to, in order."""
        return [dict(row.data) for row in self.rows(Instance) if row.definition_key == "listener"]

    def kept(self) -> str:
        """Return everything that the case keeps for its own and that its history shows."""
        with self.database.reading() as session:
            instance = session.get_one(Instance, self.instance_id)
            state = packing.unpack(instance.state, 9, "state") if instance.state else None
            history = session.scalars(
                select(HistoryEvent.data).where(HistoryEvent.instance_id == self.instance_id)
            ).all()
            return f"{instance.data} {state} {history}"

    def pair(self, mentor: str = "mona") -> "MentoringCase":
        """Let the member choose one mentor, who accepts."""
        self.begin("mentoring").do("choose", "cara", first=mentor)
        self.do("accept", mentor, accepts=True)
        return self

    def leave(self, username: str) -> None:
        """Let somebody leave the organisation; the cases that wait for it hear of it."""
        with self.database.unit_of_work() as session:
            leavers.leave(session, username, occasion=Occasion(SYSTEM, self.clock.now(), CALENDAR))

    def agree(self, mentor: str = "mona") -> "MentoringCase":
        """Go on from a pairing to the time after the first meeting."""
        self.do("agree", mentor, **AGREEMENT).do("confirm", "cara", agrees=True)
        met = {"held_on": "2026-12-20", "kind": "values", "visibility": "private"}
        self.do("first_meeting", mentor, **met)
        return self

    @property
    def pairings(self) -> list[tuple[str, str, str]]:
        """Mentor, kind and reason of the end of every pairing in order."""
        return [(row.mentor, row.kind.value, row.end_reason) for row in self.rows(MentorPairing)]

    def judged(self) -> list[tuple[dict[str, Any], str]]:
        """Return the inputs and the outcome of every eligibility that was decided, in order."""
        return [
            (row.inputs, row.output)
            for row in self.rows(DecisionRecord)
            if row.decision_key == "mentor_eligibility"
        ]
