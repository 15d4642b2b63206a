"""Who is there: what the engine asks about people when a case does not go on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.vocabulary import Role


class Presence:
    """Knows which accounts are active and which groups have somebody in them."""

    def absent(self, session: Session, usernames: frozenset[str]) -> frozenset[str]:
        """Return the usernames that belong to nobody who is active."""
        present = session.scalars(
            select(Account.username).where(Account.username.in_(usernames), Account.is_active)
        )
        return usernames - frozenset(present)

    def empty(self, session: Session, groups: frozenset[str]) -> frozenset[str]:
        """Return the groups that have no active member."""
        named = session.scalars(
            select(GroupMember.group_name)
            .join(Account, Account.username == GroupMember.username)
            .where(GroupMember.group_name.in_(groups), Account.is_active)
            .distinct()
        )
        filled = set(named)
        if groups & set(Role):
            # Roles are a JSON list in the account; there are few accounts with roles.
            for roles in session.scalars(select(Account.roles).where(Account.is_active)):
                filled.update(roles)
        return groups - filled


PRESENCE = Presence()
