"""What the people of the demonstration did in the past: experience, grades, measures."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from workflows.demo.workforce import Employee
from workflows.vocabulary import SpellKind, Temperature

YEARS_OF_HISTORY = 5
_FRONTLINE_SHARE = {"operations": 0.75, "customer": 0.7, "engineering": 0.5, "corporate": 0.25}
_GRADES = "ABCD"
# Whoever reached a higher level mostly had good reviews.
_GRADE_WEIGHTS = {1: (13, 66, 18, 3), 2: (24, 68, 7, 1), 3: (30, 65, 5, 0), 4: (35, 62, 3, 0)}
_MEASURES = ("reminder", "written warning", "final warning")
_OUTSIDE = (
    "an engineering consultancy",
    "a city administration",
    "a hospital",
    "a machine builder",
    "a research institute",
    "a telecommunications company",
    "a bank",
    "a shipping company",
)


@dataclass(frozen=True)
class Career:
    """Rows for the tables of a person's past."""

    spells: list[dict[str, Any]]
    grades: list[dict[str, Any]]
    discipline: list[dict[str, Any]]


def career_of(employee: Employee, random: Random, today: date) -> Career:
    """Make up the past of one person."""
    return Career(
        _spells(employee, random, today),
        _grades(employee, random, today),
        _discipline(employee, random, today),
    )


def _spells(employee: Employee, random: Random, today: date) -> list[dict[str, Any]]:
    """Return where somebody worked, from the start of the career until today."""
    rows = []
    if (employee.hire_date - employee.career_start).days > 60:
        rows.append(
            _spell(
                employee,
                SpellKind.EXTERNAL,
                random.choice(_OUTSIDE),
                employee.career_start,
                employee.hire_date,
            )
        )
    moves = sorted(
        employee.hire_date + timedelta(days=random.randrange(max(1, _days_here(employee, today))))
        for _ in range(random.choice((0, 0, 1, 1, 2, 3)))
    )
    edges = [employee.hire_date, *moves]
    share = _FRONTLINE_SHARE[employee.category] + (0.2 if employee.part else 0)
    for since, until in zip(edges, [*moves, None], strict=True):
        is_frontline = random.random() < share or bool(employee.part and until is None)
        kind = SpellKind.FRONTLINE if is_frontline else SpellKind.HEADQUARTERS
        rows.append(_spell(employee, kind, employee.unit.name, since, until))
    return rows


def _spell(
    employee: Employee, kind: SpellKind, place: str, since: date, until: date | None
) -> dict[str, Any]:
    """Return the row of one time in one kind of work."""
    is_now = until is None
    return {
        "person_id": employee.id,
        "kind": kind,
        "temperature": employee.temperature if is_now else Temperature.NORMAL,
        "place": place,
        "since": since,
        "until": until,
    }


def _grades(employee: Employee, random: Random, today: date) -> list[dict[str, Any]]:
    """Return the grades of the last years; well-known people did well."""
    weights = (40, 60, 0, 0) if employee.part else _GRADE_WEIGHTS[employee.level]
    return [
        {
            "person_id": employee.id,
            "year": year,
            "grade": random.choices(_GRADES, weights)[0],
        }
        for year in range(today.year - YEARS_OF_HISTORY, today.year)
        if employee.hire_date.year < year
    ]


def _discipline(employee: Employee, random: Random, today: date) -> list[dict[str, Any]]:
    """Return a measure or an open investigation for the few who have one."""
    if employee.part or employee.is_head or random.random() > 0.025:
        return []
    opened_on = today - timedelta(days=random.randrange(20, 700))
    if opened_on < employee.hire_date:
        return []
    is_open = random.random() < 0.3
    closed_on = (
        None if is_open else min(opened_on + timedelta(days=random.randrange(10, 40)), today)
    )
    return [
        {
            "person_id": employee.id,
            "opened_on": opened_on,
            "closed_on": closed_on,
            "measure": "" if is_open else random.choice(_MEASURES),
            "effective_on": closed_on,
            "effect_until": closed_on + timedelta(days=365) if closed_on else None,
        }
    ]


def _days_here(employee: Employee, today: date) -> int:
    """Return how long somebody has been here."""
    return (today - employee.hire_date).days
