"""The services that any process may call about work that waits: remind, escalate, tell."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from workflows import groups, notifications
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.services import ServiceContext, service
from workflows.engine.tables import UserTask, UserTaskCandidate

# Built once: reminders are the most of what timers do.
_OPEN = EntityQuery(
    select(UserTask).where(
        UserTask.instance_id == bindparam("instance"),
        UserTask.element_id == bindparam("element"),
        UserTask.state == "open",
    ),
    is_renewing=True,
)


@service("case.remind")
def remind(
    call: ServiceContext, *, element: str, person: str | None = None, offered: str | None = None
) -> None:
    """Remind whoever can do the open user tasks of an element; nothing is reassigned."""
    for user_task in _open(call, element, person, offered):
        due = f" is due on {user_task.due_at:%d %B %Y}" if user_task.due_at else " waits for you"
        _tell(call, _workers(call.session, user_task), f"{user_task.name}{due}.", user_task)


@service("case.escalate")
def escalate(
    call: ServiceContext,
    *,
    element: str,
    person: str | None = None,
    offered: str | None = None,
    tell: str | None = None,
    to: str | None = None,
    group: str | None = None,
) -> None:
    """
    Escalate the overdue user tasks of an element.

    `group` may do them from now on beside those who could before; `to` gets
    them alone; `tell` is only told. The assignee so far keeps the view.
    """
    for user_task in _open(call, element, person, offered):
        if to is not None:
            _hand_over(call.session, user_task, to)
        elif group is not None:
            offer(call.session, user_task, group)
        told = [tell, to, *(groups.members_of(call.session, group) if group else ())]
        _tell(call, told, f"{user_task.name} is overdue.", user_task)


@service("case.notify")
def notify(call: ServiceContext, *, to: str | Sequence[str], text: str) -> None:
    """Tell people, or the members of groups, something about the case."""
    named = [to] if isinstance(to, str) else list(to)
    recipients = [
        username for name in named for username in groups.members_of(call.session, name) or [name]
    ]
    notifications.notify(call.session, recipients, text, instance_id=call.instance_id, now=call.now)


def _open(
    call: ServiceContext, element: str, person: str | None, offered: str | None
) -> list[UserTask]:
    """Return the open user tasks of an element: those of one person, or offered to one group."""
    found = _OPEN.all(call.session, instance=call.instance_id, element=element)
    return [
        each
        for each in found
        if (person is None or each.assignee == person)
        and (offered is None or offered in each.candidate_groups)
    ]


def _workers(session: Session, user_task: UserTask) -> list[str]:
    """Return who can do a user task: its assignee, else the members of its groups."""
    if user_task.assignee is not None:
        return [user_task.assignee]
    return [
        username
        for group in user_task.candidate_groups
        for username in groups.members_of(session, group)
    ]


def _hand_over(session: Session, user_task: UserTask, username: str) -> None:
    """Give a user task to one person, whoever had it before."""
    user_task.assignee, user_task.is_claimed, user_task.on_behalf_of = username, False, []
    session.execute(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_id == user_task.id))
    session.flush()


def offer(session: Session, user_task: UserTask, group: str) -> None:
    """Offer a user task to one more group; whoever held it shares it from now on."""
    offered = list(dict.fromkeys([*user_task.candidate_groups, group]))
    user_task.candidate_groups, user_task.assignee = offered, None
    user_task.is_claimed, user_task.on_behalf_of = False, []
    session.flush()
    session.execute(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_id == user_task.id))
    session.execute(
        insert(UserTaskCandidate),
        [
            {"group_name": name, "user_task_id": user_task.id, "inbox_at": user_task.inbox_at}
            for name in offered
        ],
    )


def _tell(
    call: ServiceContext, recipients: Iterable[str | None], text: str, user_task: UserTask
) -> None:
    """Send a notice about a user task."""
    notifications.notify(
        call.session,
        recipients,
        text,
        instance_id=call.instance_id,
        user_task_id=user_task.id,
        now=call.now,
    )
