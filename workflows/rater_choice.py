"""Who should rate a member: proposed from the units, the declared ties and the HR office."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflows import groups, people, units
from workflows.account_tables import Account
from workflows.people_tables import OrgUnit, Person, Relationship
from workflows.review_states import RaterGroup
from workflows.vocabulary import EmploymentStatus, RelationKind, Role

SMALLEST = 3  # peers or subordinates, where so many exist
MOST_OF_A_GROUP = 6
Choice = dict[RaterGroup, list[str]]


def propose(session: Session, subject: Person, *, manager: str | None) -> Choice:
    """Return whom to ask by group; nobody twice, and never the subject."""
    chosen: Choice = {
        RaterGroup.SUPERIOR: [manager] if manager else [],
        RaterGroup.MENTOR: _mentors(session, subject)[:1],
        RaterGroup.SUBORDINATES: _subordinates(session, subject),
        RaterGroup.PEERS: _peers(session, subject),
        RaterGroup.PANEL: groups.members_of(session, Role.HR),
    }
    taken = {subject.username}
    for group, most in (
        (RaterGroup.SUPERIOR, 1),
        (RaterGroup.MENTOR, 1),
        (RaterGroup.PANEL, 1),
        (RaterGroup.SUBORDINATES, MOST_OF_A_GROUP),
        (RaterGroup.PEERS, MOST_OF_A_GROUP),
    ):
        chosen[group] = [name for name in chosen[group] if name not in taken][:most]
        taken.update(chosen[group])
    return chosen


def read(form: Mapping[str, Any]) -> Choice:
    """Return the choice that a form holds."""
    one = {RaterGroup.SUPERIOR: form.get("superior"), RaterGroup.MENTOR: form.get("mentor")}
    chosen: Choice = {group: [name] if name else [] for group, name in one.items()}
    for group in (RaterGroup.PANEL, RaterGroup.PEERS, RaterGroup.SUBORDINATES):
        chosen[group] = list(dict.fromkeys(form.get(group.value) or []))
    return chosen


def objection(session: Session, subject: Person, chosen: Choice) -> str | None:
    """Say why a choice cannot stand, if so."""
    names = [name for group in chosen.values() for name in group]
    if subject.username in names:
        return "The member cannot rate the own work."
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"One seat for each person: {', '.join(twice)} is named twice."
    strangers = unknown(session, chosen)
    if strangers:
        return f"These people cannot rate: {', '.join(strangers)}."
    for group, found in (
        (RaterGroup.PEERS, _peers(session, subject)),
        (RaterGroup.SUBORDINATES, _subordinates(session, subject)),
    ):
        # Whoever rates in another group is not missing in this one.
        free = set(found) - set(names) | set(found) & set(chosen[group])
        if len(chosen[group]) < min(SMALLEST, len(free)):
            return f"At least {SMALLEST} {group.value} are needed where there are so many."
    return None


def mended(session: Session, subject: Person, chosen: Choice) -> Choice:
    """Return a choice without whoever cannot rate, filled up where a group became too small."""
    taken, kept = {subject.username, *unknown(session, chosen)}, {}
    for group, names in chosen.items():
        kept[group] = [name for name in names if name not in taken]
        taken.update(kept[group])
    for group, found in (
        (RaterGroup.PEERS, _peers(session, subject)),
        (RaterGroup.SUBORDINATES, _subordinates(session, subject)),
    ):
        missing = max(0, SMALLEST - len(kept[group]))
        kept[group] += [name for name in found if name not in taken][:missing]
        taken.update(kept[group])
    return kept


def unknown(session: Session, chosen: Choice) -> list[str]:
    """Return who is named but cannot sign in."""
    names = [name for group in chosen.values() for name in group]
    active = _with_account(session, names)
    return [name for name in names if name not in active]


def in_words(session: Session, chosen: Choice) -> list[str]:
    """Return the choice by group, with names."""
    names = people.names_of(session, [name for group in chosen.values() for name in group])
    return [
        f"{group.value}: {', '.join(names.get(name, name) for name in found) or 'nobody'}"
        for group, found in chosen.items()
    ]


def _peers(session: Session, subject: Person) -> list[str]:
    """Return who works on the same level in the unit, then in the units beside it."""
    unit = session.get_one(OrgUnit, subject.unit_id)
    beside = select(OrgUnit.id).where(
        or_(OrgUnit.id == unit.id, OrgUnit.parent_id == unit.parent_id)
        if unit.parent_id is not None
        else OrgUnit.id == unit.id
    )
    heads = set(units.superiors(session, subject))
    rows = session.execute(
        select(Person.username, Person.unit_id)
        .where(Person.unit_id.in_(beside), Person.level_rank == subject.level_rank)
        .where(Person.employment_status == EmploymentStatus.ACTIVE, Person.id != subject.id)
        .order_by(Person.sort_name, Person.id)
    ).all()
    ordered = sorted(rows, key=lambda row: row.unit_id != unit.id)
    names = [row.username for row in ordered if row.username not in heads]
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _subordinates(session: Session, subject: Person) -> list[str]:
    """Return who works in the units that the subject leads."""
    names = session.scalars(
        select(Person.username)
        .join(OrgUnit, OrgUnit.id == Person.unit_id)
        .where(OrgUnit.head_username == subject.username, Person.id != subject.id)
        .where(Person.employment_status == EmploymentStatus.ACTIVE)
        .order_by(Person.sort_name, Person.id)
    ).all()
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _mentors(session: Session, subject: Person) -> list[str]:
    """Return who mentors the subject now."""
    names = session.scalars(
        select(Person.username)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(Relationship.other_id == subject.id, Relationship.kind == RelationKind.MENTOR)
        .where(Relationship.until.is_(None))
        .order_by(Person.id)
    ).all()
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _with_account(session: Session, names: Sequence[str]) -> set[str]:
    """Return those who can sign in."""
    return set(
        session.scalars(
            select(Account.username).where(Account.username.in_(names), Account.is_active)
        )
    )
