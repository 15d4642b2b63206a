"""How much of a case somebody sees, one by one and in lists."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    false,
    literal_column,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import aliased

from workflows import units
from workflows.actors import SYSTEM, Actor
from workflows.case_facts import CONFIDENTIAL, SEEN_AFTERWARDS, SUBJECT_TEXT, CaseFacts, cases_about
from workflows.engine.tables import Duty, Instance, UserTask, UserTaskCandidate
from workflows.groups import POOL_MANAGER
from workflows.people_tables import Person
from workflows.vocabulary import Role

# As text, so that the indexes of open and of closed user tasks are found.
_OPEN: ColumnElement[str] = literal_column("'open'")

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


class View(StrEnum):
    """How much of a case somebody sees."""

    NOTHING = "nothing"
    STATUS = "status"  # the subject: how far it is, never reviewers or notes
    PART = "part"  # starter and workers: everything but who judges
    WHOLE = "whole"


@dataclass(frozen=True)
class CaseAccess:
    """What one actor may see of one case; `hidden` are people whose names are not shown."""

    view: View
    hidden: frozenset[str]

    @property
    def sees_data(self) -> bool:
        """Say whether process data, notes and the timeline may be shown."""
        return self.view in {View.PART, View.WHOLE}

    @property
    def sees_reviewers(self) -> bool:
        """Say whether everybody who judges may be named."""
        return self.view is View.WHOLE

    def hides(self, username: str | None) -> bool:
        """Say whether this person must stay unnamed."""
        return username is not None and username in self.hidden


def case_access(actor: Actor, case: CaseFacts) -> CaseAccess:
    """Return how much of a case an actor sees."""
    view = view_of(actor, case)
    if view is View.WHOLE:
        return CaseAccess(view, frozenset())
    everybody = case.judges | case.assignees | case.recent_workers
    hidden = everybody if view is View.STATUS else case.judges
    return CaseAccess(view, hidden - {actor.username})


def view_of(actor: Actor, case: CaseFacts) -> View:
    """Return how much of a case an actor sees; being its subject outweighs every office."""
    if actor == SYSTEM:
        return View.WHOLE
    if actor.username in case.subjects:
        return View.STATUS
    if is_blind(actor):
        return View.PART if is_own_trial(actor, case) else View.NOTHING
    if sees_every_case(actor) or actor.username in case.heads:
        return View.WHOLE
    takes_part = (
        (case.shows_starter and actor.username == case.started_by)
        or actor.username in case.assignees | case.recent_workers
        or not actor.groups.isdisjoint(case.candidate_groups)
    )
    return View.PART if takes_part else View.NOTHING


def reads_as_auditor(actor: Actor, case: CaseFacts) -> bool:
    """Say whether the actor sees a case by the office of auditor, which is written down."""
    return actor.has_role(Role.AUDITOR) and view_of(actor, case) is View.WHOLE


def is_own_trial(actor: Actor, case: CaseFacts) -> bool:
    """Say whether the actor started a case that is about nobody."""
    return actor.username == case.started_by and not case.subjects


def scope_instances(query: Query, actor: Actor, *, now: datetime, counts: bool = False) -> Query:
    """
    Return a query on `Instance` narrowed to the cases of which the actor may know.

    The database decides, in the same statement: a page of a list is always
    full. Whoever `counts` reads all of them: the same is asked in another way,
    which is quicker for all and slower for a page.
    """
    if actor == SYSTEM:
        return query
    is_starter = Instance.started_by == actor.username
    if is_blind(actor):
        return query.where(or_(and_(is_starter, _is_about_nobody()), is_about(actor)))
    if sees_every_case(actor):
        return query
    ways = (cases_about(actor.username), _about_own_people(actor), *_worked_on(actor, now))
    if counts:
        started = select(Instance.id).where(is_starter, ~_is_confidential())
        return query.where(Instance.id.in_(union(started, *ways)))
    is_found = (_is_among(ids, counts=False) for ids in ways)
    return query.where(or_(and_(is_starter, ~_is_confidential()), *is_found))


def scope_answered_for(query: Query, actor: Actor, *, counts: bool = False) -> Query:
    """
    Return a query on `Instance` narrowed to the cases that the actor answers for.

    Whoever `counts` looks at all that the query has, and asks once what is about the actor.
    """
    is_trial = and_(Instance.started_by == actor.username, _is_about_nobody())
    return query.where(or_(is_seen_whole(actor, counts=counts), is_trial))


def is_about(actor: Actor, *, counts: bool = False) -> ColumnElement[bool]:
    """Return the condition that an `Instance` is about the actor."""
    return _is_among(cases_about(actor.username), counts=counts)


def is_seen_whole(actor: Actor, *, counts: bool = False) -> ColumnElement[bool]:
    """Return the condition that the actor sees who judges in an `Instance`."""
    if actor == SYSTEM:
        return true()
    if is_blind(actor):
        return false()
    is_own = _is_among(_about_own_people(actor), counts=False)
    in_charge = true() if sees_every_case(actor) else is_own
    return and_(in_charge, ~is_about(actor, counts=counts))


def _is_among(ids: Select[int], *, counts: bool) -> ColumnElement[bool]:
    """Return the condition that an `Instance` is among some, asked for each or for all at once."""
    if counts:
        return Instance.id.in_(ids)
    (number,) = ids.selected_columns
    return ids.where(number == Instance.id).correlate(Instance).exists()


def _is_about_nobody() -> ColumnElement[bool]:
    """Return the condition that an `Instance` has no subject."""
    return ~_subjects(aliased(Duty)).correlate(Instance).exists()


def _is_confidential() -> ColumnElement[bool]:
    """Return the condition that whoever started an `Instance` sees nothing of it by that."""
    duty = aliased(Duty)
    found = select(duty.username).where(duty.instance_id == Instance.id, duty.duty == CONFIDENTIAL)
    return found.correlate(Instance).exists()


def _subjects(duty: Any) -> Select[str]:
    """Select the subjects of an `Instance`."""
    return select(duty.username).where(duty.instance_id == Instance.id, duty.duty == SUBJECT_TEXT)


def _about_own_people(actor: Actor) -> Select[int]:
    """Select the numbers of the cases that are about somebody in a unit of the actor."""
    duty, person = aliased(Duty), aliased(Person)
    own_units = select(units.headed_by(actor.username).c.id)
    mine = select(duty.instance_id).join(person, person.username == duty.username)
    return mine.where(duty.duty == SUBJECT_TEXT, person.unit_id.in_(own_units))


def sees_every_case(actor: Actor) -> bool:
    """Say whether the actor's office is concerned with every case."""
    return actor.has_role(Role.HR, Role.AUDITOR) or POOL_MANAGER in actor.groups


def is_blind(actor: Actor) -> bool:
    """
    Say whether the actor has only roles that see no people: designers and administrators.

    Named groups give no sight: an administrator could join any of them.
    """
    return bool(actor.roles) and actor.roles <= {Role.DESIGNER, Role.ADMINISTRATOR}


def only_watches(actor: Actor) -> bool:
    """Say whether the actor has only roles that take no part in the cases of others."""
    return bool(actor.roles) and actor.roles <= {
        Role.AUDITOR,
        Role.DESIGNER,
        Role.ADMINISTRATOR,
    }


def _worked_on(actor: Actor, now: datetime) -> tuple[Select[int], Select[int]]:
    """Select the numbers of cases in which the actor has or may take a user task, or did one."""
    # Aliases, because the query around may look at user tasks of its own.
    user_task, candidate = aliased(UserTask), aliased(UserTaskCandidate)
    offered = (
        select(candidate.user_task_id)
        .where(candidate.user_task_id == user_task.id)
        .where(candidate.group_name.in_(sorted(actor.groups)))
        .correlate(user_task)
        .exists()
    )
    # The list is kept as JSON text: quoted names separated by commas.
    given = cast(user_task.on_behalf_of, String).contains(
        json.dumps(actor.username), autoescape=True
    )
    has_it = or_(user_task.assignee == actor.username, given, offered)
    did_it = (
        user_task.state != _OPEN,
        user_task.assignee == actor.username,  # whoever completes a user task has it then
        user_task.completed_by == actor.username,
        user_task.completed_at > now - SEEN_AFTERWARDS,
    )
    mine = select(user_task.instance_id)
    return mine.where(user_task.state == _OPEN, has_it), mine.where(*did_it)
