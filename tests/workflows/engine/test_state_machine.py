"""
A state machine plays the services at random, against a model of a few lines.

The case: Ada asks, a reviewer scores within two days or Ada chases, then an
answer is awaited and money is paid, which may fail. After every step each case
must be what the model says, and replaying its log must give its stored state.
"""

import itertools
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import ADA, BEN, CALENDAR, CLEO, HANA, SCORE, publish
from workflows.actors import Actor
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import (
    drafts,
    incidents,
    instances,
    messages,
    services,
    timers,
    user_tasks,
    verification,
)
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import CaseEnded, TransitionFailed
from workflows.engine.messages import NobodyWaits
from workflows.engine.tables import Draft, Incident, UserTask, UserTaskCandidate
from workflows.errors import Conflict, NotAllowed

PEOPLE = {actor.username: actor for actor in (ADA, BEN, CLEO)}
NAMES = st.sampled_from(sorted(PEOPLE))
PICK = st.integers(min_value=0, max_value=10**6)
SOAK = "UNDERSTUDY_SOAK" in os.environ
EXAMPLES, STEPS = (300, 50) if SOAK else (6, 25)
_tickets = itertools.count(1)


def desk() -> SourceFile:
    """The process that the model knows."""
    process = Process("desk").start().user("ask", assignee="ada").end()
    process.user("score", candidateGroups="reviewer", form="score")
    process.boundary("late", "score", timer(duration="P2D")).user("chase", assignee="ada")
    process.exclusive("merge").catch("listen", message="answer", correlation="=ticket")
    process.service("pay", "pay").chain("start", "ask", "score", "merge", "listen", "pay", "end")
    process.chain("late", "chase", "merge")
    return SourceFile("desk.bpmn", process.xml())


@dataclass
class Expected:
    """What the model knows of one case."""

    number: int
    ticket: str
    stage: str = "ask"  # ask, score, chase, listen, done, cancelled
    holder: str | None = "ada"
    due: datetime | None = None
    has_incident: bool = False
    drafts: set[str] = field(default_factory=set)
    closed: list[int] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.stage in ("done", "cancelled"):
            return {"done": "completed", "cancelled": "cancelled"}[self.stage]
        return "incident" if self.has_incident else "running"

    @property
    def has_work(self) -> bool:
        return self.stage in ("ask", "score", "chase")

    def go(self, stage: str, now: datetime) -> None:
        self.stage, self.drafts = stage, set()
        self.holder = "ada" if stage in ("ask", "chase") else None
        self.due = now + timedelta(days=2) if stage == "score" else None


class Desk(RuleBasedStateMachine):
    """The services, played at random."""

    database: Database
    broken: dict[str, bool]

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[Expected] = []
        self.clock = FixedClock(NOW)
        self.broken["pay"] = False

    # Choosing.

    def case(self, pick: int) -> Expected:
        return self.cases[pick % len(self.cases)]

    def open_row(self, case: Expected) -> int:
        with self.database.reading() as session:
            found = session.scalars(
                select(UserTask.id).where(
                    UserTask.instance_id == case.number, UserTask.state == "open"
                )
            ).all()
        assert len(found) == 1
        return found[0]

    def call(self, what: Any, *arguments: Any, actor: Actor = HANA, **facts: Any) -> Any:
        with self.database.unit_of_work() as session:
            return what(session, *arguments, actor=actor, now=self.clock.now(), **facts)

    def may_do(self, case: Expected, who: str) -> bool:
        if case.holder is None:
            return case.stage == "score" and who != "ada"
        return case.holder == who

    # What people and the world do.

    @rule()
    def start(self) -> None:
        if len(self.cases) == 3:
            return
        ticket = str(next(_tickets))
        started = self.call(
            instances.start, "desk", {"ticket": ticket}, actor=ADA, calendar=CALENDAR
        )
        self.cases.append(Expected(started.id, ticket))

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, who=NAMES)
    def complete(self, pick: int, who: str) -> None:
        case = self.case(pick)
        if not case.has_work:
            return
        row = self.open_row(case)
        data = {"score": pick % 101} if case.stage == "score" else {}
        facts = {"actor": PEOPLE[who], "calendar": CALENDAR}
        if not self.may_do(case, who):
            with pytest.raises((NotAllowed, Conflict)):
                self.call(user_tasks.complete, row, data, **facts)
            return
        self.call(user_tasks.complete, row, data, **facts)
        case.closed.append(row)
        case.go("score" if case.stage == "ask" else "listen", self.clock.now())

    @precondition(lambda self: any(case.closed for case in self.cases))
    @rule(pick=PICK, who=NAMES)
    def complete_again(self, pick: int, who: str) -> None:
        done = [row for case in self.cases for row in case.closed]
        with pytest.raises(Conflict):
            self.call(
                user_tasks.complete,
                done[pick % len(done)],
                {},
                actor=PEOPLE[who],
                calendar=CALENDAR,
            )

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, who=NAMES)
    def claim(self, pick: int, who: str) -> None:
        case = self.case(pick)
        if not case.has_work:
            return
        if not self.may_do(case, who):
            with pytest.raises((NotAllowed, Conflict)):
                self.call(user_tasks.claim, self.open_row(case), actor=PEOPLE[who])
            return
        self.call(user_tasks.claim, self.open_row(case), actor=PEOPLE[who])
        case.holder = who

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, who=NAMES)
    def release(self, pick: int, who: str) -> None:
        case = self.case(pick)
        if not case.has_work:
            return
        if case.holder is not None and (case.holder != who or case.stage != "score"):
            with pytest.raises(NotAllowed):
                self.call(user_tasks.release, self.open_row(case), actor=PEOPLE[who])
            return
        self.call(user_tasks.release, self.open_row(case), actor=PEOPLE[who])
        case.holder = None

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, who=NAMES)
    def reassign(self, pick: int, who: str) -> None:
        case = self.case(pick)
        if case.has_work:
            row = self.open_row(case)
            self.call(user_tasks.reassign, row, assignee=who, reason="holidays")
            case.holder = who

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, who=NAMES)
    def save_draft(self, pick: int, who: str) -> None:
        case = self.case(pick)
        if case.stage == "score":
            row = self.open_row(case)
            self.call(drafts.save_draft, row, {"comment": "half"}, actor=PEOPLE[who])
            case.drafts.add(who)

    @precondition(lambda self: self.cases)
    @rule(pick=PICK)
    def answer(self, pick: int) -> None:
        case = self.case(pick)
        facts: dict[str, Any] = {"correlation": case.ticket, "calendar": CALENDAR}
        if case.stage != "listen":
            with pytest.raises(NobodyWaits):
                self.call(messages.send, "answer", **facts)
        elif self.broken["pay"]:
            with pytest.raises(TransitionFailed):
                self.call(messages.send, "answer", **facts)
            case.has_incident = True
        else:
            self.call(messages.send, "answer", **facts)
            case.has_incident = False
            case.go("done", self.clock.now())

    @rule()
    def break_or_mend(self) -> None:
        self.broken["pay"] = not self.broken["pay"]

    @precondition(lambda self: any(case.has_incident for case in self.cases))
    @rule(pick=PICK)
    def retry(self, pick: int) -> None:
        stuck = [case for case in self.cases if case.has_incident]
        case = stuck[pick % len(stuck)]
        with self.database.reading() as session:
            number = session.scalars(
                select(Incident.id).where(
                    Incident.instance_id == case.number, Incident.resolved_at.is_(None)
                )
            ).one()
        facts: dict[str, Any] = {"reason": "again", "calendar": CALENDAR}
        if self.broken["pay"]:
            with pytest.raises(TransitionFailed):
                self.call(incidents.retry, number, **facts)
            return
        self.call(incidents.retry, number, **facts)
        case.has_incident = False
        case.go("done", self.clock.now())

    @rule(hours=st.integers(min_value=1, max_value=40))
    def time_passes(self, hours: int) -> None:
        self.clock.moment += timedelta(hours=hours)
        timers.fire_due(self.database, self.clock, CALENDAR)
        for case in self.cases:
            if case.due is not None and case.due <= self.clock.now():
                case.go("chase", self.clock.now())

    @precondition(lambda self: self.cases)
    @rule(pick=PICK, luck=st.integers(min_value=0, max_value=3))
    def cancel(self, pick: int, luck: int) -> None:
        case = self.case(pick)
        if case.stage in ("done", "cancelled"):
            with pytest.raises(CaseEnded):
                self.call(instances.cancel, case.number, reason="no need")
        elif luck == 0:
            self.call(instances.cancel, case.number, reason="no need")
            case.has_incident = False
            case.go("cancelled", self.clock.now())

    # What must hold after each of these.

    @invariant()
    def every_case_is_what_the_model_says(self) -> None:
        with self.database.reading() as session:
            for case in self.cases:
                stored = instances.get(session, case.number)
                assert stored.status == case.status
                rows = session.execute(
                    select(UserTask.id, UserTask.element_id, UserTask.assignee).where(
                        UserTask.instance_id == case.number, UserTask.state == "open"
                    )
                ).all()
                wanted = [(case.stage, case.holder)] if case.has_work else []
                assert [(row.element_id, row.assignee) for row in rows] == wanted
                self._check_rows_beside(session, case, [row.id for row in rows])
                assert list(verification.differences_of(session, case.number)) == []

    def _check_rows_beside(self, session: Any, case: Expected, rows: list[int]) -> None:
        of_case = select(UserTask.id).where(UserTask.instance_id == case.number)
        kept = session.scalars(select(Draft.username).where(Draft.user_task_id.in_(of_case)))
        assert set(kept) == case.drafts
        offers = session.scalars(
            select(UserTaskCandidate.user_task_id).where(
                UserTaskCandidate.user_task_id.in_(of_case)
            )
        )
        is_offered = case.stage == "score" and case.holder is None
        assert list(offers) == (rows if is_offered else [])

    def teardown(self) -> None:
        for case in self.cases:
            if case.stage not in ("done", "cancelled"):
                self.call(instances.cancel, case.number, reason="the end")


def test_the_services_do_what_a_simple_model_says(database, monkeypatch):
    broken = {"pay": False}

    def pay(_call: Any) -> dict[str, Any]:
        if broken["pay"]:
            raise RuntimeError
        return {"paid": True}

    monkeypatch.setattr(services, "_handlers", {"pay": pay})
    publish(database, desk(), SCORE)
    machine = type("DeskOfThisDatabase", (Desk,), {"database": database, "broken": broken})
    examples = EXAMPLES if database.is_sqlite or SOAK else EXAMPLES // 3

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
