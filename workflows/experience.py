"""How long people did what: counting in whole months."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.people_tables import ExperienceSpell, Person
from workflows.vocabulary import SpellKind

_DAYS_OF_A_MONTH = 30


def whole_months(since: date, until: date) -> int:
    """Return how many whole months passed between two days; 0 when the order is wrong."""
    months, _ = _months_and_days(since, until)
    return months


def months_by_kind(session: Session, person: Person, today: date) -> dict[SpellKind, int]:
    """Return the months of experience of a person by kind; times at once count once."""
    spells: defaultdict[SpellKind, list[tuple[date, date]]] = defaultdict(list)
    rows = session.execute(
        select(ExperienceSpell.kind, ExperienceSpell.since, ExperienceSpell.until)
        .where(ExperienceSpell.person_id == person.id, ExperienceSpell.since <= today)
        .order_by(ExperienceSpell.since)
    )
    for row in rows:
        spells[row.kind].append((row.since, min(row.until or today, today)))
    return {kind: _total_months(spells[kind]) for kind in SpellKind}


def _total_months(spells: Iterable[tuple[date, date]]) -> int:
    """Return the whole months of spells in order of their beginning, overlaps counted once."""
    months, days = 0, 0
    covered = date.min
    for since, until in spells:
        begin = max(since, covered)
        if begin >= until:
            continue
        more_months, more_days = _months_and_days(begin, until)
        months, days = months + more_months, days + more_days
        covered = until
    return months + days // _DAYS_OF_A_MONTH


def _months_and_days(since: date, until: date) -> tuple[int, int]:
    """Return the whole months between two days and the days that remain."""
    if until <= since:
        return 0, 0
    months = (until.year - since.year) * 12 + until.month - since.month
    if until.day >= since.day:
        return months, until.day - since.day
    return months - 1, max(_DAYS_OF_A_MONTH - since.day, 0) + until.day
