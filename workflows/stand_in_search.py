"""What is to be handed over now, and what is to be given back, by absences and delegations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, exists, or_, select, true
from sqlalchemy.orm import Session

from workflows import absences
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.engine.tables import UserTask
from workflows.stand_in_tables import Absence, Delegation, StandIn
from workflows.stand_ins import Handover

MOST_AT_ONCE = 500


def due(session: Session, day: date, now: datetime) -> list[Handover]:
    """Return what is to be handed over now: of those who are away, and what was delegated."""
    found = [
        Handover(row.id, row.assignee, away.receiver, away.reason, absence_id=away.absence_id)
        for away in _away(session, day)
        for row in _open_of(session, UserTask.assignee == away.giver)
    ]
    for delegation in _of_kinds(session, now):
        step = UserTask.element_id == delegation.element_id if delegation.element_id else true()
        rows = _open_of(
            session,
            UserTask.assignee == delegation.giver,
            UserTask.definition_key == delegation.definition_key,
            step,
        )
        found += [_by(delegation, row) for row in rows]
    return found[:MOST_AT_ONCE]


def for_notice(
    session: Session, username: str, user_task_id: int, day: date, now: datetime
) -> Handover | None:
    """Return what is to become of a user task that is new for somebody, if anything."""
    row = _TO_HAND_OVER.found(session, id=user_task_id, username=username, day=day, now=now)
    if row is None:
        return None
    absence = absences.under_way(session, username, day)
    found = absences.substitute_of(session, absence, day) if absence else None
    if absence and found:
        return Handover(row.id, username, found[1], _why(absence), absence_id=absence.id)
    for delegation in _of_kinds(session, now, username):
        if row.definition_key == delegation.definition_key and delegation.element_id in {
            None,
            row.element_id,
        }:
            return _by(delegation, row)
    return None


def to_return(session: Session) -> Sequence[int]:
    """Return the numbers of what is done for others although the reason for it is over."""
    return [number for (number,) in _TO_RETURN.rows(session, limit=MOST_AT_ONCE)]


def _away(session: Session, day: date) -> list[Handover]:
    """Return those who are away, each with who stands in for them."""
    found = []
    for absence in absences.begun(session, day):
        stand_in = absences.substitute_of(session, absence, day)
        if stand_in is not None:
            found.append(
                Handover(0, absence.username, stand_in[1], _why(absence), absence_id=absence.id)
            )
    return found


def _why(absence: Absence) -> str:
    """Return the reason for which user tasks of an absent person are handed over."""
    return f"Away until {absence.last_day}."


def _by(delegation: Delegation, row: Any) -> Handover:
    """Return the handover of one user task by a delegation of its kind."""
    return Handover(
        row.id,
        delegation.giver,
        delegation.receiver,
        delegation.reason,
        delegation_id=delegation.id,
    )


def _open_of(session: Session, *conditions: Any) -> Sequence[Any]:
    """Return the open user tasks for which conditions hold."""
    query = select(UserTask.id, UserTask.assignee).where(UserTask.state == "open", *conditions)
    return session.execute(query.order_by(UserTask.id).limit(MOST_AT_ONCE)).all()


def _of_kinds(session: Session, now: datetime, giver: str | None = None) -> Sequence[Delegation]:
    """Return the delegations of kinds of user tasks that hold now: of everybody, or of one."""
    if giver is None:
        return _OF_KINDS.all(session, now=now)
    return _OF_KINDS_BY.all(session, now=now, giver=giver)


_KINDS = (
    select(Delegation)
    .where(
        Delegation.ended_at.is_(None),
        Delegation.definition_key.is_not(None),
        Delegation.since <= bindparam("now"),
        Delegation.until > bindparam("now"),
    )
    .order_by(Delegation.id)
)
_OF_KINDS = EntityQuery(_KINDS)
_OF_KINDS_BY = EntityQuery(_KINDS.where(Delegation.giver == bindparam("giver")))
_TO_RETURN = Prepared(
    select(StandIn.id)
    .where(
        StandIn.ended_at.is_(None),
        or_(
            exists().where(Absence.id == StandIn.absence_id, Absence.ended_at.is_not(None)),
            exists().where(
                Delegation.id == StandIn.delegation_id, Delegation.ended_at.is_not(None)
            ),
        ),
    )
    .order_by(StandIn.id.desc())
    .limit(bindparam("limit", type_=Integer())),
    of_entities=True,
)
# Asked for every notice: an open user task of somebody who is away and has a substitute, or
# who has delegated a kind of user tasks.
_TO_HAND_OVER = Prepared(
    select(UserTask.id, UserTask.definition_key, UserTask.element_id).where(
        UserTask.id == bindparam("id"),
        UserTask.assignee == bindparam("username"),
        UserTask.state == "open",
        or_(
            exists().where(
                Absence.username == bindparam("username"),
                Absence.ended_at.is_(None),
                Absence.substitute.is_not(None),
                Absence.first_day <= bindparam("day"),
                Absence.last_day >= bindparam("day"),
            ),
            exists().where(
                Delegation.giver == bindparam("username"),
                Delegation.ended_at.is_(None),
                Delegation.definition_key.is_not(None),
                Delegation.since <= bindparam("now"),
                Delegation.until > bindparam("now"),
            ),
        ),
    ),
    of_entities=True,
)
