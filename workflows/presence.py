"""Who is there: what the engine asks about people when a case does not go on."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.engine.stall_yardstick import Away, Whereabouts
from workflows.in_parts import in_parts
from workflows.stand_in_tables import Absence
from workflows.vocabulary import Role

_NAMES_AT_ONCE = 1_000


class Presence:
    """Knows which accounts are active, who is in which group, and who is away."""

    def whereabouts(
        self, session: Session, usernames: frozenset[str], groups: frozenset[str], *, day: date
    ) -> Whereabouts:
        """Return who of these is not there on a day, in four statements for a thousand names."""
        present = self._active(session, usernames)
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

    def _active(self, session: Session, usernames: frozenset[str]) -> frozenset[str]:
        """Return those of some accounts that are active; a database takes so many names at once."""
        found = set[str]()
        for part in in_parts(sorted(usernames), _NAMES_AT_ONCE):
            found.update(
                session.scalars(
                    select(Account.username).where(Account.username.in_(part), Account.is_active)
                )
            )
        return frozenset(found)

    def _members(
        self, session: Session, groups: frozenset[str]
    ) -> defaultdict[str, frozenset[str]]:
        """Return the active accounts in each group or role."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        named = session.execute(
            select(GroupMember.group_name, GroupMember.username)
            .join(Account, Account.username == GroupMember.username)
            .where(GroupMember.group_name.in_(groups), Account.is_active)
        )
        for row in named:
            found[row.group_name].add(row.username)
        roles = groups & set(Role)
        if roles:
            # Roles are a JSON list in the account; only those are read that hold one of these.
            held = (cast(Account.roles, Text).contains(f'"{role}"') for role in sorted(roles))
            accounts = session.execute(
                select(Account.username, Account.roles).where(Account.is_active, or_(*held))
            )
            for account in accounts:
                for role in roles.intersection(account.roles):
                    found[role].add(account.username)
        return defaultdict(frozenset, {group: frozenset(names) for group, names in found.items()})

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
