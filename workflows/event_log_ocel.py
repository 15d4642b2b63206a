"""
The event log as OCEL 2.0 in JSON: events with all the objects that they are about.

Objects are cases, members, pools, user tasks and decisions.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from workflows import json_text
from workflows.event_log import EventLog
from workflows.event_log_cases import LoggedCase, LoggedEvent

MIMETYPE = "application/json"
_OBJECT_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "case": (("process", "string"), ("version", "integer"), ("status", "string")),
    "member": (),
    "pool": (),
    "user task": (("element", "string"), ("name", "string")),
    "decision": (("decision", "string"),),
}
_EVENT_ATTRIBUTES = (
    ("lifecycle", "string"),
    ("resource", "string"),
    ("process", "string"),
    ("element", "string"),
)


def write(log: EventLog) -> Iterator[bytes]:
    """
    Yield the file part by part; no more than some cases are in memory.

    The cases are read twice, for their objects and for their events. The types
    of events stand last: only then all of them are known.
    """
    types = [
        {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes]}
        for name, attributes in _OBJECT_TYPES.items()
    ]
    yield b'{"objectTypes":' + json_text.written(types) + b',"objects":['
    yield from _separated(_objects(log))
    yield b'],"events":['
    names: set[str] = set()
    yield from _separated(_events(log, names))
    attributes = [{"name": key, "type": kind} for key, kind in _EVENT_ATTRIBUTES]
    found = [{"name": name, "attributes": attributes} for name in sorted(names)]
    yield b'],"eventTypes":' + json_text.written(found) + b"}\n"


def _separated(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield items with commas between them."""
    comma = b""
    for item in items:
        yield comma + json_text.written(item)
        comma = b",\n"


def _objects(log: EventLog) -> Iterator[dict[str, Any]]:
    """Yield every object once; people and pools at the first case that is about them."""
    seen: set[str] = set()
    for case in log.read():
        for kind, names in (("pool", [_pool(case)]), ("member", case.members)):
            for name in names:
                if name and name not in seen:
                    seen.add(name)
                    yield {"id": name, "type": kind, "attributes": [], "relationships": []}
        yield from _of_case(case)


def _of_case(case: LoggedCase) -> Iterator[dict[str, Any]]:
    """Yield a case with its user tasks and decisions."""
    about = [_to(member, "about") for member in case.members]
    pool = _pool(case)
    yield {
        "id": case.id,
        "type": "case",
        "attributes": _since(
            case.started_at, process=case.process, version=case.version, status=case.status
        ),
        "relationships": [*about, *([_to(pool, "for")] if pool else [])],
    }
    for task in case.tasks:
        yield {
            "id": task.id,
            "type": "user task",
            "attributes": _since(task.created_at, element=task.element_id, name=task.name),
            "relationships": [_to(case.id, "part of")],
        }
    for decision in case.decisions:
        yield {
            "id": decision.id,
            "type": "decision",
            "attributes": _since(decision.at, decision=decision.key),
            "relationships": [_to(case.id, "part of")],
        }


def _events(log: EventLog, names: set[str]) -> Iterator[dict[str, Any]]:
    """Yield every event with the objects that it is about; collect what events are called."""
    for case in log.read():
        tasks = {task.token: task.id for task in case.tasks}
        decisions = {decision.seq: decision.id for decision in case.decisions}
        always = [_to(case.id, "in"), *(_to(member, "about") for member in case.members)]
        if _pool(case):
            always.append(_to(_pool(case), "for"))
        for event in case.events:
            names.add(event.name)
            besides = []
            if event.token in tasks and event.type.startswith("activity_"):
                besides.append(_to(tasks[event.token], "work on"))
            if event.seq in decisions:
                besides.append(_to(decisions[event.seq], "makes"))
            yield _event(case, event, [*always, *besides])


def _event(
    case: LoggedCase, event: LoggedEvent, relationships: list[dict[str, str]]
) -> dict[str, Any]:
    """Return one event."""
    told = {
        "lifecycle": event.transition,
        "resource": event.resource,
        "process": event.process,
        "element": event.element_id,
    }
    return {
        "id": f"{case.id}-{event.seq}",
        "type": event.name,
        "time": _moment(event.at),
        "attributes": [{"name": key, "value": value} for key, value in told.items() if value],
        "relationships": relationships,
    }


def _pool(case: LoggedCase) -> str:
    """Return the pool of a case as an object."""
    return f"pool-{case.pool}" if case.pool else ""


def _to(object_id: str, qualifier: str) -> dict[str, str]:
    """Return a relationship."""
    return {"objectId": object_id, "qualifier": qualifier}


def _since(moment: datetime, **attributes: str | int) -> list[dict[str, Any]]:
    """Return attributes of an object that hold from a moment on."""
    time = _moment(moment)
    return [{"name": name, "time": time, "value": each} for name, each in attributes.items()]


def _moment(value: datetime) -> str:
    """Write a moment."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
