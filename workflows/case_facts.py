"""What a permission needs to know of a case: who started it, whom it is about, who works on it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    bindparam,
    cast,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflows import units
from workflows.database import table_of
from workflows.engine.prepared import Prepared, Rows
from workflows.engine.tables import Duty, Instance, UserTask
from workflows.errors import NotFound
from workflows.people_tables import Person

SUBJECT = "subject"
# As text: SQLite finds the index of what is about somebody only where it reads what that is.
SUBJECT_TEXT: ColumnElement[str] = literal_column("'subject'")
# Where somebody holds this duty, to have set the case off is no reason to see it.
CONFIDENTIAL = "confidential"
# Whoever did a user task keeps the view of its case for so long.
SEEN_AFTERWARDS = timedelta(days=30)
# Who holds these duties is known to HR, heads and auditors only.
JUDGING_DUTIES = frozenset({"reviewer", "panel"})
# Who is asked for conflicts of interest is about to judge.
JUDGING_FORMS = frozenset({"conflict_declaration"})


def _part(kind: str, *conditions: ColumnElement[bool], **columns: Any) -> Select[Any]:
    """Select one kind of fact; the columns that it has not are empty."""
    shown = [
        columns.get(name, cast(null(), column.type)).label(name) for name, column in _SHOWN.items()
    ]
    return select(literal(kind).label("kind"), *shown).where(*conditions)


_SHOWN: Mapping[str, Column[Any]] = {
    name: table_of(UserTask).c[name]
    for name in (
        "state",
        "assignee",
        "candidate_groups",
        "duty",
        "form_key",
        "completed_by",
        "completed_at",
        "on_behalf_of",
    )
}


def _query(case: ColumnElement[int], *user_tasks: ColumnElement[bool]) -> Prepared:
    """Return the query for the facts of a case with certain of its user tasks."""
    return Prepared(
        union_all(
            _part("case", Instance.id == case, assignee=Instance.started_by),
            _part("duty", Duty.instance_id == case, duty=Duty.duty, assignee=Duty.username),
            _part("user_task", UserTask.instance_id == case, *user_tasks, **_SHOWN),
        )
    )


_FACTS = _query(bindparam("number"))
_asked_for = aliased(UserTask)
# What the case of a user task is now: as quick after ten thousand rounds as at first.
PRESENT_FACTS = _query(
    select(_asked_for.instance_id).where(_asked_for.id == bindparam("number")).scalar_subquery(),
    UserTask.state == literal_column("'open'"),
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
        assignees: Who has an open user task, and for whom it is done.
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

    @property
    def shows_starter(self) -> bool:
        """Say whether whoever started the case may see it for that alone."""
        return CONFIDENTIAL not in self.duties


def cases_about(username: str) -> Select[int]:
    """Select the numbers of the cases that are about a person."""
    duty = aliased(Duty)
    return select(duty.instance_id).where(duty.duty == SUBJECT_TEXT, duty.username == username)


def about(session: Session, username: str, ids: Collection[int]) -> frozenset[int]:
    """Return those of some cases that are about a person."""
    if not ids:
        return frozenset()
    wanted = select(Duty.instance_id).where(
        Duty.instance_id.in_(ids), Duty.duty == SUBJECT, Duty.username == username
    )
    return frozenset(session.scalars(wanted))


def load(session: Session, instance_id: int, *, now: datetime) -> CaseFacts:
    """
    Return the facts of a case, in one statement, and two more where it is about a person.

    Raises:
        UnknownCase: There is none.

    """
    rows = _FACTS.rows(session, number=instance_id)
    return told(session, rows, instance_id, now=now)


def told(session: Session, rows: Rows, instance_id: int, *, now: datetime) -> CaseFacts:
    """
    Return the facts that rows tell; those of `PRESENT_FACTS` know nothing of what was.

    Raises:
        UnknownCase: There are none.

    """
    found = [SimpleNamespace(**row) for row in _FACTS.with_names(rows)]
    started_by = next((row.assignee for row in found if row.kind == "case"), None)
    if started_by is None:
        raise UnknownCase(instance_id)
    duties: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        if row.kind == "duty":
            duties[row.duty].add(row.assignee)
    user_tasks = [row for row in found if row.kind == "user_task"]
    still_open = [row for row in user_tasks if row.state == "open"]
    return CaseFacts(
        instance_id=instance_id,
        started_by=started_by,
        duties={duty: frozenset(holders) for duty, holders in duties.items()},
        assignees=frozenset(
            name for row in still_open for name in (row.assignee, *row.on_behalf_of) if name
        ),
        candidate_groups=frozenset(group for row in still_open for group in row.candidate_groups),
        recent_workers=frozenset(
            row.completed_by
            for row in user_tasks
            if row.completed_by and row.completed_at and row.completed_at > now - SEEN_AFTERWARDS
        ),
        heads=_heads(session, duties.get(SUBJECT, set())),
        judges=_judges(duties, user_tasks),
    )


def _judges(
    duties: Mapping[str, set[str]], user_tasks: Iterable[SimpleNamespace]
) -> frozenset[str]:
    """Return who judges in a case, or is about to."""
    judges = set().union(*(duties[duty] for duty in JUDGING_DUTIES if duty in duties))
    judges.update(
        row.assignee
        for row in user_tasks
        if row.assignee and (row.duty in JUDGING_DUTIES or row.form_key in JUDGING_FORMS)
    )
    return frozenset(judges)


def _heads(session: Session, subjects: set[str]) -> frozenset[str]:
    """Return the heads above the people whom a case is about."""
    if not subjects:
        return frozenset()
    people = session.scalars(select(Person).where(Person.username.in_(subjects))).all()
    return frozenset(head for person in people for head in units.superiors(session, person))
