"""The API's calls about user tasks: the inbox, claim, release and complete."""

from contextlib import AbstractContextManager
from typing import Any

from webapp import unit
from webapp.api import visibility
from webapp.api.operation import Call, Nothing, Operation, get, post
from webapp.api.shapes import (
    CompleteInput,
    InstanceAnswer,
    UserTaskPage,
    UserTaskQuery,
)
from workflows.engine import instances, user_tasks
from workflows.engine.tables import UserTask
from workflows.user_task_access import touching


def inbox(call: Call[UserTaskQuery]) -> UserTaskPage:
    """List the user tasks of the actor, overdue ones first."""
    query = call.input
    page = user_tasks.inbox(
        call.session,
        call.actor,
        now=call.now,
        search=query.search,
        definition=query.definition,
        state=query.state,
        mine=query.mine,
        overdue=query.overdue,
        limit=query.limit,
        cursor=query.cursor,
    )
    return UserTaskPage(items=visibility.show_user_tasks(call, page.items), next=page.next)


def claim(call: Call[Nothing]) -> InstanceAnswer:
    """Take a user task from its group."""
    with _touching(call):
        user_task = user_tasks.claim(call.session, call.number, actor=call.actor, now=call.now)
    return visibility.show(call, instances.get(call.session, user_task.instance_id))


def release(call: Call[Nothing]) -> InstanceAnswer:
    """Give a claimed user task back to its group."""
    with _touching(call):
        user_task = user_tasks.release(call.session, call.number, actor=call.actor, now=call.now)
    return visibility.show(call, instances.get(call.session, user_task.instance_id))


def complete(call: Call[CompleteInput]) -> InstanceAnswer:
    """Finish a user task with the fields of its form."""
    with _touching(call):
        instance = user_tasks.complete(
            call.session,
            call.number,
            call.input.data,
            actor=call.actor,
            now=call.now,
            calendar=unit.calendar(),
        )
    return visibility.show(call, instance)


def _touching(call: Call[Any]) -> AbstractContextManager[UserTask]:
    """Open what a call does to the user task of its path."""
    return touching(call.session, call.number, actor=call.actor, now=call.now)


OPERATIONS: tuple[Operation, ...] = (
    get(
        "/user-tasks",
        inbox,
        action="user_task.list",
        summary="List the user tasks that are for you, overdue ones first.",
        takes=UserTaskQuery,
        answers=UserTaskPage,
    ),
    post(
        "/user-tasks/{id}/claim",
        claim,
        action="user_task.claim",
        summary="Take a user task from its group.",
        takes=Nothing,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
    post(
        "/user-tasks/{id}/release",
        release,
        action="user_task.release",
        summary="Give a claimed user task back to its group.",
        takes=Nothing,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
    post(
        "/user-tasks/{id}/complete",
        complete,
        action="user_task.complete",
        summary="Finish a user task with the fields of its form.",
        takes=CompleteInput,
        answers=InstanceAnswer,
        refuses=(403, 404, 409),
    ),
)
