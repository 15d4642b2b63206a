"""What a mentor still had to do for the training of a member goes to the next mentor."""

import json
import logging

from sqlalchemy import String, cast, or_, select

from workflows import accounts
from workflows.actors import SYSTEM
from workflows.case_facts import SUBJECT_TEXT
from workflows.engine import user_tasks
from workflows.engine.services import ServiceContext
from workflows.engine.tables import Duty, Instance, UserTask
from workflows.errors import UnderstudyError
from workflows.pool_tables import PoolMember

logger = logging.getLogger(__name__)
PROCESSES = ("training", "training_revision")
# The steps that models of the training give to the helper: the mentor, where there is one.
STEPS = ("shape_measure", "verify_study", "settling_in", "debrief", "weigh")
REASON = "The member has another mentor."


def hand_on(call: ServiceContext, member: PoolMember, *, old: str | None, new: str) -> int:
    """
    Give the new mentor the open steps of the training that the old one had; return how many.

    Whoever does one for the old mentor gives it up as well. What the new mentor may not do
    stays where it is, and those in charge of the case can give it to somebody else.
    """
    if old is None or old == new:
        return 0
    given = cast(UserTask.on_behalf_of, String).contains(json.dumps(old), autoescape=True)
    query = (
        select(UserTask)
        .join(Instance, Instance.id == UserTask.instance_id)
        .join(Duty, Duty.instance_id == Instance.id)
        .where(
            Instance.definition_key.in_(PROCESSES),
            Duty.duty == SUBJECT_TEXT,
            Duty.username == member.person.username,
            UserTask.state == "open",
            UserTask.element_id.in_(STEPS),
            or_(UserTask.assignee == old, given),
        )
        .order_by(UserTask.instance_id, UserTask.id)
    )
    return sum(_give(call, found, new) for found in call.session.scalars(query).all())


def _give(call: ServiceContext, user_task: UserTask, new: str) -> bool:
    """Give one step to the new mentor, unless something in its case speaks against it."""
    session, now = call.session, call.now
    try:
        accounts.actor_of(session, new)
        user_tasks.reassign(
            session, user_task.id, assignee=new, actor=SYSTEM, now=now, reason=REASON
        )
    except UnderstudyError as refusal:
        logger.info("step stays", extra={"user_task_id": user_task.id, "refusal": str(refusal)})
        return False
    return True
