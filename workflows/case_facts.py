"""What a permission needs to know of a case: who started it, whom it is about, who works on it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import units
from workflows.engine.tables import Duty, Instance, UserTask
from workflows.errors import NotFound
from workflows.people_tables import Person

SUBJECT = "subject"
# Whoever did a user task keeps the view of its case for so long.
SEEN_AFTERWARDS = timedelta(days=30)
# Who holds these duties is known to HR, heads and auditors only.
JUDGING_DUTIES = frozenset({"reviewer", "panel"})
# Who is asked for conflicts of interest is about to judge.
JUDGING_FORMS = frozenset({"conflict_declaration"})
_OF_A_USER_TASK = (
    UserTask.state,
    UserTask.assignee,
    UserTask.candidate_groups,
    UserTask.duty,
    UserTask.form_key,
    UserTask.completed_by,
    UserTask.completed_at,
)


class UnknownCase(NotFound):
    """No case has this id, or the actor may not know that it exists."""

    def __init__(self, instance_id: int | None = None) -> None:
        number = "" if instance_id is None else f" {instance_id}"
        super().__init__(f"There is no case{number}.")


@dataclass(frozen=True)
class CaseFacts:
    """
    A case as the policy sees it.

    Attributes:
        assignees: Who has an open user task.
        candidate_groups: Groups to which an open user task is offered.
        recent_workers: Who completed a user task not long ago.
        heads: Heads of the subject's unit and of the units above it.
        judges: Reviewers and voters, whose identity is protected.

    """

    instance_id: int
    started_by: str
    duties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    assignees: frozenset[str] = frozenset()
    candidate_groups: frozenset[str] = frozenset()
    recent_workers: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    judges: frozenset[str] = frozenset()

    @property
    def subjects(self) -> frozenset[str]:
        """Return whom the case is about; empty when it is about nobody."""
        return self.duties.get(SUBJECT, frozenset())


def load(session: Session, instance_id: int, *, now: datetime) -> CaseFacts:
    """
    Return the facts of a case, in a fixed number of statements.

    Raises:
        UnknownCase: There is none.

    """
    started_by = session.scalar(select(Instance.started_by).where(Instance.id == instance_id))
    if started_by is None:
        raise UnknownCase(instance_id)
    duties = _duties(session, instance_id)
    user_tasks = session.execute(
        select(*_OF_A_USER_TASK).where(UserTask.instance_id == instance_id)
    ).all()
    still_open = [row for row in user_tasks if row.state == "open"]
    judges = set().union(*(duties[duty] for duty in JUDGING_DUTIES if duty in duties))
    judges.update(
        row.assignee
        for row in user_tasks
        if row.assignee and (row.duty in JUDGING_DUTIES or row.form_key in JUDGING_FORMS)
    )
    return CaseFacts(
        instance_id=instance_id,
        started_by=started_by,
        duties={duty: frozenset(holders) for duty, holders in duties.items()},
        assignees=frozenset(row.assignee for row in still_open if row.assignee),
        candidate_groups=frozenset(group for row in still_open for group in row.candidate_groups),
        recent_workers=frozenset(
            row.completed_by
            for row in user_tasks
            if row.completed_by and row.completed_at and row.completed_at > now - SEEN_AFTERWARDS
        ),
        heads=_heads(session, duties.get(SUBJECT, set())),
        judges=frozenset(judges),
    )


def _duties(session: Session, instance_id: int) -> Mapping[str, set[str]]:
    """Return who holds which duty in a case."""
    duties: defaultdict[str, set[str]] = defaultdict(set)
    for row in session.execute(
        select(Duty.duty, Duty.username).where(Duty.instance_id == instance_id)
    ):
        duties[row.duty].add(row.username)
    return duties


def _heads(session: Session, subjects: set[str]) -> frozenset[str]:
    """Return the heads above the people whom a case is about."""
    if not subjects:
        return frozenset()
    people = session.scalars(select(Person).where(Person.username.in_(subjects))).all()
    return frozenset(head for person in people for head in units.superiors(session, person))
