"""What the policy needs to know of the objects that somebody wants to see or change."""

from dataclasses import dataclass

from workflows.case_facts import CaseFacts
from workflows.vocabulary import Visibility


@dataclass(frozen=True)
class UserTaskFacts:
    """A user task as the policy sees it."""

    case: CaseFacts
    assignee: str | None
    candidate_groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NominationFacts:
    """A nomination that somebody wants to submit."""

    candidate: str
    channels: frozenset[str]


@dataclass(frozen=True)
class PersonFacts:
    """
    A person whose record somebody wants to read; `heads` are all superiors.

    `mentor` mentors the person in the membership that is looked at.
    """

    username: str
    heads: frozenset[str] = frozenset()
    mentor: str | None = None


@dataclass(frozen=True)
class PoolFacts:
    """A pool that somebody wants to look into."""

    code: str
    visibility: Visibility


@dataclass(frozen=True)
class ReviewFacts:
    """A review that somebody wants to read; `heads` are all superiors of its member."""

    member: str
    heads: frozenset[str] = frozenset()
    raters: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ExitFacts:
    """An exit or appeal: of whom, who stands above, and whether it is by choice."""

    member: str
    heads: frozenset[str] = frozenset()
    by_choice: bool = False
