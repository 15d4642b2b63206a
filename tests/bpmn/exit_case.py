"""A member who leaves, played by name: who proposes, decides, votes and contests."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select

from tests.workflows.member_case import MemberCase
from tests.workflows.nomination_case import CALENDAR, PANEL, REASON
from workflows import accounts, groups
from workflows.appeal_tables import Appeal
from workflows.database import Database
from workflows.engine import instances, messages
from workflows.engine.tables import UserTask
from workflows.exit_tables import ExitCase
from workflows.people_tables import GradeHistory
from workflows.pool_tables import PoolMember

SECRETARY = "bob"


class ExitPlay(MemberCase):
    """What goes on about a member who may leave."""

    def __init__(self, database: Database, member_id: int) -> None:
        super().__init__(database, member_id)
        with database.unit_of_work() as session:
            groups.join(session, SECRETARY, "appeals-secretary")

    def do(self, element: str, who: str, /, **data: Any) -> "ExitPlay":
        """Complete an open user task."""
        super().do(element, who, **data)
        return self

    def wait(self, duration: str) -> "ExitPlay":
        """Let time pass."""
        super().wait(duration)
        return self

    def change_pool(self, **columns: Any) -> "ExitPlay":
        """Change the policy of the pool."""
        super().change_pool(**columns)
        return self

    def propose(self, cause: str, by: str = "hana", **more: Any) -> "ExitPlay":
        """Send the proposal that another process sends."""
        payload = {"member_id": self.member_id, "cause": cause, "proposed_by": by, **more}
        self.tell("exit.proposed", str(self.member_id), **payload)
        return self

    def tell(self, name: str, correlation: str, **payload: Any) -> int:
        """Send a message, as HR if nobody else is named."""
        sender = payload.pop("sender", "hana")
        with self.database.unit_of_work() as session:
            return len(
                messages.send(
                    session,
                    name,
                    correlation=correlation,
                    payload=payload,
                    actor=accounts.actor_of(session, sender),
                    now=self.clock.now(),
                    calendar=CALENDAR,
                )
            )

    def ask(self, who: str, cause: str = "voluntary", **more: Any) -> "ExitPlay":
        """Fill in the form that starts an exit."""
        data = {"number": self.member.number, "cause": cause, **more}
        return self.start("pool_exit", who, data)

    def start(self, process: str, who: str, data: dict[str, Any]) -> "ExitPlay":
        """Start a process with the data of its form."""
        with self.database.unit_of_work() as session:
            self.instance_id = instances.start(
                session,
                process,
                data,
                actor=accounts.actor_of(session, who),
                now=self.clock.now(),
                calendar=CALENDAR,
            ).id
        return self

    def change_member(self, **columns: Any) -> "ExitPlay":
        """Change the membership as time would have."""
        with self.database.unit_of_work() as session:
            member = session.get_one(PoolMember, self.member_id)
            for name, value in columns.items():
                setattr(member, name, value)
        return self

    def grade(self, grade: str, year: int) -> "ExitPlay":
        """Give the person a grade; none and no year takes all away."""
        with self.database.unit_of_work() as session:
            person_id = self.member.person_id
            wanted = GradeHistory.person_id == person_id
            if year:
                wanted &= GradeHistory.year == year
            session.execute(delete(GradeHistory).where(wanted))
            if year:
                session.add(GradeHistory(person_id=person_id, year=year, grade=grade))
        return self

    def days(self, number: int) -> date:
        """Return the day so many days from now."""
        return self.clock.now().date() + timedelta(days=number)

    def open_everywhere(self) -> list[str]:
        """Return the elements of all open user tasks, in whatever case."""
        with self.database.reading() as session:
            open_ones = select(UserTask.element_id).where(UserTask.state == "open")
            return sorted(session.scalars(open_ones))

    @property
    def open(self) -> list[str]:
        """The elements of all open user tasks about the member."""
        return self.open_everywhere()

    @property
    def exit(self) -> ExitCase:
        """The newest exit of the member."""
        found: list[ExitCase] = [*self.rows(ExitCase)]
        return [each for each in found if each.member_id == self.member_id][-1]

    @property
    def appeal(self) -> Appeal:
        """The newest appeal."""
        found: list[Appeal] = [*self.rows(Appeal)]
        return found[-1]

    def poll(self, **votes: str) -> "ExitPlay":
        """Let the panel vote; whoever is not named says yes."""
        for name in PANEL:
            self.do("vote", name, vote=votes.get(name, "yes"))
        return self

    def to_decision(self, cause: str = "correction_failed", **votes: str) -> "ExitPlay":
        """Propose a removal, hear the member and let the panel vote."""
        self.propose(cause, evidence="Three plans without a result.")
        self.do("statement", "cara", statement="I was ill for half of the time.")
        return self.poll(**votes)

    def remove(self, decision: str = "exit", who: str = "nora") -> "ExitPlay":
        """Let the head decide."""
        self.do("decide", who, decision=decision, reason=REASON)
        return self

    def to_window(self, cause: str = "correction_failed") -> "ExitPlay":
        """Go on until the member may appeal."""
        self.to_decision(cause).remove()
        self.do("receipt", "cara", signature="signed")
        return self

    def contest(self) -> "ExitPlay":
        """Let the member appeal and the secretary admit it."""
        self.do(
            "file_appeal", "cara", ground="facts", statement="The plans had results, all of them."
        )
        self.do("admit", SECRETARY, is_admissible=True, reason="In time and with a ground.")
        return self

    def seat(self, *people: str) -> "ExitPlay":
        """Confirm the panel of the appeal and go on without a hearing."""
        self.do("confirm_panel", SECRETARY, people=list(people or self.proposed))
        self.do("hearing", SECRETARY, was_heard=False)
        return self

    @property
    def proposed(self) -> list[str]:
        """Whom the system proposes for the panel of the appeal."""
        with self.database.reading() as session:
            appeal = session.get_one(Appeal, self.appeal.id)
            instance = instances.get(session, appeal.instance_id or 0)
            return list(instance.data["proposed_panel"])

    def judge(self, *votes: str) -> "ExitPlay":
        """Let the three seats vote, then tell the member."""
        for name, vote in zip(self.assignees("vote"), votes, strict=True):
            self.do("vote", name or "", vote=vote, reason=REASON)
        self.do("reasons", SECRETARY, reasons="These are the reasons of the panel.")
        self.do("receipt", "cara", signature="signed")
        return self
