"""What the pages about migrations show: what is older, what was done, and the verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.case_access import scope_instances
from workflows.engine import definitions
from workflows.engine.migration import targets
from workflows.engine.migration.refusals import MigrationNotFound
from workflows.engine.migration.runs import OVER
from workflows.engine.migration.targets import Older
from workflows.engine.migration.verdicts import Found, Hindrance, from_json
from workflows.engine.migration_tables import CaseMigration, CaseVerdict
from workflows.engine.nodes import BoundaryEvent, CatchEvent, EventBasedGateway, Node, StartEvent
from workflows.engine.tables import Instance
from workflows.naming import names_of
from workflows.paging import Page, bounded, from_cursor, one_page

NEWEST = 10


@dataclass(frozen=True)
class Reason:
    """Something that stands in the way of some cases."""

    found: Found
    cases: int


@dataclass(frozen=True)
class Choice:
    """An element that is gone, with those of the new version that it may be now."""

    element_id: str
    name: str
    options: Sequence[tuple[str, str]]  # ids and names
    may_be_given_up: bool
    cases: int


@dataclass(frozen=True)
class VerdictLine:
    """The verdict on one case; `is_readable` says whether the reader may open the case."""

    instance_id: int
    before: int
    verdict: str
    hindrances: Sequence[Found]
    remarks: Sequence[Found]
    is_readable: bool


def older(session: Session, process_key: str) -> list[Older]:
    """
    Return how many open cases do not run on the version in force, by what they run on.

    Raises:
        DefinitionNotFound: There is no such process.

    """
    return targets.older(session, targets.in_force(session, process_key))


def find(session: Session, number: int) -> CaseMigration:
    """
    Return a migration.

    Raises:
        MigrationNotFound: There is none with this number.

    """
    found = session.get(CaseMigration, number)
    if found is None:
        raise MigrationNotFound(number)
    return found


def current(session: Session, process_key: str) -> CaseMigration | None:
    """Return the open migration of a process, if there is one."""
    mine = select(CaseMigration).where(CaseMigration.process_key == process_key)
    return session.scalars(mine.where(CaseMigration.state.not_in(OVER))).one_or_none()


def past(session: Session, process_key: str) -> Sequence[CaseMigration]:
    """Return the migrations of a process that were confirmed and are over, newest first."""
    return session.scalars(
        select(CaseMigration)
        .where(
            CaseMigration.process_key == process_key,
            CaseMigration.state.in_(OVER),
            CaseMigration.confirmed_by.is_not(None),
        )
        .order_by(CaseMigration.id.desc())
        .limit(NEWEST)
    ).all()


def people(session: Session, shown: Sequence[CaseMigration]) -> dict[str, str]:
    """Return the names of everybody whom some migrations name."""
    named: set[str | None] = set()
    for run in shown:
        named |= {run.begun_by, run.proposed_by, run.confirmed_by, run.ended_by}
    return {name: name for name in named if name} | names_of(session, named)


def reasons(session: Session, number: int) -> list[Reason]:
    """Return what stands in the way, what holds up most cases first; each counts once."""
    groups = session.execute(
        select(
            CaseVerdict.code,
            CaseVerdict.element_id,
            func.count().label("cases"),
            func.min(CaseVerdict.instance_id).label("first"),
        )
        .where(CaseVerdict.migration_id == number, CaseVerdict.code != "")
        .group_by(CaseVerdict.code, CaseVerdict.element_id)
        .order_by(func.count().desc(), CaseVerdict.code, CaseVerdict.element_id)
    ).all()
    firsts = session.execute(
        select(CaseVerdict.instance_id, CaseVerdict.hindrances).where(
            tuple_(CaseVerdict.migration_id, CaseVerdict.instance_id).in_(
                [(number, group.first) for group in groups]
            )
        )
    )
    told = {row.instance_id: from_json(row.hindrances[0]) for row in firsts}
    return [Reason(told[group.first], group.cases) for group in groups]


def choices(session: Session, run: CaseMigration, found: Sequence[Reason]) -> list[Choice]:
    """Return the elements that are gone, each with what a designer may say that it is now."""
    gone = [one for one in found if one.found.code == Hindrance.GONE]
    if not gone:
        return []
    to = targets.target(session, run.bundle_id)
    after = to.bundle.executable.process.nodes
    before: dict[str, Node] = {}
    for each in targets.older(session, to):
        before.update(definitions.executable(session, each.bundle_id).process.nodes)
    return [
        Choice(
            one.found.element_id,
            one.found.name,
            [
                (node.id, node.name or node.id)
                for node in after.values()
                if type(node) is type(before[one.found.element_id]) and node.id not in before
            ],
            _only_listens(before[one.found.element_id], before),
            one.cases,
        )
        for one in gone
        if one.found.element_id in before
    ]


def _only_listens(node: Node, nodes: dict[str, Node]) -> bool:
    """Say whether an element waits beside the way of a case, so that it may be given up."""
    if isinstance(node, CatchEvent) and not isinstance(node, BoundaryEvent):
        sources = (nodes.get(flow.source) for flow in node.incoming)
        return any(isinstance(source, EventBasedGateway) for source in sources)
    return isinstance(node, BoundaryEvent | StartEvent)


def verdicts(
    session: Session,
    number: int,
    *,
    actor: Actor,
    now: datetime,
    verdict: str = "",
    limit: int = 50,
    cursor: str | None = None,
) -> Page[VerdictLine]:
    """
    Return one page of the verdicts on cases, of one kind if wanted.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = select(CaseVerdict).where(CaseVerdict.migration_id == number)
    if verdict:
        query = query.where(CaseVerdict.verdict == verdict)
    if cursor is not None:
        query = query.where(CaseVerdict.instance_id > from_cursor(cursor, int)[0])
    rows = session.scalars(query.order_by(CaseVerdict.instance_id).limit(limit + 1)).all()
    page = one_page(rows, limit, lambda last: (last.instance_id,))
    readable = _readable(session, [row.instance_id for row in page.items], actor, now)
    return Page([_line(row, row.instance_id in readable) for row in page.items], page.next)


def _readable(session: Session, numbers: list[int], actor: Actor, now: datetime) -> set[int]:
    """Return the cases among these that an actor may know of; designers see hardly any."""
    query = select(Instance.id).where(Instance.id.in_(numbers))
    return set(session.scalars(scope_instances(query, actor, now=now)))


def _line(row: CaseVerdict, is_readable: bool) -> VerdictLine:
    """Return the verdict on a case as it is shown."""
    return VerdictLine(
        instance_id=row.instance_id,
        before=row.before,
        verdict=row.verdict,
        hindrances=[from_json(one) for one in row.hindrances],
        remarks=[from_json(one) for one in row.remarks],
        is_readable=is_readable,
    )
