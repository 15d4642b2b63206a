"""User tasks: claim them, keep drafts, complete them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import (
    apart,
    compiled,
    duties,
    entities,
    holding,
    journal,
    outbox,
    places,
    transitions,
)
from workflows.engine.failures import (
    AlreadyClaimed,
    NoLongerOpen,
    NotForYou,
    UserTaskNotFound,
    one_of,
)
from workflows.engine.forms import FieldError, FormDocument, FormRefused
from workflows.engine.holding import BY_NUMBER, HeldUserTask
from workflows.engine.inbox import counts, inbox
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance, UserTask, UserTaskCandidate
from workflows.engine.transition import CompleteUserTask, TokenNotWaiting, WorkingCalendar
from workflows.engine.transitions import LockedCase
from workflows.errors import Invalid

__all__ = ["claim", "complete", "counts", "form", "get", "inbox", "reassign", "release"]

_user_task = table_of(UserTask)
_candidate = table_of(UserTaskCandidate)


def get(session: Session, user_task_id: int) -> UserTask:
    """
    Return a user task as it is now.

    Raises:
        UserTaskNotFound: There is none.

    """
    row = BY_NUMBER.one_or_none(session, number=user_task_id)
    if row is None:
        raise UserTaskNotFound(user_task_id)
    return entities.present(session, UserTask, row)


def form(session: Session, user_task: UserTask) -> FormDocument | None:
    """Return the form of a user task in the version that its case uses, if it has one."""
    if user_task.form_key is None:
        return None
    instance, bundle = compiled.of_case(session, user_task.instance_id)
    return places.form_of(bundle, instance.state, user_task.token_id, user_task.form_key)


def claim(session: Session, user_task_id: int, *, actor: Actor, now: datetime) -> UserTask:
    """
    Take a user task from its group; doing so twice is no error.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.
        AlreadyClaimed: Somebody else was faster.
        NotForYou: The actor is in none of its groups.
        DutyConflict: The actor holds a duty in the case that excludes this one.

    """
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    if row.assignee == actor.username:
        return _present(session, row)
    _must_be_for(row, actor)
    duties.must_keep(row, duties.held_by(session, row.instance_id, actor.username))
    return _hand_to(session, row, actor.username, actor=actor, now=now, is_claimed=True)


def release(session: Session, user_task_id: int, *, actor: Actor, now: datetime) -> UserTask:
    """
    Give a user task that the actor holds back to its groups.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.
        NotForYou: Somebody else holds it, or it has no group to go back to.

    """
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    if row.assignee is None:
        return _present(session, row)
    if row.assignee != actor.username:
        raise NotForYou(row.name, row.assignee)
    if not row.candidate_groups:
        own = Sentence("%(name)s alone; ask for it to be reassigned", name=actor.username)
        raise NotForYou(row.name, own)
    return _hand_to(session, row, None, actor=actor, now=now, is_claimed=False)


def reassign(
    session: Session,
    user_task_id: int,
    *,
    assignee: str | None,
    actor: Actor,
    now: datetime,
    reason: str,
) -> UserTask:
    """
    Give a user task to another person, or with `None` back to its groups.

    Who may do this is the policy's affair, not the engine's.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.
        DutyConflict: The person holds a duty in the case that excludes this one.
        Invalid: There is no reason, or no group to give it back to.

    """
    if not reason.strip():
        raise Invalid(Sentence("Enter the reason."))
    transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    if assignee is None and not row.candidate_groups:
        raise Invalid(
            Sentence(
                "“%(name)s” has no group that it could go back to; name a person.", name=row.name
            )
        )
    if assignee is not None:
        duties.must_keep_all(session, row, [assignee])
        outbox.notify(
            session,
            f"{row.instance_id}:{row.id}:{uuid4().hex}",
            assignee,
            {
                "event": "user_task_assigned",
                "user_task_id": row.id,
                "instance_id": row.instance_id,
                "name": row.name,
            },
            now=now,
        )
    return _hand_to(session, row, assignee, actor=actor, now=now, is_claimed=False, reason=reason)


def complete(
    session: Session,
    user_task_id: int,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
    held: HeldUserTask | None = None,
) -> Instance:
    """
    Complete a user task with the fields of its form, and let the case go on.

    `held` is the same user task, where the caller holds it already.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: Somebody was faster; the error says who and when.
        NoLongerOpen: The case went on without it.
        AlreadyClaimed: Somebody else holds it.
        NotForYou: It is for another person or group.
        DutyConflict: The actor, or somebody for whom it is done, holds a duty in the
            case that excludes this one.
        FormRefused: The form does not accept the data.
        TransitionFailed: The case cannot go on; an incident is opened.
        NobodyTakesIt: The form keeps a text apart, and no service takes it.

    """
    held = held or holding.hold(session, user_task_id, actor.username)
    case, row, live = held.case, held.row, held.live
    holding.must_be_open(row)
    _must_be_for(row, actor)
    duties.must_keep(row, live.duties)
    duties.must_keep_all(session, row, row.on_behalf_of)
    accepted = _accepted(session, case, row, data)
    try:
        instance = transitions.move(
            session,
            case,
            CompleteUserTask(row.token_id, accepted),
            Occasion(actor, now, calendar),
            live=live,
            duties=duties.taken(row, actor.username),
        )
    except TokenNotWaiting as gone:
        raise NoLongerOpen(row.name, at=None) from gone
    apart.must_be_taken(session, accepted)
    return instance


def _must_be_for(row: Any, actor: Actor) -> None:
    """Refuse an actor to whom the user task is neither assigned nor offered."""
    if row.assignee == actor.username:
        return
    is_offered = not actor.groups.isdisjoint(row.candidate_groups)
    if row.assignee is not None and is_offered:
        raise AlreadyClaimed(row.name, row.assignee)
    if row.assignee is not None or not is_offered:
        raise NotForYou(row.name, row.assignee or one_of(row.candidate_groups))


def _accepted(
    session: Session, case: LockedCase, row: Any, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the data that the form of the user task accepts; without a form, none."""
    if row.form_key is not None:
        form = places.form_of(case.bundle, case.values["state"], row.token_id, row.form_key)
        assert form is not None
        return apart.put(session, form, form.validate(data, _seen(case, row, form)))
    if data:
        raise FormRefused(
            FieldError(
                str(name),
                Sentence("This user task takes no data; leave “%(name)s” out", name=str(name)),
            )
            for name in data
        )
    return {}


def _seen(case: LockedCase, row: Any, form: FormDocument) -> Mapping[str, Any]:
    """Return the data that the conditions of a form name: those that the user task sees."""
    if all(item.show_when is None for item in form.items):
        return {}
    executable = case.bundle.executable
    return places.seen_by(case.values["state"], row.token_id, executable) or case.values["data"]


def _hand_to(
    session: Session,
    row: Any,
    username: str | None,
    *,
    actor: Actor,
    now: datetime,
    is_claimed: bool,
    reason: str | None = None,
) -> UserTask:
    """Write who holds a user task; only one that nobody holds is offered to its groups."""
    changed: dict[str, Any] = {
        "assignee": username,
        "is_claimed": is_claimed,
        "on_behalf_of": [],
    }
    session.execute(update(_user_task).where(_user_task.c.id == row.id).values(**changed))
    if row.assignee is None and username is not None:
        session.execute(delete(_candidate).where(_candidate.c.user_task_id == row.id))
    elif row.assignee is not None and username is None:
        offers = [
            {"group_name": group, "user_task_id": row.id, "inbox_at": row.inbox_at}
            for group in row.candidate_groups
        ]
        session.execute(insert(_candidate), offers)
    verb = "claim" if is_claimed else "release" if username is None else "reassign"
    facts = {"from": row.assignee, "to": username, **({"reason": reason} if reason else {})}
    journal.audit(
        session, actor.username, f"user_task.{verb}", "user_task", row.id, at=now, data=facts
    )
    return entities.present(session, UserTask, {**vars(row), **changed})


def _present(session: Session, row: Any) -> UserTask:
    """Return the entity of a row."""
    return entities.present(session, UserTask, dict(vars(row)))
