"""Who is there: what the engine asks about people when a case does not go on."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.engine.stall_yardstick import Away, Whereabouts
from workflows.stand_in_tables import Absence
from workflows.vocabulary import Role


class Presence:
    """Knows which accounts are active, who is in which group, and who is away."""

    def whereabouts(
        self, session: Session, usernames: frozenset[str], groups: frozenset[str], *, day: date
    ) -> Whereabouts:
        """Return who of these is not there on a day, in four statements."""
        present = frozenset(
            session.scalars(
                select(Account.username).where(Account.username.in_(usernames), Account.is_active)
            )
        )
        members = self._members(session, groups)
        everybody = present.union(*members.values())
        away = self._away(session, everybody, day)
        return Whereabouts(
            left=usernames - present,
            empty=frozenset(group for group in groups if not members[group]),
            away={name: away[name] for name in present & away.keys()},
            away_groups=_deserted(members, away),
        )

    def empty(self, session: Session, groups: frozenset[str]) -> frozenset[str]:
        """Return the groups that have no active member."""
        members = self._members(session, groups)
        return frozenset(group for group in groups if not members[group])

    def _members(
        self, session: Session, groups: frozenset[str]
    ) -> defaultdict[str, frozenset[str]]:
        """Return the active accounts in each group or role."""
        found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        named = session.execute(
            select(GroupMember.group_name, GroupMember.username)
            .join(Account, Account.username == GroupMember.username)
            .where(GroupMember.group_name.in_(groups), Account.is_active)
        )
        for row in named:
            found[row.group_name] |= {row.username}
        roles = groups & set(Role)
        if roles:
            # Roles are a JSON list in the account; there are few accounts with roles.
            accounts = session.execute(
                select(Account.username, Account.roles).where(Account.is_active)
            )
            for account in accounts:
                for role in roles.intersection(account.roles):
                    found[role] |= {account.username}
        return found

    def _away(self, session: Session, usernames: Collection[str], day: date) -> Mapping[str, Away]:
        """Return who is away on a day without anybody who stands in and is there."""
        rows = session.execute(
            select(Absence.username, Absence.first_day, Absence.last_day, Absence.substitute).where(
                Absence.ended_at.is_(None), Absence.first_day <= day, Absence.last_day >= day
            )
        ).all()
        gone = {row.username for row in rows}
        return {
            row.username: Away(row.first_day, row.last_day)
            for row in rows
            if row.username in usernames and (row.substitute is None or row.substitute in gone)
        }


def _deserted(
    members: Mapping[str, frozenset[str]], away: Mapping[str, Away]
) -> Mapping[str, Away]:
    """Return the groups of which everybody is away, until the first one is back."""
    return {
        group: Away(
            max(away[name].since for name in names), min(away[name].until for name in names)
        )
        for group, names in members.items()
        if names and names <= away.keys()
    }


PRESENCE = Presence()
