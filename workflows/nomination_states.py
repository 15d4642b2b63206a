"""The states of a nomination, and which may follow which."""

from enum import StrEnum


class NominationState(StrEnum):
    """How far a nomination is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    INELIGIBLE = "ineligible"
    HOLD = "hold"
    WAIVER = "waiver"
    VETTING = "vetting"
    PANEL = "panel"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    NOTICE = "notice"
    INQUIRY = "inquiry"
    NOTICE_DONE = "notice_done"
    REVOKED = "revoked"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """Return the state in words for people."""
        return self.value.replace("_", " ").capitalize()

    @property
    def is_final(self) -> bool:
        """Say whether nothing can follow."""
        return self in FINAL

    def may_become(self, following: "NominationState") -> bool:
        """Say whether a state may follow this one; anything unfinished can be withdrawn."""
        if self.is_final:
            return False
        return following is NominationState.WITHDRAWN or following in _FOLLOWING[self]


_S = NominationState

FINAL = frozenset({_S.INELIGIBLE, _S.REJECTED, _S.REVOKED, _S.CONFIRMED, _S.WITHDRAWN, _S.EXPIRED})

_FOLLOWING: dict[NominationState, frozenset[NominationState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.EXPIRED}),
    _S.SUBMITTED: frozenset({_S.SCREENING}),
    _S.SCREENING: frozenset({_S.INELIGIBLE, _S.HOLD, _S.WAIVER, _S.VETTING}),
    _S.HOLD: frozenset({_S.SCREENING, _S.INELIGIBLE}),
    _S.WAIVER: frozenset({_S.SCREENING, _S.INELIGIBLE, _S.VETTING}),
    # Checks that grew too old lead from the panel back to the vetting.
    _S.VETTING: frozenset({_S.PANEL}),
    _S.PANEL: frozenset({_S.REJECTED, _S.DEFERRED, _S.WAITLISTED, _S.APPROVED, _S.VETTING}),
    _S.DEFERRED: frozenset({_S.PANEL, _S.VETTING}),
    _S.WAITLISTED: frozenset({_S.APPROVED, _S.REJECTED, _S.EXPIRED}),
    _S.APPROVED: frozenset({_S.NOTICE, _S.CONFIRMED}),
    _S.NOTICE: frozenset({_S.INQUIRY, _S.NOTICE_DONE, _S.REVOKED}),
    _S.INQUIRY: frozenset({_S.NOTICE, _S.NOTICE_DONE, _S.REVOKED}),
    _S.NOTICE_DONE: frozenset({_S.CONFIRMED}),
}
