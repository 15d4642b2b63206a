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
    escalations,
    intake,
    member_services,
    nomination_services,
    panel,
    public_notice,
    rating,
    review,
    review_cycle,
    review_outcome,
    screening,
    vetting,
)

__all__ = [
    "acknowledgement",
    "admission",
    "assessment",
    "conflicts",
    "escalations",
    "intake",
    "member_services",
    "nomination_services",
    "panel",
    "public_notice",
    "rating",
    "review",
    "review_cycle",
    "review_outcome",
    "screening",
    "vetting",
]
