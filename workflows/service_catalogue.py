"""
Every service that the packaged processes call.

Importing this module registers them; a process that calls a service nobody
registered is not published.
"""

from workflows import (
    acknowledgement,
    admission,
    assessment,
    conflicts,
    correction,
    correction_checkpoint,
    correction_closing,
    correction_notice,
    correction_opening,
    correction_plan,
    escalations,
    intake,
    member_evidence,
    member_services,
    nomination_services,
    panel,
    public_notice,
    screening,
    signs,
    vetting,
)

__all__ = [
    "acknowledgement",
    "admission",
    "assessment",
    "conflicts",
    "correction",
    "correction_checkpoint",
    "correction_closing",
    "correction_notice",
    "correction_opening",
    "correction_plan",
    "escalations",
    "intake",
    "member_evidence",
    "member_services",
    "nomination_services",
    "panel",
    "public_notice",
    "screening",
    "signs",
    "vetting",
]
