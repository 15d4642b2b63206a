"""How long each element usually takes: what its finished user tasks took, in working days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.engine.kept_tables import KeptPace
from workflows.engine.tables import UserTask
from workflows.working_time import WorkingTime

FEWEST = 10  # finished user tasks; fewer say nothing about what is usual
MOST = 200  # the latest ones: an element that became quicker is judged by what it is now
USUAL_SHARE = 0.9

Element = tuple[str, str]  # key of the process of the case, id of the element


@dataclass(frozen=True)
class Pace:
    """
    What an element usually takes, in working days.

    Attributes:
        number: How many finished user tasks say so.
        median: Half of them took no longer.
        high: Nine of ten took no longer.

    """

    number: int
    median: float
    high: float


def paces(session: Session, time: WorkingTime) -> Mapping[Element, Pace]:
    """Return the pace of each element: what is kept, else what its latest user tasks took."""
    kept = session.execute(
        select(
            KeptPace.definition_key,
            KeptPace.element_id,
            KeptPace.number,
            KeptPace.median,
            KeptPace.high,
        )
    ).all()
    if kept:
        return {(one.definition_key, one.element_id): Pace(*one[2:]) for one in kept}
    return found(session, time)


def found(session: Session, time: WorkingTime) -> Mapping[Element, Pace]:
    """Return the pace of each element by its latest user tasks, in one statement."""
    place = func.row_number().over(
        partition_by=(UserTask.definition_key, UserTask.element_id), order_by=UserTask.id.desc()
    )
    finished = (
        select(
            UserTask.definition_key,
            UserTask.element_id,
            UserTask.created_at,
            UserTask.completed_at,
            place.label("place"),
        )
        .where(UserTask.state == "completed")
        .subquery()
    )
    taken: defaultdict[Element, list[float]] = defaultdict(list)
    for row in session.execute(select(finished).where(finished.c.place <= MOST)):
        days = time.days(row.created_at, row.completed_at)
        taken[row.definition_key, row.element_id].append(days)
    return {element: pace(days) for element, days in taken.items() if len(days) >= FEWEST}


def pace(days: Sequence[float]) -> Pace:
    """Return the pace that finished user tasks show; there is at least one."""
    ordered = sorted(days)
    high = ordered[ceil(USUAL_SHARE * len(ordered)) - 1]
    return Pace(len(ordered), median(ordered), high)
