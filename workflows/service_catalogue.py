"""
Every service that the packaged processes call.

Importing this module registers them; a process that calls a service nobody
registered is not published.
"""

from workflows import (
    acknowledgement,
    admission,
    assessment,
    check_ins,
    conflicts,
    escalations,
    intake,
    member_services,
    mentor_changes,
    mentor_search,
    mentoring,
    nomination_services,
    panel,
    posting,
    public_notice,
    screening,
    support_actions,
    training,
    training_courses,
    training_planning,
    training_revision,
    urgent_tasks,
    vetting,
)

__all__ = [
    "acknowledgement",
    "admission",
    "assessment",
    "check_ins",
    "conflicts",
    "escalations",
    "intake",
    "member_services",
    "mentor_changes",
    "mentor_search",
    "mentoring",
    "nomination_services",
    "panel",
    "posting",
    "public_notice",
    "screening",
    "support_actions",
    "training",
    "training_courses",
    "training_planning",
    "training_revision",
    "urgent_tasks",
    "vetting",
]
