"""Who should rate a member: proposed from the units, the declared ties and the HR office."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import groups, people, units
from workflows.account_tables import Account
from workflows.engine import entity_queries
from workflows.engine.any_of import any_of
from workflows.engine.prepared import Prepared
from workflows.people_tables import OrgUnit, Person, Relationship
from workflows.review_states import RaterGroup
from workflows.vocabulary import EmploymentStatus, RelationKind, Role

SMALLEST = 3  # peers or subordinates, where so many exist
MOST_OF_A_GROUP = 6
Choice = dict[RaterGroup, list[str]]

_ACTIVE = Prepared(
    select(Account.username).where(any_of(Account.username, "names"), Account.is_active),
    of_entities=True,
)
# Of a unit that stands at the top no parent is known, and no other unit beside it.
_ON_THE_LEVEL = Prepared(
    select(Person.username, Person.unit_id)
    .where(
        Person.unit_id.in_(
            select(OrgUnit.id).where(
                or_(OrgUnit.id == bindparam("unit"), OrgUnit.parent_id == bindparam("parent"))
            )
        ),
        Person.level_rank == bindparam("level"),
        Person.employment_status == EmploymentStatus.ACTIVE,
        Person.id != bindparam("subject"),
    )
    .order_by(Person.sort_name, Person.id),
    of_entities=True,
)
_LED_BY = Prepared(
    select(Person.username)
    .join(OrgUnit, OrgUnit.id == Person.unit_id)
    .where(OrgUnit.head_username == bindparam("username"), Person.id != bindparam("subject"))
    .where(Person.employment_status == EmploymentStatus.ACTIVE)
    .order_by(Person.sort_name, Person.id),
    of_entities=True,
)
_MENTORS = Prepared(
    select(Person.username)
    .join(Relationship, Relationship.person_id == Person.id)
    .where(Relationship.other_id == bindparam("subject"), Relationship.until.is_(None))
    .where(Relationship.kind == RelationKind.MENTOR)
    .order_by(Person.id),
    of_entities=True,
)


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
        return str(Sentence("The member cannot rate the own work."))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        told = Sentence("One seat for each person: %(names)s is named twice.", names=twice)
        return str(told)
    strangers = unknown(session, chosen)
    if strangers:
        return str(Sentence("These people cannot rate: %(names)s.", names=strangers))
    for group, found in (
        (RaterGroup.PEERS, _peers(session, subject)),
        (RaterGroup.SUBORDINATES, _subordinates(session, subject)),
    ):
        # Whoever rates in another group is not missing in this one.
        free = set(found) - set(names) | set(found) & set(chosen[group])
        if len(chosen[group]) < min(SMALLEST, len(free)):
            return str(_too_few(group))
    return None


def _too_few(group: RaterGroup) -> Sentence:
    """Say that more people must rate in a group."""
    if group is RaterGroup.PEERS:
        return Sentence(
            "At least %(number)s peers are needed where there are so many.", number=SMALLEST
        )
    return Sentence(
        "At least %(number)s subordinates are needed where there are so many.", number=SMALLEST
    )


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
    unit = entity_queries.get_one(session, OrgUnit, subject.unit_id)
    heads = set(units.superiors(session, subject))
    rows = _ON_THE_LEVEL.rows(
        session,
        unit=unit.id,
        parent=unit.parent_id,
        level=subject.level_rank,
        subject=subject.id,
    )
    ordered = sorted(rows, key=lambda row: bool(row[1] != unit.id))
    names = [username for username, _ in ordered if username not in heads]
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _subordinates(session: Session, subject: Person) -> list[str]:
    """Return who works in the units that the subject leads."""
    rows = _LED_BY.rows(session, username=subject.username, subject=subject.id)
    names = [username for (username,) in rows]
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _mentors(session: Session, subject: Person) -> list[str]:
    """Return who mentors the subject now."""
    names = [username for (username,) in _MENTORS.rows(session, subject=subject.id)]
    active = _with_account(session, names)
    return [name for name in names if name in active]


def _with_account(session: Session, names: Sequence[str]) -> set[str]:
    """Return those who can sign in."""
    return {username for (username,) in _ACTIVE.rows(session, names=list(names))}
