"""Arming the timers at which processes begin by themselves, when processes are published."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import StartEvent
from workflows.engine.tables import StartTimer

_timer = table_of(StartTimer)
_LONGEST_TIMING = 400


def arm(session: Session, processes: Mapping[str, ProcessModel], *, now: datetime) -> None:
    """
    Make the timers those of the processes in force.

    What says the same as before keeps its schedule, unless it could not begin a case.
    """
    starts = {
        (key, event): _said(process, event)
        for key, process in processes.items()
        for event in process.timer_starts
    }
    rows = session.execute(select(_timer).with_for_update()).all()
    places = {(row.process_key, row.element_id): row for row in rows}
    kept = {
        place
        for place, row in places.items()
        if starts.get(place) == row.timing and row.problem is None
    }
    if gone := [place for place in places if place not in kept]:
        place_of = tuple_(_timer.c.process_key, _timer.c.element_id)
        session.execute(delete(_timer).where(place_of.in_(gone)))
    new = [
        {"process_key": key, "element_id": event, "timing": timing, "armed_at": now}
        for (key, event), timing in starts.items()
        if (key, event) not in kept
    ]
    if new:
        session.execute(insert(_timer), new)


def _said(process: ProcessModel, event: str) -> str:
    """Return what a timer start event says, to be compared with other versions."""
    node = process.nodes[event]
    assert isinstance(node, StartEvent)
    assert node.timing is not None
    return f"{node.timing.kind}:{node.timing.text}"[:_LONGEST_TIMING]
