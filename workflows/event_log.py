"""
The event log of cases, to be handed on to tools that look for patterns in it.

Nothing that somebody wrote goes along: no process data, reasons or names. Who
did something is a pseudonym that means the same person throughout one export,
and nothing in another one: its key is made for the export and forgotten.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from rules.sentences import Sentence
from workflows import audit, event_log_cases, permissions
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.database import Database
from workflows.engine.tables import Instance
from workflows.errors import Invalid
from workflows.event_log_cases import LoggedCase, Pseudonyms
from workflows.in_parts import in_parts
from workflows.permissions import Action

AT_ONCE = 200  # cases that are in memory together


class NothingToExport(Invalid):
    """The export would be empty."""

    def __init__(self) -> None:
        super().__init__(Sentence("No case fits: choose another process or a longer period."))


@dataclass(frozen=True)
class LogFilter:
    """Which cases go into an export: of a process, begun in a time."""

    process: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass
class EventLog:
    """
    An export that was permitted: the cases are read when they are asked for.

    Attributes:
        cases: The number of each case, and up to which event it is told, so
            that whoever reads the log twice reads the same.

    """

    database: Database
    pseudonyms: Pseudonyms
    cases: Sequence[tuple[int, int]] = field(default_factory=list)

    def read(self) -> Iterator[LoggedCase]:
        """Yield case after case; each part is read in a transaction of its own."""
        for part in in_parts(self.cases, AT_ONCE):
            with self.database.reading() as session:
                found = event_log_cases.read(session, dict(part), self.pseudonyms)
            yield from found


def export(
    database: Database, actor: Actor, wanted: LogFilter, *, kind: str, now: datetime
) -> EventLog:
    """
    Permit an export and write down that it was made; cases about the reader stay out.

    Raises:
        NotAllowed: Event logs are not for the actor.
        NothingToExport: No case fits.

    """
    permissions.check(actor, Action.EXPORT_EVENTS)
    query = select(Instance.id, Instance.last_seq).order_by(Instance.id)
    if wanted.process:
        query = query.where(Instance.definition_key == wanted.process)
    if wanted.since:
        query = query.where(Instance.started_at >= wanted.since)
    if wanted.until:
        query = query.where(Instance.started_at < wanted.until)
    with database.reading() as session:
        rows = session.execute(scope_answered_for(query, actor))
        cases = [(row.id, row.last_seq) for row in rows]
    if not cases:
        raise NothingToExport
    with database.unit_of_work() as session:
        audit.record(
            session,
            Action.EXPORT_EVENTS,
            "event_log",
            kind,
            actor=actor,
            now=now,
            process=wanted.process,
            cases=len(cases),
        )
    return EventLog(database, Pseudonyms(), cases)
