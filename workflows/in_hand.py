"""
Stalled cases for which somebody has done what can be done now: others have the next word.

Such a case leaves the list for two working days. It comes back when nothing has happened
by then, and at once when it stands still for another reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from workflows import audit, case_facts, permissions, stalled_cases, working_time
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.database import insert_or, table_of
from workflows.desk_tables import CaseInHand
from workflows.engine.kept_tables import StalledNote
from workflows.engine.stalled import StalledCase
from workflows.engine.tables import Instance
from workflows.engine.transition import WorkingCalendar
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.permissions import Action
from workflows.stalled_cases import barred

LEFT_ALONE = timedelta(days=2)  # of working time

_in_hand = table_of(CaseInHand)


@dataclass(frozen=True)
class Taken:
    """A case that is in hand, and why it still stands still."""

    hand: CaseInHand
    case: StalledCase


def take(
    session: Session,
    case_id: int,
    *,
    deed: str,
    people: Iterable[str],
    why: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> bool:
    """Note what was done about a case that still stands still; say whether it does."""
    found = stalled_cases.found_for(session, actor, now=now, calendar=calendar, among=[case_id])
    if not found:
        return False
    values = {
        "reasons": barred(found[0].reasons),
        "deed": deed,
        "people": sorted(people),
        "why": why.strip()[:400],
        "by": actor.username,
        "at": now,
        "until": working_time.of(calendar).add(now, LEFT_ALONE),
    }
    statement = insert_or(session, _in_hand).values(instance_id=case_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["instance_id"], set_=values))
    return True


def put_back(session: Session, case_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Put a case back on the list before its time; one that is there already stays there.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor is not in charge.

    """
    permissions.check(actor, Action.UNBLOCK, case_facts.load(session, case_id, now=now))
    session.execute(delete(_in_hand).where(_in_hand.c.instance_id == case_id))
    audit.record(session, "stalled.put_back", "instance", case_id, actor=actor, now=now)


def of(session: Session, cases: Iterable[StalledCase], now: datetime) -> Mapping[int, CaseInHand]:
    """Return which of some stalled cases are in hand for the reasons that they still have."""
    reasons = {one.instance.id: barred(one.reasons) for one in cases}
    if not reasons:
        return {}
    query = select(CaseInHand).where(
        CaseInHand.until > now, CaseInHand.instance_id.in_(list(reasons))
    )
    return {
        one.instance_id: one
        for one in session.scalars(query)
        if reasons.get(one.instance_id) == one.reasons
    }


def is_noted(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a case of the kept survey is in hand."""
    return (
        select(CaseInHand.instance_id)
        .where(
            CaseInHand.instance_id == StalledNote.instance_id,
            CaseInHand.reasons == StalledNote.reasons,
            CaseInHand.until > now,
        )
        .exists()
    )


def page(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    limit: int,
    cursor: str | None,
) -> Page[Taken]:
    """
    Return a page of what is in hand and still stands still, what was taken first at the top.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = (
        select(CaseInHand)
        .join(Instance, Instance.id == CaseInHand.instance_id)
        .where(CaseInHand.until > now, Instance.ended_at.is_(None))
    )
    query = scope_answered_for(query, actor).order_by(CaseInHand.instance_id)
    if cursor is not None:
        query = query.where(CaseInHand.instance_id > from_cursor(cursor, int)[0])
    rows: Sequence[CaseInHand] = session.scalars(query.limit(limit + 1)).all()
    hands = one_page(rows, limit, lambda last: (last.instance_id,))
    among = [one.instance_id for one in hands.items]
    cases = stalled_cases.found_for(session, actor, now=now, calendar=calendar, among=among)
    standing = {one.instance.id: one for one in cases}
    items = [
        Taken(one, standing[one.instance_id])
        for one in hands.items
        if one.instance_id in standing and barred(standing[one.instance_id].reasons) == one.reasons
    ]
    return Page(items, hands.next)
