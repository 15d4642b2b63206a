"""The tracker of corrections as a file; every export is written into the audit trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from workflows import audit, correction_list, permissions
from workflows.actors import Actor
from workflows.correction_list import CorrectionFilter, CorrectionLine
from workflows.csv_text import as_csv
from workflows.permissions import Action

COLUMNS = (
    "case",
    "member",
    "name",
    "unit",
    "pool",
    "level",
    "opened_on",
    "next_due_on",
    "plan_ends_after_days",
    "effect_until",
    "waits_for",
)


def export(session: Session, actor: Actor, wanted: CorrectionFilter, *, now: datetime) -> str:
    """
    Return the cases of a list as CSV, as far as the actor may see them.

    Raises:
        NotAllowed: Exports are for the offices and heads.

    """
    permissions.check(actor, Action.EXPORT_CORRECTIONS)
    rows = [_cells(line) for line in correction_list.every(session, actor, wanted, now=now)]
    audit.record(
        session, "correction.export", "correction", "list", actor=actor, now=now, rows=len(rows)
    )
    return as_csv(COLUMNS, rows)


def _cells(line: CorrectionLine) -> list[str]:
    """Return the cells of one case; texts and reasons stay in the file of the case."""
    case, member = line.case, line.member
    return [
        str(case.id),
        member.number,
        member.person.display_name,
        member.person.unit.code,
        member.pool.code,
        case.level.value if case.level else "",
        case.opened_at.date().isoformat(),
        line.due_at.date().isoformat() if line.due_at else "",
        str(case.plan_days or ""),
        case.effect_until.isoformat() if case.effect_until else "",
        ", ".join(name for waiting in line.waits for name in waiting.who),
    ]
