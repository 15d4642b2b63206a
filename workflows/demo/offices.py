"""Who holds the offices of the demonstration beside the well-known people, and its courses."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.course_tables import Course
from workflows.demo.bulk import insert_rows
from workflows.demo.workforce import Employee
from workflows.vocabulary import EmploymentStatus

_PLACES = 3  # two may be barred from one case
_OFFICES = ("training-officer", "appeals-secretary", "pool-manager", "conduct-office")
_COURSES = (
    ("LEAD-1", "Leading through others", "leadership", 40),
    ("FIN-1", "Money for people who do not count it", "business", 24),
    ("LAW-1", "Public law in practice", "rules", 32),
    ("SAFE-1", "Safety of plants and networks", "technology", 36),
    ("DATA-1", "Data in decisions", "technology", 30),
    ("INT-1", "Integrity at work", "values", 16),
)


def store_offices(session: Session, employees: list[Employee]) -> None:
    """
    Seat people of the corporate services in the offices; nobody holds two of them.

    An office with one person stands still when that person is the subject of a case.
    """
    suitable = [
        each
        for each in employees
        if each.category == "corporate"
        and each.status is EmploymentStatus.ACTIVE
        and not each.part
        and not each.is_head
    ]
    rows = [
        {"username": each.username, "group_name": office}
        for index, office in enumerate(_OFFICES)
        for each in suitable[index * _PLACES : (index + 1) * _PLACES]
    ]
    insert_rows(session, GroupMember, rows)
    partners = suitable[len(_OFFICES) * _PLACES :][:_PLACES]
    session.execute(
        update(Account)
        .where(Account.username.in_([each.username for each in partners]))
        .values(roles=["hr", "member"])
    )


def store_courses(session: Session) -> None:
    """Offer some courses, so that a plan of training finds what it asks for."""
    insert_rows(
        session,
        Course,
        [
            {"code": code, "title": title, "theme": theme, "class_hours": hours}
            for code, title, theme, hours in _COURSES
        ],
    )
