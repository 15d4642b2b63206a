"""The verdicts on the cases of a migration, and how far it has come."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows.database import insert_or, table_of
from workflows.engine.migration.cases import Answer
from workflows.engine.migration.runs import WORKING
from workflows.engine.migration.verdicts import Found
from workflows.engine.migration_tables import CaseMigration, CaseVerdict

_run = table_of(CaseMigration)
_verdict = table_of(CaseVerdict)


def note(
    session: Session,
    run_id: int,
    found: Collection[tuple[int, int, Answer]],
    *,
    position: int,
    attempt: int,
    now: datetime,
) -> bool:
    """
    Keep the verdicts on some cases: number, version before, and answer.

    Says no where the migration was stopped meanwhile, or belongs to another worker.
    """
    mine = update(_run).where(
        _run.c.id == run_id, _run.c.attempts == attempt, _run.c.state.in_(WORKING)
    )
    values = {"position": position, "done": _run.c.done + len(found)}
    if session.execute(mine.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        return False
    for instance_id, before, answer in found:
        _keep(session, {"migration_id": run_id, "instance_id": instance_id}, before, answer, now)
    return True


def _keep(
    session: Session, key: dict[str, Any], before: int, answer: Answer, now: datetime
) -> None:
    """Write one verdict in place of an earlier one."""
    first = answer.hindrances[0] if answer.hindrances else Found("", "")
    values = {
        "verdict": str(answer.verdict),
        "code": str(first.code),
        "element_id": first.element_id[:80],
        "hindrances": [found.to_json() for found in answer.hindrances],
        "remarks": [found.to_json() for found in answer.remarks],
        "at": now,
    }
    session.execute(
        insert_or(session, _verdict)
        .values(**key, before=before, **values)
        .on_conflict_do_update(index_elements=["migration_id", "instance_id"], set_=values)
    )


def counts(session: Session, run_id: int) -> dict[str, int]:
    """Return how many cases have each verdict."""
    rows = session.execute(
        select(_verdict.c.verdict, func.count().label("number"))
        .where(_verdict.c.migration_id == run_id)
        .group_by(_verdict.c.verdict)
    )
    return {row.verdict: row.number for row in rows}
