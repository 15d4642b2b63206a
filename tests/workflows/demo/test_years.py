"""Time that passes over an organisation: what waits is done, by those who may."""

from datetime import timedelta
from random import Random

from tests.conftest import NOW
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import groups
from workflows.database import Database
from workflows.demo.years import Years


def test_a_nomination_comes_to_its_end(organisation: Database) -> None:
    case = Case(organisation).submit()
    with organisation.unit_of_work() as session:
        # Whoever becomes a member is trained.
        groups.join(session, "hugo", "training-officer")
    # With some seeds everybody of this small organisation is bound, and no substitute is found.
    years = Years(organisation, case.clock, CALENDAR, Random(1))

    course = years.run(NOW + timedelta(days=300))

    assert course.undoable == {}
    assert case.instance.status == "completed"
    assert case.state.is_final
    assert course.done["nomination.consent"] <= 1 <= sum(course.done.values())


def test_chores_are_done_every_working_day(organisation: Database) -> None:
    days: list[str] = []
    case = Case(organisation).submit()
    chores = [lambda day: days.append(f"{day:%a}")]

    Years(organisation, case.clock, CALENDAR, Random(5), chores=chores).run(
        NOW + timedelta(days=14)
    )

    assert days == ["Mon", "Tue", "Wed", "Thu", "Fri"] * 2
