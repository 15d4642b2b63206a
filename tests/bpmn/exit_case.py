"""A member who leaves, played by name: who proposes, decides, votes and contests."""

from datetime import timedelta
from typing import Any

from tests.workflows.member_case import MemberCase
from tests.workflows.nomination_case import PANEL, REASON
from workflows import accounts, groups
from workflows.database import Database
from workflows.exit_tables import ExitCase
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

# Who may judge an appeal: no superior of the member, not of the panel, not of the member's unit.
JUDGES = ("hana", "hugo", "rex")


class ExitPlay(MemberCase):
    """What goes on about a member who may leave."""

    def __init__(self, database: Database, member_id: int) -> None:
        super().__init__(database, member_id)
        with database.unit_of_work() as session:
            groups.join(session, "bob", "appeals-secretary")

    def propose(self, cause: str, by: str = "hana", **more: Any) -> "ExitPlay":
        """Send the proposal that another process sends."""
        payload = {"member_id": self.member_id, "cause": cause, "proposed_by": by, **more}
        self.tell("exit.proposed", str(self.member_id), **payload)
        if self.instance_id == 0:
            self.begun("pool_exit")
        return self

    def ask(self, who: str, cause: str = "voluntary", **more: Any) -> "ExitPlay":
        """Fill in the form that starts an exit."""
        member_id, self.member_id = self.member_id, self.member_id
        number = self.member.number
        with self.database.unit_of_work() as session:
            from_form = {"number": number, "cause": cause, **more}
            self.instance_id = self._start(session, "pool_exit", who, from_form)
        self.member_id = member_id
        return self

    def change_member(self, **columns: Any) -> "ExitPlay":
        """Change the membership as time would have."""
        with self.database.unit_of_work() as session:
            member = session.get_one(PoolMember, self.member_id)
            for name, value in columns.items():
                setattr(member, name, value)
        return self
