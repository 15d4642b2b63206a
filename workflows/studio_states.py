"""What a draft is of, and how far it is on its way into force."""

from dataclasses import dataclass
from enum import StrEnum


class DraftKind(StrEnum):
    """What can be changed in a draft, by the words that definitions use for it."""

    PROCESS = "process"
    DECISION = "decision"  # a file of decisions: tables, and what they require
    FORM = "form"


@dataclass(frozen=True)
class Subject:
    """
    What a draft changes; at most one draft of it is open.

    The key of a file of decisions is the id of its leading one.
    """

    kind: DraftKind
    key: str


class DraftStatus(StrEnum):
    """What may happen next with a draft."""

    DRAFT = "draft"  # somebody works on it
    CHECKED = "checked"  # the checks found no error in this very text
    PROPOSED = "proposed"  # waits for a second person
    APPROVED = "approved"  # a second person agreed; nobody may change it any more
    PUBLISHED = "published"  # in force since then
    DISCARDED = "discarded"


EDITABLE = frozenset({DraftStatus.DRAFT, DraftStatus.CHECKED})
OPEN = EDITABLE | {DraftStatus.PROPOSED, DraftStatus.APPROVED}
