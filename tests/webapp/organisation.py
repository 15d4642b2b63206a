"""A handful of people who can sign in, for tests of pages."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.demo.logins import LOGINS, PASSWORD, PASSWORD_HASH

__all__ = ["PASSWORD", "make_organisation"]

ACCOUNTS = tuple(login for login in LOGINS if login.username != "julien.moreau")


def make_organisation(session: Session, *, now: datetime) -> None:
    """Make the accounts of the well-known people; they all have one password."""
    session.execute(
        insert(Account),
        [
            {
                "username": login.username,
                "name": login.name,
                "roles": list(login.roles),
                "password_hash": PASSWORD_HASH,
                "created_at": now,
            }
            for login in ACCOUNTS
        ],
    )
    session.execute(
        insert(GroupMember),
        [
            {"username": login.username, "group_name": group}
            for login in ACCOUNTS
            for group in login.groups
        ],
    )
