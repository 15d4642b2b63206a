"""Letting a case go on at another element takes two: one person asks, and another one approves."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from workflows import audit, case_requests, second_persons
from workflows.actors import Actor
from workflows.desk_tables import MoveRequest
from workflows.engine import compiled, moving, transitions
from workflows.engine.foreseen import Foreseen
from workflows.engine.move_command import Move
from workflows.engine.moving import Ground
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.engine.transition import WorkingCalendar

MOVED = "moved"


def look(session: Session, case_id: int, *, actor: Actor, now: datetime) -> tuple[Ground, ...]:
    """
    Return where a case waits and where it could go on.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor is not in charge.

    """
    case_requests.must_be_allowed(session, MoveRequest, case_id, actor=actor, now=now)
    instance, bundle = compiled.of_case(session, case_id)
    return moving.grounds(instance.state, bundle.executable)


def foresee(session: Session, case_id: int, command: Move, occasion: Occasion) -> Foreseen:
    """
    Return what a move would bring; nothing is changed.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        CaseMovedOn: What is to be withdrawn is gone.
        CannotMove: The case cannot go on there.

    """
    case_requests.must_be_allowed(
        session, MoveRequest, case_id, actor=occasion.actor, now=occasion.now
    )
    instance, bundle = compiled.of_case(session, case_id)
    return moving.foresee(command, instance.state, bundle.executable, occasion)


def ask(
    session: Session, case_id: int, command: Move, *, four_eyes: bool, occasion: Occasion
) -> MoveRequest | None:
    """
    Ask for a move; without a second person it is done at once, and nothing is returned.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: Somebody has asked already, or the case has gone on.
        CannotMove: The case cannot go on there.

    """
    actor, now = occasion.actor, occasion.now
    case = case_requests.must_be_allowed(session, MoveRequest, case_id, actor=actor, now=now)
    transitions.lock(session, case_id)
    foresee(session, case_id, command, occasion)
    if not four_eyes:
        _move(session, case_id, command, occasion, asked_by=actor.username)
        return None
    case_requests.must_be_first(session, MoveRequest, case_id)
    request = MoveRequest(
        instance_id=case_id,
        scope=command.scope,
        tokens=list(command.tokens),
        joins=list(command.joins),
        element_id=command.element_id,
        why=command.reason,
        asked_by=actor.username,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    facts = {"element": command.element_id, "reason": command.reason}
    audit.record(session, "case.move_asked", "instance", case_id, actor=actor, now=now, **facts)
    name = name_of(look(session, case_id, actor=actor, now=now), command)
    second_persons.tell_of_case(
        session, second_persons.MOVE, request.id, case, name, actor=actor, now=now
    )
    return request


def approve(
    session: Session, case_id: int, *, actor: Actor, now: datetime, calendar: WorkingCalendar
) -> Instance:
    """
    Approve the move that somebody else asked for: the case goes on there.

    Raises:
        NotFound: There is no such case or request, or the actor may not know of it.
        NotAllowed: The actor is not in charge, or asked for it.
        CaseMovedOn: What is to be withdrawn is gone; decline it.
        CannotMove: The case cannot go on there.

    """
    request = case_requests.to_decide(session, MoveRequest, case_id, actor=actor, now=now)
    case_requests.must_be_another(request, actor)
    command = command_of(request)
    case_requests.close(session, request, MOVED, actor=actor, now=now)
    occasion = Occasion(actor, now, calendar)
    return _move(session, case_id, command, occasion, asked_by=request.asked_by)


def decline(session: Session, case_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Decline a move that was asked for, or take the own request back.

    Raises:
        NotFound: There is no such case or request, or the actor may not know of it.
        NotAllowed: The actor is not in charge.

    """
    request = case_requests.to_decide(session, MoveRequest, case_id, actor=actor, now=now)
    case_requests.close(session, request, case_requests.DECLINED, actor=actor, now=now)
    audit.record(
        session,
        "case.move_declined",
        "instance",
        case_id,
        actor=actor,
        now=now,
        asked_by=request.asked_by,
    )


def command_of(request: MoveRequest) -> Move:
    """Return the command that a request asks for."""
    return Move(request.scope, request.tokens, request.joins, request.element_id, request.why)


def command_for(
    grounds: Collection[Ground], stops: Collection[str], element_id: str, reason: str
) -> Move:
    """
    Return the command for some stops, named by their keys, and the element to go on at.

    Raises:
        CannotMove: None is named, or they lie in several processes.
        CaseMovedOn: One of them is gone.
        ReasonMissing: The reason is empty.

    """
    known = {stop.key: stop for ground in grounds for stop in ground.stops}
    if not known.keys() >= set(stops):
        raise moving.CaseMovedOn
    return moving.command_of([known[key] for key in stops], element_id, reason)


def stops_at(grounds: Collection[Ground], element_id: str) -> list[str]:
    """
    Return the keys of the stops at an element.

    Raises:
        CannotMove: The case does not wait there.

    """
    stops = [stop for ground in grounds for stop in ground.stops]
    found = [one.key for one in stops if one.element_id == element_id]
    if not found:
        raise moving.CannotMove(f"The case does not wait at “{element_id}”.")
    return found


def name_of(grounds: Collection[Ground], command: Move) -> str:
    """Return what people call the element at which a command goes on."""
    for ground in grounds:
        for node in ground.aims:
            if (ground.scope, node.id) == (command.scope, command.element_id):
                return node.name or node.id
    return command.element_id


def _move(
    session: Session, case_id: int, command: Move, occasion: Occasion, *, asked_by: str
) -> Instance:
    """Move a case, and write down who asked for it."""
    moved = moving.move(session, case_id, command, occasion)
    audit.record(
        session,
        "case.moved",
        "instance",
        case_id,
        actor=occasion.actor,
        now=occasion.now,
        element=command.element_id,
        reason=command.reason,
        asked_by=asked_by,
    )
    return moved
