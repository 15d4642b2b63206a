"""Conditions for lists of members: of whom an actor may know, and who is looked for."""

from sqlalchemy import ColumnElement, or_, select, true

from workflows import units
from workflows.actors import SYSTEM, Actor
from workflows.case_access import is_blind
from workflows.people import fold
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember


def is_close_to(actor: Actor, *others: ColumnElement[bool]) -> ColumnElement[bool]:
    """
    Return the condition that a member is the actor, or one the actor answers for.

    `others` are further ways to be close. The query joins `person` to `pool_member`.
    """
    return or_(
        Person.username == actor.username,
        PoolMember.accountable_head == actor.username,
        Person.unit_id.in_(select(units.headed_by(actor.username).c.id)),
        *others,
    )


def is_known_to(actor: Actor, *others: ColumnElement[bool], sees_all: bool) -> ColumnElement[bool]:
    """
    Return the condition that an actor may know of what is about a member.

    Who sees no people knows of the own only; `sees_all` is the right of an office.
    """
    if is_blind(actor):
        return Person.username == actor.username
    if actor == SYSTEM or sees_all:
        return true()
    return is_close_to(actor, *others)


def named_or_numbered(text: str) -> list[ColumnElement[bool]]:
    """
    Return the conditions under which a text finds a member, one for each word.

    A word is the beginning of a name, or the whole number of the person or the membership.
    """
    return [
        or_(
            Person.search_text.contains(f" {word}", autoescape=True),
            PoolMember.number == word.upper(),
        )
        for word in fold(text).split()
    ]
