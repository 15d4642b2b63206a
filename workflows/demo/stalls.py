"""Ten cases of the demonstration that stand still, each for another reason."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows import absences
from workflows.actors import SYSTEM, Actor
from workflows.demo.organisation import Organisation
from workflows.demo.workforce import Employee
from workflows.engine import commands, definitions, incident_opening, instances, stalled, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.incident_opening import Trouble
from workflows.engine.tables import Outbox, UserTask
from workflows.engine.transition import CompleteUserTask, WorkingCalendar
from workflows.presence import PRESENCE
from workflows.vocabulary import EmploymentStatus

KEY = "short_assignment"
FILE = f"{KEY}.bpmn"
# Kind of each case, and how many working days ago it began. The kinds are those of the process.
SEEDS = {
    "request": 9,  # long past its time
    "advice": 14,  # others took two days
    "visa": 15,  # nothing happens
    "insurance": 5,  # offered to a group in which nobody is
    "journey": 4,  # no process sends what it waits for
    "host": 13,  # what it waits for does not come
    "papers": 4,  # one of two paths never comes to the join
    "circle": 7,  # comes back again and again
    "away": 2,  # whoever has it is away
    "failed": 6,  # completing it failed
}
_CALLED_OFF = "It was overtaken by events."
_ROUNDS = 4
_USUAL_CASES, _USUAL_DAYS = 12, 2
_AWAY_DAYS = 21
_TROUBLE = "The travel office did not answer within ten seconds."


def call_off(session: Session, *, now: datetime, calendar: WorkingCalendar) -> None:
    """Cancel what has stalled already, so that only the ten cases do."""
    for case in stalled.survey(session, now=now, people=PRESENCE, calendar=calendar):
        instances.cancel(session, case.instance.id, reason=_CALLED_OFF, actor=SYSTEM, now=now)


def make(
    session: Session, organisation: Organisation, *, now: datetime, calendar: WorkingCalendar
) -> None:
    """Publish the process of short assignments, and let ten of its cases stall."""
    Stalls(session, organisation, now, calendar).make()


class Stalls:
    """Starts the cases in the past, and leaves each where it cannot go on by itself."""

    def __init__(
        self, session: Session, organisation: Organisation, now: datetime, calendar: WorkingCalendar
    ) -> None:
        self._session = session
        self._now = now
        self._calendar = calendar
        self._people = self._ordinary(organisation)

    def make(self) -> None:
        """Make the ten cases, after some that went as they should."""
        content = files("bpmn").joinpath("demo", FILE).read_bytes()
        at = self._ago(60)
        definitions.publish(self._session, [SourceFile(FILE, content)], actor=SYSTEM, now=at)
        for number in range(_USUAL_CASES):
            self._go_well(self._ago(20 + number))
        for kind, days in SEEDS.items():
            instance_id, holder = self._start(kind, self._ago(days))
            if kind == "circle":
                self._go_round(instance_id, holder)
            elif kind == "away":
                self._send_away(holder, days)
            elif kind == "failed":
                self._fail(instance_id, holder)
        # Nobody is told now what happened then.
        unsent = update(Outbox).where(Outbox.sent_at.is_(None))
        self._session.execute(unsent.values(sent_at=Outbox.created_at))

    def _ago(self, days: int) -> datetime:
        """Return the moment so many working days ago."""
        return self._calendar.add_working_days(self._now, -days)

    def _ordinary(self, organisation: Organisation) -> Iterator[Employee]:
        """Return people without a part in the demonstration, who have nothing to do yet."""
        busy = set(self._session.scalars(select(UserTask.assignee).where(UserTask.state == "open")))
        return (
            each
            for each in organisation.employees
            if not each.part
            and not each.is_head
            and each.status is EmploymentStatus.ACTIVE
            and each.username not in busy
        )

    def _start(self, kind: str, at: datetime) -> tuple[int, str]:
        """Start a case about one person for another one; return its number and who has it."""
        member, holder = islice(self._people, 2)
        facts = {
            "member": member.username,
            "member_name": f"{member.name.given} {member.name.family}",
            "holder": holder.username,
            "kind": kind,
        }
        started = instances.start(
            self._session, KEY, facts, actor=SYSTEM, now=at, calendar=self._calendar
        )
        return started.id, holder.username

    def _go_well(self, at: datetime) -> None:
        """Let a case go as it should."""
        instance_id, holder = self._start("advice", at)
        self._complete(instance_id, holder, self._calendar.add_working_days(at, _USUAL_DAYS))

    def _go_round(self, instance_id: int, holder: str) -> None:
        """Let a step be done some times, and come back each time."""
        for number in range(_ROUNDS):
            self._complete(instance_id, holder, self._ago(5 - number))

    def _send_away(self, holder: str, days: int) -> None:
        """Let somebody be away for weeks without a substitute."""
        first = self._ago(days).date()
        absences.enter(
            self._session,
            holder,
            first,
            first + timedelta(days=_AWAY_DAYS),
            actor=Actor(holder, holder),
            now=self._ago(days),
        )

    def _fail(self, instance_id: int, holder: str) -> None:
        """Note that completing a step failed, as the travel office was out of reach."""
        user_task = self._open(instance_id)
        command = commands.to_json(CompleteUserTask(user_task.token_id, {}), holder)
        trouble = Trouble(
            instance_id,
            "service_failed",
            _TROUBLE,
            command,
            self._ago(3),
            holder,
            user_task.element_id,
        )
        incident_opening.open_incident(self._session, trouble)

    def _complete(self, instance_id: int, holder: str, at: datetime) -> None:
        """Complete what is open in a case."""
        user_tasks.complete(
            self._session,
            self._open(instance_id).id,
            {},
            actor=Actor(holder, holder),
            now=at,
            calendar=self._calendar,
        )

    def _open(self, instance_id: int) -> UserTask:
        """Return the user task that is open in a case."""
        query = select(UserTask).where(
            UserTask.instance_id == instance_id, UserTask.state == "open"
        )
        return self._session.scalars(query).one()
