"""Who acts: the account behind a request, a command or a worker."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """
    An account that acts, with the rights it has at this moment.

    Attributes:
        username: Key of the account; user tasks name their assignee by it.
        name: What people call the actor.
        groups: Every group that may be offered user tasks: the roles of the
            account (`hr`, `reviewer`, `manager`, ...) and named groups
            such as `panel:leaders` or `conduct-office`.
        roles: The roles of SECURITY terms; a subset of `groups`.

    """

    username: str
    name: str
    groups: frozenset[str] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)

    def has_role(self, *roles: str) -> bool:
        """Say whether the actor has at least one of the roles."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor("system", "System")
