"""What the studio refuses, and how it keeps the text that came too late."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflows.database import FailureWithRecord, table_of
from workflows.errors import Conflict, Invalid, NotFound
from workflows.studio_states import DraftStatus, Subject
from workflows.studio_tables import DraftText


class NoDraft(NotFound):
    """Nobody works on this."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(f"There is no draft of the {subject.kind} “{subject.key}”.")


class NoVersion(NotFound):
    """There never was a version with this number."""

    def __init__(self, subject: Subject, number: int) -> None:
        super().__init__(f"The {subject.kind} “{subject.key}” has no version {number}.")


class DraftExists(Conflict):
    """There is one draft at a time."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody works on “{name}” already. Go on with that draft.")


class KeyTaken(Conflict):
    """Something new needs an id of its own."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(
            f"There is a {subject.kind} with the id “{subject.key}” already. Change that one."
        )


class DraftRefused(Invalid):
    """The draft cannot be like this; the sentence says why."""


class DraftIsClosed(Conflict):
    """The draft is past the step at which this could be done."""

    def __init__(self, status: DraftStatus) -> None:
        super().__init__(f"The draft is {status.value} and cannot be changed now.")


class Lateness(StrEnum):
    """What happened before a text came too late."""

    TAKEN = "took over"
    SAVED = "saved"
    CLOSED = "proposed"


class StaleSave(Conflict, FailureWithRecord):
    """Somebody else went on with the draft; the text that came too late lies aside."""

    def __init__(self, late: Lateness, by: str, since: datetime, refused: DraftText) -> None:
        self.late, self.by, self.since = late, by, since
        self._refused: dict[str, Any] = {
            "draft_id": refused.draft_id,
            "revision": refused.revision,
            "source": refused.source,
            "saved_by": refused.saved_by,
            "begun_at": refused.begun_at,
            "saved_at": refused.saved_at,
            "is_aside": True,
        }
        when = f"{since:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"{by} {late.value} it at {when}. Your text is kept aside.")

    def record(self, session: Session) -> None:
        """Keep the text that was refused; a later one of the same author takes its place."""
        refused = self._refused
        last = session.scalars(
            select(DraftText).where(
                DraftText.draft_id == refused["draft_id"],
                DraftText.saved_by == refused["saved_by"],
                DraftText.revision == refused["revision"],
                DraftText.is_aside,
            )
        ).first()
        if last is None:
            session.execute(insert(table_of(DraftText)), refused)
        else:
            last.source, last.saved_at = refused["source"], refused["saved_at"]
