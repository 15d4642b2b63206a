"""Named groups of accounts, such as panels and offices; user tasks are offered to them."""

from sqlalchemy import Text, bindparam, cast, delete, select
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.engine.prepared import Prepared
from workflows.errors import Invalid
from workflows.vocabulary import Role

POOL_MANAGER = "pool-manager"
CONDUCT_OFFICE = "conduct-office"
APPEALS_SECRETARY = "appeals-secretary"
TRAINING_OFFICER = "training-officer"

_ACTIVE = select(Account.username).where(Account.is_active).order_by(Account.username)
_WITH_ROLE = Prepared(
    _ACTIVE.where(cast(Account.roles, Text).contains(bindparam("named", type_=Text()))),
    of_entities=True,
)
_IN_GROUP = Prepared(
    _ACTIVE.where(
        Account.username.in_(
            select(GroupMember.username).where(GroupMember.group_name == bindparam("named"))
        )
    ),
    of_entities=True,
)


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
    query, named = (_WITH_ROLE, f'"{group}"') if group in set(Role) else (_IN_GROUP, group)
    return [username for (username,) in query.rows(session, named=named)]
