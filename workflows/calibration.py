"""What a calibration looks at: grades by unit, and what is worth a discussion; no forced curve."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workflows.review_tables import Review

GRADES = ("A", "B", "C", "D", "D*")
MOST_EXCELLENT = 20  # per cent
_OVER_MEAN = 3  # three halves of the mean
_OF = 2


@dataclass
class UnitGrades:
    """How often each provisional grade was given in one unit."""

    unit: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def rated(self) -> int:
        """Return how many members have a grade."""
        return self.counts.total()

    @property
    def excellent(self) -> int:
        """Return how many grades are an A."""
        return self.counts["A"]


def grade_of(review: Review) -> str | None:
    """Return the grade that counts now: the final one, else the provisional one."""
    grade = review.final_grade or review.provisional_grade
    return grade if grade in GRADES else None


def by_unit(reviews: Sequence[Review]) -> list[UnitGrades]:
    """Count the grades by unit, in the order of the names."""
    return of_counts((each.member.person.unit.name, grade_of(each), 1) for each in reviews)


def of_counts(counts: Iterable[tuple[str, str | None, int]]) -> list[UnitGrades]:
    """Put counts of grades by unit together, in the order of the names."""
    units: dict[str, UnitGrades] = {}
    for unit, grade, number in counts:
        row = units.setdefault(unit, UnitGrades(unit))
        if grade in GRADES:
            row.counts[grade] += number
    return sorted(units.values(), key=lambda row: row.unit)


def in_all(rows: Sequence[UnitGrades]) -> Counter[str]:
    """Count the grades of all units together."""
    return sum((row.counts for row in rows), Counter())


def flags(rows: Sequence[UnitGrades]) -> list[str]:
    """Say what should be talked about; a flag forces nothing."""
    rated, excellent = sum(row.rated for row in rows), sum(row.excellent for row in rows)
    found: list[str] = []
    if rated and 100 * excellent > MOST_EXCELLENT * rated:
        found.append(
            f"{excellent} of {rated} grades are an A: more than {MOST_EXCELLENT} per cent."
        )
    # Shares are compared as products, so that no rounding decides.
    found += [
        f"{row.unit}: {row.excellent} of {row.rated} are an A, more than one and a half times "
        "the mean of the pool."
        for row in rows
        if row.rated and _OF * row.excellent * rated > _OVER_MEAN * excellent * row.rated
    ]
    return found


def in_words(reviews: Sequence[Review]) -> list[str]:
    """Return the distribution by unit, then each graded review by its number."""
    lines = []
    for row in by_unit(reviews):
        parts = ", ".join(f"{row.counts[grade]} {grade}" for grade in GRADES if row.counts[grade])
        lines.append(f"{row.unit}: {parts or 'no grade yet'}")
    lines += [
        f"{review.member.number}: {grade_of(review)}, score {review.score:.2f}"
        for review in reviews
        if grade_of(review) is not None and review.score is not None
    ]
    return lines
