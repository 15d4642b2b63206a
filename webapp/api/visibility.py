"""What of a case an answer shows: only what the policy lets this actor see."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.access_log import note_reading
from webapp.api.operation import Call
from webapp.api.shapes import EventAnswer, InstanceAnswer, UserTaskAnswer
from workflows import case_facts, permissions
from workflows.actors import Actor
from workflows.case_access import CaseAccess, View, case_access
from workflows.case_facts import CaseFacts, UnknownCase
from workflows.case_reading import STATUS_EVENTS
from workflows.engine.tables import HistoryEvent, Incident, Instance, UserTask
from workflows.permissions import Action

WITHHELD = "withheld"  # stands where a name must not be known


def require(call: Call[Any], action: Action) -> CaseFacts:
    """
    Pass when the actor may do this to the case of the path.

    Raises:
        NotFound: There is no such case, or the actor may not know of it.
        NotAllowed: The actor may see the case, but not do this to it.

    """
    facts = case_facts.load(call.session, call.number, now=call.now)
    permissions.check(call.actor, action, facts)
    return facts


def show(call: Call[Any], instance: Instance) -> InstanceAnswer:
    """
    Return a case as the actor may see it.

    Raises:
        NotFound: The actor may not know of the case any more.

    """
    return _shown(call, instance, case_facts.load(call.session, instance.id, now=call.now))


def read(call: Call[Any], instance: Instance) -> InstanceAnswer:
    """
    Return a case to whoever asks for it; that an auditor did is written down.

    Raises:
        NotFound: The actor may not know of the case.

    """
    facts = case_facts.load(call.session, instance.id, now=call.now)
    answer = _shown(call, instance, facts)
    note_reading(facts, call.actor)
    return answer


def _shown(call: Call[Any], instance: Instance, facts: CaseFacts) -> InstanceAnswer:
    """Return what the facts let the actor see."""
    access = case_access(call.actor, facts)
    if access.view is View.NOTHING:
        raise UnknownCase(instance.id)
    user_tasks = _open_user_tasks(call.session, instance)
    incidents = _open_incidents(call.session, instance)
    return _narrowed(InstanceAnswer.of(instance, user_tasks, incidents), access, call.actor)


def show_known(call: Call[Any], instances: Iterable[Instance]) -> list[InstanceAnswer]:
    """Return those of some cases of which the actor may know."""
    known = []
    for instance in instances:
        with suppress(UnknownCase):
            known.append(show(call, instance))
    return known


def show_events(
    events: Sequence[HistoryEvent], facts: CaseFacts, call: Call[Any]
) -> list[EventAnswer]:
    """Return the history of a case as the actor may see it."""
    access = case_access(call.actor, facts)
    seen = [event for event in events if _is_shown(event, access)]
    return [_narrowed_event(EventAnswer.of(event), access) for event in seen]


def show_user_tasks(call: Call[Any], user_tasks: Sequence[UserTask]) -> list[UserTaskAnswer]:
    """Return the user tasks of the actor; when one about himself began tells who worked before."""
    ids = {user_task.instance_id for user_task in user_tasks}
    own = case_facts.about(call.session, call.actor.username, ids)
    answers = [UserTaskAnswer.of(user_task) for user_task in user_tasks]
    return [_on_its_day(each) if each.instance_id in own else each for each in answers]


def _is_shown(event: HistoryEvent, access: CaseAccess) -> bool:
    """Say whether an event is one that the reader may know of: of the stages, for the subject."""
    is_stage = event.type in STATUS_EVENTS and event.data.get("process") is None
    return access.sees_data or is_stage


def _on_its_day(answer: UserTaskAnswer) -> UserTaskAnswer:
    """Leave of the moments of a user task their days."""
    answer.created_at = _day_of(answer.created_at)
    answer.due_at = None if answer.due_at is None else _day_of(answer.due_at)
    return answer


def _day_of(moment: datetime) -> datetime:
    """Return the beginning of a day: more tells whose work ended in that minute."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _open_user_tasks(session: Session, instance: Instance) -> Sequence[UserTask]:
    """Return the open user tasks of a case."""
    if instance.ended_at is not None:
        return ()
    return session.scalars(
        select(UserTask)
        .where(UserTask.instance_id == instance.id, UserTask.state == "open")
        .order_by(UserTask.id)
        .execution_options(populate_existing=True)
    ).all()


def _open_incidents(session: Session, instance: Instance) -> Sequence[Incident]:
    """Return the open incidents of a case; a message can be undelivered when it has ended."""
    if instance.status != "incident" and instance.ended_at is None:
        return ()
    return session.scalars(
        select(Incident)
        .where(Incident.instance_id == instance.id, Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    ).all()


def _narrowed(answer: InstanceAnswer, access: CaseAccess, actor: Actor) -> InstanceAnswer:
    """Take out of a case what the actor must not see."""
    if access.sees_reviewers:
        return answer
    if not access.sees_data:
        return _of_status(answer, actor)
    answer.data = _masked(answer.data, access)
    for user_task in answer.user_tasks:
        user_task.assignee = _masked(user_task.assignee, access)
    return answer


def _of_status(answer: InstanceAnswer, actor: Actor) -> InstanceAnswer:
    """Leave of a case how far it is, and what the actor has to do in it."""
    answer.data, answer.incidents = {}, []
    mine = [each for each in answer.user_tasks if each.assignee == actor.username]
    answer.user_tasks = [_on_its_day(each) for each in mine]
    answer.ended_at = None if answer.ended_at is None else _day_of(answer.ended_at)
    return answer


def _narrowed_event(event: EventAnswer, access: CaseAccess) -> EventAnswer:
    """Take out of an event what the actor must not see."""
    if access.sees_reviewers:
        return event
    event.actor = _masked(event.actor, access)
    if not access.sees_data:
        event.at = _day_of(event.at)
    # What one of several people wrote stays theirs until all are in: assessments are blind.
    is_one_of_several = event.type == "data_changed" and "instance" in event.data
    may_read = access.sees_data and not is_one_of_several
    event.data = _masked(event.data, access) if may_read else {}
    return event


def _masked(value: Any, access: CaseAccess) -> Any:
    """Replace every name in JSON data that the actor must not know."""
    if isinstance(value, str):
        return WITHHELD if access.hides(value) else value
    if isinstance(value, list):
        return [_masked(item, access) for item in value]
    if isinstance(value, dict):
        return {_masked(name, access): _masked(item, access) for name, item in value.items()}
    return value
