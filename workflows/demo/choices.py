"""What can be named in the forms of an organisation: its people, courses and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import groups
from workflows.course_tables import Course
from workflows.people_tables import OrgUnit
from workflows.vocabulary import Role

_MONTHS = (12,)  # suit a posting of every direction


@dataclass(frozen=True)
class Choices:
    """Who may be asked to help or to judge, and what fits fields by their names."""

    people: Sequence[str]
    known: Mapping[str, Sequence[Any]]

    @classmethod
    def of(cls, session: Session) -> "Choices":
        """Read what there is today."""
        named = [groups.members_of(session, role) for role in (Role.MANAGER, Role.REVIEWER)]
        courses = session.scalars(select(Course.code).where(Course.is_offered)).all()
        places = session.scalars(select(OrgUnit.code)).all()
        offered = {"course_code": courses, "host_unit": places, "months": _MONTHS}
        return cls(
            people=sorted({name for names in named for name in names}),
            known={name: sorted(values) for name, values in offered.items() if values},
        )
