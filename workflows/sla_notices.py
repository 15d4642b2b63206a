"""Tell in time that a user task is late: once for each tier, to those whom it concerns."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import case_facts, groups, service_level, units
from workflows.case_facts import JUDGING_DUTIES, JUDGING_FORMS, CaseFacts
from workflows.database import insert_or, table_of
from workflows.engine import compiled, outbox
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import BoundaryEvent
from workflows.engine.tables import UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.groups import POOL_MANAGER
from workflows.people_tables import Person
from workflows.question_tables import SlaNotice
from workflows.vocabulary import Role, Tier

TOLD = (Tier.REMIND, Tier.WARN, Tier.ESCALATE)
_SUFFIX = {Tier.REMIND: "_remind", Tier.ESCALATE: "_escalate"}

_notice = table_of(SlaNotice)


def next_open(session: Session, after: int, limit: int) -> tuple[int | None, Sequence[UserTask]]:
    """
    Return how far a look at the open user tasks of the next cases comes, and these.

    The first is None when there are no more cases behind.
    """
    query = select(UserTask).where(
        UserTask.state == "open", UserTask.instance_id > after, UserTask.paused_at.is_(None)
    )
    rows = session.scalars(query.order_by(UserTask.instance_id, UserTask.id).limit(limit)).all()
    is_last = len(rows) < limit
    # The last case may have more user tasks behind; the next look begins with it again.
    return None if is_last else max(rows[-1].instance_id - 1, after + 1), rows


def due(
    session: Session, rows: Sequence[UserTask], calendar: WorkingCalendar, now: datetime
) -> list[tuple[int, Tier]]:
    """Return which tiers of some user tasks are to be told now."""
    tiers = service_level.tiers(session, rows, calendar, now)
    wanted = {number: _to_tell(tier) for number, tier in tiers.items()}
    known = select(SlaNotice.user_task_id, SlaNotice.tier).where(SlaNotice.user_task_id.in_(wanted))
    told = {(row.user_task_id, row.tier) for row in session.execute(known)}
    found = [(number, tier) for number, tier in wanted.items() if tier]
    return [(number, tier) for number, tier in found if (number, tier) not in told]


def tell(session: Session, user_task_id: int, tier: Tier, *, now: datetime) -> bool:
    """
    Tell of a tier that a user task has reached, unless that was done before.

    The tiers below count as told: after a downtime nobody gets three notices. What
    the model of the process tells by timers of its own is not told twice.
    """
    user_task = session.get_one(UserTask, user_task_id, populate_existing=True)
    if user_task.state != "open" or not _is_new(session, user_task_id, tier, now):
        return False
    _instance, bundle = compiled.of_case(session, user_task.instance_id)
    if has_own_timer(bundle.executable, user_task.element_id, tier):
        return False
    case = case_facts.load(session, user_task.instance_id, now=now)
    workers = workers_of(session, user_task)
    for number, username in enumerate(_recipients(session, user_task, case, tier, workers)):
        about = "user_task_id" if username in workers else "about_user_task_id"
        payload = {
            "event": f"sla_{tier.lower()}",
            "instance_id": user_task.instance_id,
            "name": user_task.name,
            about: user_task.id,
        }
        letter_id = f"{user_task.instance_id}:{user_task.id}:{tier}:{number}"
        outbox.notify(session, letter_id, username, payload, now=now)
    return True


def has_own_timer(executable: ExecutableProcess, element_id: str, tier: Tier) -> bool:
    """Say whether the model itself tells of a tier: by a timer at the border, named for it."""
    suffix = _SUFFIX.get(tier)
    return suffix is not None and any(
        isinstance(node, BoundaryEvent)
        and node.attached_to == element_id
        and node.id.startswith(element_id + suffix)
        for model in executable.models
        for node in model.nodes.values()
    )


def _to_tell(tier: Tier) -> Tier | None:
    """Return the tier that is told; a stalled user task stands on a page of its own."""
    if tier is Tier.ON_TIME:
        return None
    return Tier.ESCALATE if tier is Tier.STALLED else tier


def _is_new(session: Session, user_task_id: int, tier: Tier, now: datetime) -> bool:
    """Note that a tier and those below are told; say whether this one was not before."""
    is_new = False
    for each in TOLD[: TOLD.index(tier) + 1]:
        row = {"user_task_id": user_task_id, "tier": each, "told_at": now}
        written = session.execute(
            insert_or(session, _notice)
            .values(row)
            .on_conflict_do_nothing()
            .returning(_notice.c.user_task_id)
        ).first()
        is_new = written is not None
    return is_new


def workers_of(session: Session, user_task: UserTask) -> list[str]:
    """Return who can do a user task: its assignee, else the members of its groups."""
    if user_task.assignee is not None:
        return [user_task.assignee]
    offered = user_task.candidate_groups
    return [name for group in offered for name in groups.members_of(session, group)]


def _recipients(
    session: Session, user_task: UserTask, case: CaseFacts, tier: Tier, workers: Sequence[str]
) -> list[str]:
    """Return who is told of a tier, each once; never whom the case is about."""
    found = list(workers)
    if tier is Tier.WARN:
        found += _in_charge(session, user_task)
    told = dict.fromkeys(found)
    return [name for name in told if name in workers or name not in case.subjects]


def is_judging(user_task: UserTask) -> bool:
    """Say whether somebody judges in a user task: their name is confidential."""
    return user_task.duty in JUDGING_DUTIES or user_task.form_key in JUDGING_FORMS


def _in_charge(session: Session, user_task: UserTask) -> Sequence[str]:
    """
    Return the manager of the assignee; who comes next stands in the escalation chain.

    Who judges is confidential: of them only the pool managers are told.
    """
    if is_judging(user_task):
        return groups.members_of(session, POOL_MANAGER)
    head = _head_of(session, user_task.assignee)
    return [head] if head else groups.members_of(session, Role.HR)


def _head_of(session: Session, username: str | None) -> str | None:
    """Return the direct superior of a person, if there is one."""
    if username is None:
        return None
    person = session.scalar(select(Person).where(Person.username == username))
    return None if person is None else units.head_of(session, person)
