"""Whom members are accountable to next, when who answered for them has left."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows import audit, notifications, people, units
from workflows.engine.occasion import Occasion
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle


def pass_on(session: Session, username: str, *, occasion: Occasion) -> Sequence[PoolMember]:
    """
    Make the next superior accountable for each member that a leaver answered for.

    Where there is no superior, nobody is: the pool managers see that and name one.
    """
    query = (
        select(PoolMember)
        .options(joinedload(PoolMember.person))
        .where(PoolMember.accountable_head == username, PoolMember.lifecycle != Lifecycle.EXITED)
        .order_by(PoolMember.id)
    )
    members = session.scalars(query).all()
    name = people.names_of(session, [username]).get(username, username)
    for member in members:
        member.accountable_head = units.head_of(session, member.person)
        audit.record(
            session,
            "member.pass_on",
            "pool_member",
            member.id,
            actor=occasion.actor,
            now=occasion.now,
            **{"from": username, "to": member.accountable_head},
        )
        notifications.notify(
            session,
            [member.accountable_head],
            f"You answer for {member.person.display_name} now: {name} has left.",
            now=occasion.now,
        )
    session.flush()
    return members
