"""What the studio refuses, and how it keeps the text that came too late."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
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
        super().__init__(
            Sentence("Somebody works on “%(name)s” already. Go on with that draft.", name=name)
        )


class KeyTaken(Conflict):
    """Something new needs an id of its own."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(
            Sentence(
                "Something has the id “%(key)s” already (%(kind)s). Change that one.",
                kind=Term("draft kind", subject.kind.value),
                key=subject.key,
            )
        )


class DraftRefused(Invalid):
    """The draft cannot be like this; the sentence says why."""


class DraftIsClosed(Conflict):
    """The draft is past the step at which this could be done."""

    def __init__(self, status: DraftStatus) -> None:
        super().__init__(
            Sentence(
                "The draft is “%(status)s” and cannot be changed now.",
                status=Term("draft", status.value),
            )
        )


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
        # Pages say it by `webapp.studio_words.late`.
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
