"""Fisher's exact test: how often chance alone would make two groups differ so much."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

from rules.feel import Budget, FeelBudgetExceeded
from rules.indicators.registry import Indicator

MOST_PEOPLE = 10_000
_DIGITS = 20
_BITS_PER_STEP = 2_000


def fisher_exact_p(
    selected_a: int, considered_a: int, selected_b: int, considered_b: int, budget: Budget
) -> Fraction:
    """
    Return the two-sided p value of two selections, as an exact fraction.

    It adds up the chances of all tables with the same sums that are at most as likely
    as the one that was seen. Whole numbers decide what is as likely, so that no
    rounding can move a table from one side to the other.

    Raises:
        FeelBudgetExceeded: More people were considered than the exact test can count.

    """
    everyone = considered_a + considered_b
    if everyone > MOST_PEOPLE:
        raise FeelBudgetExceeded(
            f"The exact test counts at most {MOST_PEOPLE:,} people, and not {everyone:,}."
        )
    selected = selected_a + selected_b
    seen = comb(selected, selected_a) * comb(everyone - selected, considered_a - selected_a)
    ways = _ways(selected, everyone - selected, considered_a, budget)
    return Fraction(sum(way for way in ways if way <= seen), comb(everyone, considered_a))


def _ways(selected: int, rejected: int, group: int, budget: Budget) -> Iterator[int]:
    """Yield in how many ways 0, 1, 2 ... of a group could have been among the selected."""
    first, last = max(0, group - rejected), min(selected, group)
    ways = comb(selected, first) * comb(rejected, group - first)
    for inside in range(first, last + 1):
        budget.spend(1 + ways.bit_length() // _BITS_PER_STEP)
        yield ways
        # The next number follows from this one; the division leaves no remainder.
        ways = ways * (selected - inside) * (group - inside)
        ways //= (inside + 1) * (rejected - group + inside + 1)


def _from_values(budget: Budget, *arguments: Any) -> Decimal | None:
    """Answer a model with decimals; null to what are no counts of people."""
    if not all(_is_count(value) for value in arguments):
        return None
    selected_a, considered_a, selected_b, considered_b = (int(value) for value in arguments)
    if selected_a > considered_a or selected_b > considered_b:
        return None
    p = fisher_exact_p(selected_a, considered_a, selected_b, considered_b, budget)
    digits = 10**_DIGITS
    return Decimal(round(p * digits)).scaleb(-_DIGITS).normalize()


def _is_count(value: Any) -> bool:
    """Say whether a value can be a number of people."""
    return isinstance(value, Decimal) and value >= 0 and value == value.to_integral_value()


FISHER_EXACT_TEST = Indicator(
    name="fisher_exact_test",
    parameters=("selected_a", "considered_a", "selected_b", "considered_b"),
    description="Two-sided p value of Fisher's exact test for two groups, 0 to 1.",
    call=_from_values,
)
