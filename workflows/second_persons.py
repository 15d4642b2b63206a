"""Telling those who may give the second consent that somebody waits for it: each once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import accounts, groups, permissions
from workflows.actors import Actor
from workflows.case_facts import CaseFacts
from workflows.engine import outbox
from workflows.engine.tables import Outbox
from workflows.groups import POOL_MANAGER
from workflows.permissions import Action
from workflows.studio_access import DraftFacts
from workflows.vocabulary import Role

SKIP, MOVE, DATA = "approve_skip", "approve_move", "approve_data"
MIGRATION = "approve_migration"


def tell_of_case(
    session: Session,
    event: str,
    key: int,
    case: CaseFacts,
    name: str,
    *,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """
    Tell pool managers and HR of what waits for their consent in a case; return who was told.

    Whoever asked is not, and neither is whoever may not decide in this case.
    """
    action = Action.CHANGE_DATA if event == DATA else Action.UNBLOCK
    offices = (groups.members_of(session, group) for group in (POOL_MANAGER, Role.HR))
    people = [
        username
        for username in dict.fromkeys(each for office in offices for each in office)
        if username != actor.username
        and permissions.allows(accounts.actor_of(session, username), action, case)
    ]
    page = f"/stalled/{case.instance_id}/"
    facts = {"instance_id": case.instance_id, "page": page, "name": name}
    return _tell(session, event, key, people, facts, now=now)


def tell_of_migration(
    session: Session, key: int, process_name: str, hands: frozenset[str], *, now: datetime
) -> list[str]:
    """Tell everybody who may confirm a migration that one waits; return who was told."""
    facts = DraftFacts(hands)
    named = (groups.members_of(session, one) for one in (POOL_MANAGER, Role.HR, Role.DESIGNER))
    people = [
        username
        for username in dict.fromkeys(each for group in named for each in group)
        if permissions.allows(accounts.actor_of(session, username), Action.CONFIRM_MIGRATION, facts)
    ]
    payload = {"page": f"/migrations/{key}", "name": process_name}
    return _tell(session, MIGRATION, key, people, payload, now=now)


def _tell(
    session: Session,
    event: str,
    key: int,
    people: Iterable[str],
    payload: Mapping[str, object],
    *,
    now: datetime,
) -> list[str]:
    """Post a notice, with its mail, to everybody who did not get it before."""
    letters = {_letter(event, key, username): username for username in people}
    known = set(session.scalars(select(Outbox.id).where(Outbox.id.in_(letters))))
    fresh = {letter: username for letter, username in letters.items() if letter not in known}
    for letter, username in fresh.items():
        outbox.notify(session, letter, username, {"event": event, **payload}, now=now)
    return sorted(fresh.values())


def _letter(event: str, key: int, username: str) -> str:
    """Return the number of a notice: one for each request and person."""
    return f"{event}:{key}:{sha256(username.encode()).hexdigest()[:16]}"
