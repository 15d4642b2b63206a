"""Named groups of accounts, such as panels and offices; user tasks are offered to them."""

from sqlalchemy import Text, cast, delete, select
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.errors import Invalid
from workflows.vocabulary import Role

POOL_MANAGER = "pool-manager"
CONDUCT_OFFICE = "conduct-office"
APPEALS_SECRETARY = "appeals-secretary"
TRAINING_OFFICER = "training-officer"


class GroupRefused(Invalid):
    """The group cannot be as asked; the sentence says why."""


def join(session: Session, username: str, group: str) -> None:
    """
    Add an account to a named group; being in it already changes nothing.

    Raises:
        GroupRefused: The name is that of a role; roles are given, not joined.

    """
    if group in set(Role):
        raise GroupRefused(f'"{group}" is a role. Give the role instead of joining a group.')
    if session.get(GroupMember, (username, group)) is None:
        session.add(GroupMember(username=username, group_name=group))
        session.flush()


def leave(session: Session, username: str, group: str) -> None:
    """Take an account out of a named group."""
    session.execute(
        delete(GroupMember).where(GroupMember.username == username, GroupMember.group_name == group)
    )


def members_of(session: Session, group: str) -> list[str]:
    """Return the usernames of the active accounts in a group or role, in order."""
    if group in set(Role):
        belongs = cast(Account.roles, Text).contains(f'"{group}"')
    else:
        belongs = Account.username.in_(
            select(GroupMember.username).where(GroupMember.group_name == group)
        )
    return list(
        session.scalars(
            select(Account.username).where(belongs, Account.is_active).order_by(Account.username)
        )
    )
