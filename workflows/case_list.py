"""Finding cases: the list that each actor may see, page by page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflows.actors import Actor
from workflows.case_access import is_about, is_seen_whole, scope_instances
from workflows.case_facts import JUDGING_DUTIES, JUDGING_FORMS, SUBJECT_TEXT
from workflows.engine.tables import DefinitionVersion, Duty, Instance, UserTask
from workflows.paging import Page, bounded, from_cursor, one_page

# The same judges as `CaseFacts.judges` has, for many user tasks at once.
_judging = aliased(Duty)
IS_WITH_JUDGE = and_(
    UserTask.assignee.is_not(None),
    or_(
        func.coalesce(UserTask.duty, "").in_(JUDGING_DUTIES),
        func.coalesce(UserTask.form_key, "").in_(JUDGING_FORMS),
        select(_judging.duty)
        .where(
            _judging.instance_id == UserTask.instance_id,
            _judging.username == UserTask.assignee,
            _judging.duty.in_(JUDGING_DUTIES),
        )
        .correlate(UserTask)
        .exists(),
    ),
)

STATUSES = ("running", "incident", "completed", "cancelled")


@dataclass(frozen=True)
class Wait:
    """An open user task of a case, as far as a list shows it to one reader."""

    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    due_at: datetime | None
    is_with_judge: bool = False

    def unnamed(self) -> "Wait":
        """Return it without the name of whoever has it; `is_with_judge` says that somebody has."""
        return replace(self, assignee=None, candidate_groups=())


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    id: int
    name: str
    definition_key: str
    process_name: str
    business_key: str | None
    status: str
    started_by: str
    started_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    waits: tuple[Wait, ...]

    @property
    def due_at(self) -> datetime | None:
        """Return the earliest moment by which somebody should have acted."""
        return min((wait.due_at for wait in self.waits if wait.due_at), default=None)


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to; what is empty does not narrow."""

    text: str = ""
    status: str | None = None
    definition: str | None = None
    about: str | None = None  # username of the subject


def find(
    session: Session,
    actor: Actor,
    wanted: CaseFilter,
    *,
    now: datetime,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CaseLine]:
    """
    Return the cases of which the actor may know, newest first, in two statements.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = scope_instances(_narrow(_lines(actor), wanted), actor, now=now)
    if cursor is not None:
        (before,) = from_cursor(cursor, int)
        query = query.where(Instance.id < before)
    rows = session.execute(query.order_by(Instance.id.desc()).limit(limit + 1)).all()
    waits = _waits(session, [row.id for row in rows[:limit]])
    lines = [_line(row, waits.get(row.id, ()), actor) for row in rows]
    return one_page(lines, limit, lambda last: (last.id,))


def counts(session: Session, actor: Actor, *, now: datetime) -> dict[str, int]:
    """Return how many cases of each status the actor may see, in one statement."""
    query: Select[*tuple[Any, ...]] = select(
        Instance.status, func.count().label("number")
    ).group_by(Instance.status)
    rows = session.execute(scope_instances(query, actor, now=now, counts=True))
    found: dict[str, int] = {row.status: row.number for row in rows}
    return {status: found.get(status, 0) for status in STATUSES}


def subjects(session: Session, instance_ids: Iterable[int | None]) -> dict[int, str]:
    """Return what some cases are about by their ids, in one statement."""
    wanted = {each for each in instance_ids if each is not None}
    rows = session.execute(select(Instance.id, Instance.name).where(Instance.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _lines(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return the query for the lines of all cases, with their processes and what is shown."""
    return select(
        Instance.id,
        Instance.name,
        Instance.definition_key,
        DefinitionVersion.name.label("process_name"),
        Instance.business_key,
        Instance.status,
        Instance.started_by,
        Instance.started_at,
        Instance.changed_at,
        Instance.ended_at,
        is_about(actor).label("is_about_actor"),
        is_seen_whole(actor).label("is_seen_whole"),
    ).join(
        DefinitionVersion,
        (DefinitionVersion.kind == "process")
        & (DefinitionVersion.key == Instance.definition_key)
        & (DefinitionVersion.version == Instance.definition_version),
    )


def _narrow(query: Select[*tuple[Any, ...]], wanted: CaseFilter) -> Select[*tuple[Any, ...]]:
    """Apply a filter."""
    if wanted.status in STATUSES:
        query = query.where(Instance.status == wanted.status)
    if wanted.definition:
        query = query.where(Instance.definition_key == wanted.definition)
    if wanted.about:
        query = query.join(Duty, Duty.instance_id == Instance.id).where(
            Duty.duty == SUBJECT_TEXT, Duty.username == wanted.about
        )
    for word in wanted.text.lower().split():
        query = query.where(
            or_(
                func.lower(Instance.name).contains(word, autoescape=True),
                func.lower(Instance.business_key).contains(word, autoescape=True),
            )
        )
    return query


def _waits(session: Session, instance_ids: Sequence[int]) -> dict[int, list[Wait]]:
    """Return the open user tasks of some cases by case, earliest due first."""
    found: defaultdict[int, list[Wait]] = defaultdict(list)
    if not instance_ids:
        return found
    rows = session.execute(
        select(
            UserTask.instance_id,
            UserTask.name,
            UserTask.assignee,
            UserTask.candidate_groups,
            UserTask.due_at,
            IS_WITH_JUDGE.label("is_with_judge"),
        )
        .where(UserTask.instance_id.in_(instance_ids), UserTask.state == "open")
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.id)
    )
    for row in rows:
        facts = row._mapping
        groups = tuple(row.candidate_groups)
        own = {name: facts[name] for name in ("name", "assignee", "due_at", "is_with_judge")}
        found[row.instance_id].append(Wait(**own, candidate_groups=groups))
    return found


def _line(row: Row[Any], waits: Sequence[Wait], actor: Actor) -> CaseLine:
    """Return one line of the list, with what its reader may know of who has to act."""
    facts = dict(row._mapping)
    is_about_actor, is_seen_whole = facts.pop("is_about_actor"), facts.pop("is_seen_whole")
    if is_about_actor:
        shown = [wait for wait in waits if wait.assignee == actor.username]
    elif is_seen_whole:
        shown = list(waits)
    else:
        shown = [_narrowed(wait, actor) for wait in waits]
    return CaseLine(**facts, waits=tuple(shown))


def _narrowed(wait: Wait, actor: Actor) -> Wait:
    """Leave out who judges; everybody knows what they do themselves."""
    is_secret = wait.is_with_judge and wait.assignee != actor.username
    return wait.unnamed() if is_secret else wait


def usernames(lines: Sequence[CaseLine]) -> set[str]:
    """Return everybody whom lines of the list name."""
    found = {line.name for line in lines} | {line.started_by for line in lines}
    return found | {wait.assignee for line in lines for wait in line.waits if wait.assignee}
