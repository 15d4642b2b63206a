"""Who may change drafts of processes and let cases migrate, and who may approve it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.actors import Actor
from workflows.groups import POOL_MANAGER
from workflows.permitted_actions import Action
from workflows.vocabulary import Role

_APPROVERS = frozenset({Role.DESIGNER, Role.HR, POOL_MANAGER})
_READERS = _APPROVERS | {Role.AUDITOR}


@dataclass(frozen=True)
class DraftFacts:
    """A draft or a migration that waits for approval: everybody who had a hand in it."""

    authors: frozenset[str] = frozenset()


def _reads(actor: Actor, _facts: Any) -> bool:
    """Let those who draw, those who approve, and auditors."""
    return not actor.groups.isdisjoint(_READERS)


def _draws(actor: Actor, _facts: Any) -> bool:
    """Let designers."""
    return actor.has_role(Role.DESIGNER)


def _approves(actor: Actor, facts: Any) -> bool:
    """Let designers, HR and pool managers, but nobody who had a hand in it."""
    authors = facts.authors if isinstance(facts, DraftFacts) else frozenset()
    return not actor.groups.isdisjoint(_APPROVERS) and actor.username not in authors


STUDIO_RULES: Mapping[Action, Any] = {
    Action.READ_DRAFTS: _reads,
    Action.EDIT_DRAFTS: _draws,
    Action.APPROVE_DRAFT: _approves,
    Action.SEE_MIGRATIONS: _reads,
    Action.MIGRATE_CASES: _draws,
    Action.CONFIRM_MIGRATION: _approves,
}
