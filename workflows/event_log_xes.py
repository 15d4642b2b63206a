"""The event log as XES, the standard IEEE 1849: one trace for each case."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from workflows.event_log import EventLog
from workflows.event_log_cases import LIFE_CYCLE, LoggedCase, LoggedEvent

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MIMETYPE = "application/xml"
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
)


def write(log: EventLog) -> Iterator[bytes]:
    """Yield the file part by part; no more than some cases are in memory."""
    yield "".join(_head()).encode()
    for case in log.read():
        yield "".join(_trace(case)).encode()
    yield b"</log>\n"


def _head() -> Iterator[str]:
    """Yield what stands before the traces."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name, prefix, uri in _EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield '<global scope="trace">\n'
    yield _string("concept:name", "unknown")
    yield "</global>\n"
    yield '<global scope="event">\n'
    yield _string("concept:name", "unknown")
    yield _string("lifecycle:transition", "complete")
    yield _date("time:timestamp", datetime(1970, 1, 1, tzinfo=UTC))
    yield "</global>\n"
    yield '<classifier name="Activity" scope="event" keys="concept:name"/>\n'
    yield (
        '<classifier name="Activity and transition" scope="event"'
        ' keys="concept:name lifecycle:transition"/>\n'
    )
    yield _string("concept:name", "Understudy")
    yield _string("lifecycle:model", "standard")


def _trace(case: LoggedCase) -> Iterator[str]:
    """Yield one case."""
    yield "<trace>\n"
    yield _string("concept:name", case.id)
    yield _string("process", case.process)
    yield f'<int key="version" value="{case.version}"/>\n'
    yield _string("status", case.status)
    if case.pool:
        yield _string("pool", case.pool)
    for number, member in enumerate(case.members, start=1):
        yield _string("member" if number == 1 else f"member_{number}", member)
    for event in case.events:
        yield from _event(event)
    yield "</trace>\n"


def _event(event: LoggedEvent) -> Iterator[str]:
    """Yield one event."""
    yield "<event>\n"
    yield _string("concept:name", event.name)
    yield _string("lifecycle:transition", event.transition)
    yield _date("time:timestamp", event.at)
    if event.resource:
        yield _string("org:resource", event.resource)
    yield _string("type", event.type)
    yield _string("process", event.process)
    if event.element_id:
        yield _string("element", event.element_id)
    if event.type in LIFE_CYCLE and event.token is not None:
        yield _string("concept:instance", str(event.token))
    yield "</event>\n"


def _string(key: str, value: str) -> str:
    """Return an attribute that is a text."""
    return f"<string key={quoteattr(key)} value={quoteattr(_clean(value))}/>\n"


def _date(key: str, value: datetime) -> str:
    """Return an attribute that is a moment."""
    moment = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return f'<date key="{key}" value="{moment}"/>\n'


def _clean(value: str) -> str:
    """Leave out the signs that XML cannot hold."""
    return _NOT_IN_XML.sub("", value)
