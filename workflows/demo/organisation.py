"""Loads the whole organisation of the demonstration, with five years of history."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from workflows.demo.bulk import insert_rows
from workflows.demo.offices import store_courses, store_offices
from workflows.demo.pool_making import store_pool
from workflows.demo.recruiting import Recruiter
from workflows.demo.reserve import POOLS
from workflows.demo.staffing import (
    store_accounts,
    store_panels,
    store_pasts,
    store_people,
    store_units,
)
from workflows.demo.structure import UnitPlan, units
from workflows.demo.workforce import Employee, Workforce
from workflows.people_tables import CalendarDay

SEED = 20_261


@dataclass(frozen=True)
class Organisation:
    """What was loaded, for those who go on to make cases of it."""

    employees: list[Employee]
    heads: dict[str, str | None]  # direct superior by username
    members: dict[str, frozenset[int]]  # ids of people by code of the pool


def load(session: Session, *, seed: int = SEED, now: datetime, people: int = 2_000) -> Organisation:
    """Fill an empty database; the same seed on the same day gives the same organisation."""
    random = Random(seed)  # noqa: S311  (nothing here is secret)
    plans = list(units())
    employees = Workforce(random, now.date()).hire(plans, people)
    unit_ids = store_units(session, plans, employees)
    store_people(session, employees, unit_ids)
    store_pasts(session, employees, random, now)
    heads = _direct_superiors(plans, employees)
    store_accounts(session, employees, now)
    store_panels(session, employees, random)
    store_offices(session, employees)
    store_courses(session)
    recruiter = Recruiter(random, now.date(), heads)
    members = {
        sketch.code: store_pool(
            session, sketch, unit_ids[sketch.owner_unit], recruiter, employees, now=now
        )
        for sketch in POOLS
    }
    _store_calendar(session, now)
    return Organisation(employees, heads, members)


def _direct_superiors(plans: list[UnitPlan], employees: list[Employee]) -> dict[str, str | None]:
    """Return the direct superior of everybody by username."""
    head = {each.unit.code: each.username for each in employees if each.is_head}
    parent = {plan.code: plan.parent for plan in plans}
    superiors: dict[str, str | None] = {}
    for each in employees:
        unit = parent[each.unit.code] if each.is_head else each.unit.code
        superiors[each.username] = head[unit] if unit else None
    return superiors


def _store_calendar(session: Session, now: datetime) -> None:
    """Close the organisation between the years, as many do."""
    insert_rows(
        session,
        CalendarDay,
        [
            {"day": day, "is_working": False, "name": "Closed between the years"}
            for year in range(now.year, now.year + 3)
            for day in (
                now.date().replace(year=year, month=12, day=number) for number in range(24, 32)
            )
        ],
    )
