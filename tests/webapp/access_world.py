"""Somebody of each role in each relation to a case, and an application to ask."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.webapp.conftest import Person
from tests.webapp.samples import CALENDAR, publish_sample
from tests.workflows.staff import add_person, add_pool, add_units
from workflows import accounts, memberships, packaged, units
from workflows.account_tables import Account, GroupMember
from workflows.actors import SYSTEM, Actor
from workflows.database import Database
from workflows.demo.logins import PASSWORD_HASH
from workflows.engine import incident_opening, instances
from workflows.engine.incident_opening import Trouble
from workflows.engine.tables import Duty, Incident, UserTask, UserTaskCandidate
from workflows.people_tables import Person as Employee
from workflows.vocabulary import Visibility

ROLES = (
    "member",
    "mentor",
    "reviewer",
    "manager",
    "hr",
    "pool-manager",
    "designer",
    "auditor",
    "administrator",
)
VISITOR = "visitor"
RELATIONS = (
    "subject",
    "nominator",
    "assignee",
    "candidate",
    "head",
    "other head",
    "unrelated",
)
STRANGER, WORKER, SPARE, LEAVER = "p.stranger", "p.worker", "p.spare", "p.leaver"
# Groups that are no role of their own; whoever is in them works in every office but one.
OFFICES = ("training-officer", "conduct-office", "appeals-secretary")
KINDS = ("", ".head", ".desk", ".office")


@dataclass(frozen=True)
class Target:
    """A case with a user task and an incident, made for one question."""

    case_id: int
    user_task_id: int
    incident_id: int


def username(role: str, relation: str) -> str:
    """Return who of a role stands in a relation; heads and candidates are people of their own."""
    kinds = {"head": ".head", "other head": ".head", "candidate": ".desk", "office": ".office"}
    return f"{role}{kinds.get(relation, '')}"


class World:
    """An organisation in which every role stands in every relation to some case."""

    def __init__(self, app: Flask, database: Database, now: datetime) -> None:
        self.app, self.database, self.now = app, database, now
        self._people: dict[str, Person] = {}
        self._tokens: dict[str, str] = {}
        with database.unit_of_work() as session:
            self._fill(session)

    def _fill(self, session: Session) -> None:
        """Make accounts, a unit for each head, pools and the sample process."""
        tree = add_units(session)
        for role in ROLES:
            for kind in KINDS:
                self._account(session, f"{role}{kind}", role, kind)
            unit = units.create(
                session, role[:8].upper(), name=role, parent=tree["O"], head_username=f"{role}.head"
            )
            add_person(session, f"p.{role}", unit)
            add_person(session, role, tree["O"])
        for name in (STRANGER, WORKER, SPARE, LEAVER):
            accounts.create(
                session,
                name,
                roles=["member"],
                person=add_person(session, name, tree["T"]),
                now=self.now,
            )
        pool = add_pool(session, tree["C"], "open")
        member = session.query(Employee).filter_by(username=STRANGER).one()
        number = memberships.create(session, member, pool, actor=SYSTEM, now=self.now).number
        self.member_number = str(number)
        add_pool(session, tree["C"], "secret", visibility=Visibility.CONFIDENTIAL)
        publish_sample(session, now=self.now)
        packaged.publish(session, now=self.now)
        session.flush()
        names = [f"{role}{kind}" for role in ROLES for kind in KINDS]
        self._tokens = {name: accounts.issue_token(session, name, self.now) for name in names}

    def _account(self, session: Session, name: str, role: str, kind: str) -> None:
        """Make an account that has one role; a pool manager is a member in a group."""
        roles = ["member"] if role == "pool-manager" else [role]
        facts = {"username": name, "name": name.title(), "roles": roles, "created_at": self.now}
        session.execute(insert(Account), {**facts, "password_hash": PASSWORD_HASH})
        of_kind = {".desk": ("desk",), ".office": OFFICES}.get(kind, ())
        for group in (*of_kind, *(["pool-manager"] if role == "pool-manager" else [])):
            session.execute(insert(GroupMember), {"username": name, "group_name": group})

    def target_for(self, role: str, relation: str) -> Target:
        """Make a case to which somebody of a role stands in a relation."""
        with self.database.unit_of_work() as session:
            return self.target(session, role, relation)

    def target(self, session: Session, role: str, relation: str) -> Target:
        """Make such a case together with something else."""
        who = username(role, relation)
        starter = who if relation == "nominator" else STRANGER
        subject = {"subject": who, "head": f"p.{role}"}.get(relation, STRANGER)
        case = instances.start(
            session,
            "sample",
            {"subject_name": "Amina Diallo"},
            actor=Actor(starter, starter),
            now=self.now,
            calendar=CALENDAR,
        )
        session.add(Duty(instance_id=case.id, duty="subject", username=subject))
        user_task = session.query(UserTask).filter_by(instance_id=case.id).one()
        one = UserTaskCandidate.user_task_id == user_task.id
        session.execute(delete(UserTaskCandidate).where(one))
        if relation == "candidate":
            user_task.candidate_groups = ["desk"]
            session.add(UserTaskCandidate(user_task_id=user_task.id, group_name="desk"))
        else:
            user_task.candidate_groups = []
            user_task.assignee = who if relation == "assignee" else WORKER
        session.flush()
        return Target(case.id, user_task.id, self._incident(session, case.id))

    def _incident(self, session: Session, case_id: int) -> int:
        """Let something fail in a case."""
        trouble = Trouble(
            instance_id=case_id,
            kind="inconsistent",
            message="It does not agree.",
            command={"kind": "check_case"},
            at=self.now,
            actor="system",
        )
        incident_opening.open_incident(session, trouble)
        session.flush()
        return session.query(Incident.id).filter_by(instance_id=case_id).scalar() or 0

    def ask(self, who: str, method: str, address: str) -> TestResponse:
        """Send one request for somebody, with what it needs to be understood."""
        if address.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who != VISITOR else {}
            return self._call(self.app.test_client(), method, address, headers)
        person = self._person(who)
        if method == "GET":
            return person.get(address)
        return person.post(address, _form(address))

    def _call(
        self, client: FlaskClient, method: str, address: str, headers: dict[str, str]
    ) -> TestResponse:
        """Send one request to the API."""
        if method == "GET":
            return client.get(address, headers=headers)
        if address.endswith("/definitions"):
            files = {"files": [(BytesIO(b"{}"), "x.form.json")]}
            return client.post(address, data=files, headers=headers)
        return client.post(address, json=_body(address), headers=headers)

    def _person(self, who: str) -> Person:
        """Return somebody at a browser, signed in once."""
        if who == VISITOR:
            visitor = Person(self.app.test_client())
            visitor.get("/sign-in")
            return visitor
        if who not in self._people:
            self._people[who] = Person(self.app.test_client())
            self._people[who].begin(who)
        return self._people[who]


FORM: dict[str, object] = {"reason": "Because of the matrix", "person": SPARE}
FORMS: dict[str, dict[str, object]] = {
    "/desk/event-log/": {"kind": "xes"},
    "/nominations/new": {
        "pool": "open",
        "candidate": STRANGER,
        "channel": "unit",
        "statement": "She leads by example, and people follow her.",
    },
    "/leavers/": {"person": LEAVER},
    "/account/absences": {
        "person": SPARE,
        "first_day": "2026-12-01",
        "last_day": "2026-12-02",
    },
    "delegate": {**FORM, "until": "2026-12-04"},
    "questions": {"person": STRANGER, "text": "In which year was that?"},
}
BODIES: dict[str, dict[str, Any]] = {
    "complete": {"data": {}},
    "claim": {},
    "release": {},
    "instances": {"definition": "sample", "data": {"subject_name": "Amina Diallo"}},
    "messages": {"name": "nobody.waits"},
    "evaluate": {"inputs": {}},
    "clock": {"advance": "P1D"},
    "move": {"reason": "Because", "from_element": "review", "to_element": "tell"},
}


def _form(address: str) -> dict[str, object]:
    """Return a form that a page understands: that of its address, or of its last part."""
    path = address.split("?", maxsplit=1)[0]
    return FORMS.get(path) or FORMS.get(path.rpartition("/")[2]) or FORM


def _body(address: str) -> dict[str, Any]:
    """Return a body that a call understands."""
    return BODIES.get(address.rpartition("/")[2], {"reason": "Because of the matrix"})
