"""How far the draft of a process is on its way into force."""

from enum import StrEnum


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
