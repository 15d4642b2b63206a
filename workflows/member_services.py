"""The services that every process about a member calls."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows import memberships, pairings, people, units
from workflows.actors import Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.services import ServiceContext, service
from workflows.memberships import UnknownMember
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

Result = dict[str, Any]

# Built once: nearly every step of a process about a member asks for it.
_BY_ID = EntityQuery(
    select(PoolMember).where(PoolMember.id == bindparam("id")),
    (PoolMember.pool,),
    (PoolMember.person,),
)


@service("member.facts")
def facts(call: ServiceContext, *, member_id: int) -> Result:
    """
    Return who a member is and who answers for him or her, for forms and assignments.

    Raises:
        UnknownMember: There is none with this id.

    """
    return of(call.session, fetch(call.session, member_id))


def fetch(session: Session, member_id: int) -> PoolMember:
    """
    Return the membership with this id, with its person and pool.

    Raises:
        UnknownMember: There is none.

    """
    member = _BY_ID.first(session, id=member_id)
    if member is None:
        raise UnknownMember(str(member_id))
    return member


def move(
    call: ServiceContext,
    member: PoolMember,
    to: Lifecycle,
    *,
    reason: str,
    by: Actor | None = None,
) -> None:
    """
    Move a membership to another state, for the case that a service is called in.

    `by` is who decided, where that is another than who acted last.

    Raises:
        WrongLifecycle: The state does not follow the present one.

    """
    memberships.change_state(
        call.session,
        member,
        to,
        reason=reason,
        instance_id=call.instance_id,
        actor=by or call.actor,
        now=call.now,
    )


def of(session: Session, member: PoolMember) -> Result:
    """
    Return the facts of a membership that processes show and assign by.

    The head is the accountable one; the manager is the direct superior. Where one
    of the two is missing, or is the member, the next superior stands in. The mentor is
    the one of the running primary pairing, if there is one.
    """
    person = member.person
    chain = [name for name in units.superiors(session, person) if name != person.username]
    manager = chain[0] if chain else member.accountable_head
    head = member.accountable_head or manager
    pairing = pairings.primary(session, member.id)
    mentor = pairing.mentor if pairing else None
    names = people.names_of(session, [name for name in (head, manager, mentor) if name])
    return {
        "member_id": member.id,
        "member": person.username,
        "member_name": person.display_name,
        "member_number": member.number,
        "pool": member.pool.code,
        "pool_name": member.pool.name,
        "head": head,
        "head_name": names.get(head, head) if head else None,
        "manager": manager,
        "manager_name": names.get(manager, manager) if manager else None,
        "mentor": mentor,
        "mentor_name": names.get(mentor, mentor) if mentor else None,
    }
