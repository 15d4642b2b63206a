"""
Every service that the packaged processes call.

Importing this module registers them; a process that calls a service nobody
registered is not published.
"""

from workflows import (
    acknowledgement,
    admission,
    appeal_panel,
    appeals,
    assessment,
    conflicts,
    escalations,
    exit_afterwards,
    exit_panel,
    exit_watch,
    exit_ways,
    intake,
    member_services,
    nomination_services,
    outcome_receipts,
    panel,
    pool_exit,
    public_notice,
    screening,
    vetting,
)

__all__ = [
    "acknowledgement",
    "admission",
    "appeal_panel",
    "appeals",
    "assessment",
    "conflicts",
    "escalations",
    "exit_afterwards",
    "exit_panel",
    "exit_watch",
    "exit_ways",
    "intake",
    "member_services",
    "nomination_services",
    "outcome_receipts",
    "panel",
    "pool_exit",
    "public_notice",
    "screening",
    "vetting",
]
