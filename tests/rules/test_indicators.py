"""Indicators: exact figures that a model can name, and refuses to misname."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import indicators
from rules.dmn import DmnRefused, read_model
from rules.feel import Budget, FeelBudgetExceeded
from rules.indicators.fisher import MOST_PEOPLE, fisher_exact_p
from tests.rules import dmn_models as make

FISHER = indicators.REGISTERED["fisher_exact_test"]


def counted(selected_a: int, considered_a: int, selected_b: int, considered_b: int) -> Fraction:
    """Return the same chance, counted in the plainest way."""
    everyone, selected = considered_a + considered_b, selected_a + selected_b
    chances = [
        Fraction(comb(selected, k) * comb(everyone - selected, considered_a - k))
        / comb(everyone, considered_a)
        for k in range(considered_a + 1)
        if k <= selected and considered_a - k <= everyone - selected
    ]
    seen = Fraction(
        comb(selected, selected_a) * comb(everyone - selected, considered_a - selected_a),
        comb(everyone, considered_a),
    )
    return sum((chance for chance in chances if chance <= seen), Fraction(0))


@st.composite
def selections(draw):
    considered_a, considered_b = draw(st.integers(0, 25)), draw(st.integers(0, 25))
    selected_a, selected_b = draw(st.integers(0, considered_a)), draw(st.integers(0, considered_b))
    return selected_a, considered_a, selected_b, considered_b


@given(selections())
def test_the_exact_test_counts_what_the_definition_says(selection):
    assert fisher_exact_p(*selection, Budget()) == counted(*selection)


@given(selections())
def test_it_does_not_matter_which_group_comes_first(selection):
    p = fisher_exact_p(*selection, Budget())

    assert p == fisher_exact_p(*selection[2:], *selection[:2], Budget())
    assert 0 < p <= 1


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ((8, 40, 18, 60), "0.353"),
        ((20, 80, 48, 120), "0.033"),
        ((9, 30, 20, 70), "1.000"),
        ((1, 4, 6, 12), "0.585"),
        ((0, 0, 0, 0), "1.000"),
    ],
)
def test_the_known_cases_come_out(selection, expected):
    p = FISHER.call(Budget(), *(Decimal(count) for count in selection))

    assert f"{p:.3f}" == expected


@pytest.mark.parametrize(
    "arguments", [(5, 4, 1, 2), (-1, 4, 1, 2), (Decimal("0.5"), 4, 1, 2), (None, 4, 1, 2)]
)
def test_what_is_no_count_of_people_has_no_figure(arguments):
    values = (each if each is None else Decimal(each) for each in arguments)

    assert FISHER.call(Budget(), *values) is None


def test_more_people_than_can_be_counted_are_refused():
    half = MOST_PEOPLE // 2
    assert fisher_exact_p(half // 2, half, half // 2, half, Budget()) == 1

    with pytest.raises(FeelBudgetExceeded, match="10,000 people"):
        fisher_exact_p(1, half, 1, half + 1, Budget())


def function(indicator: str, *parameters: str) -> str:
    named = "".join(f'<formalParameter name="{name}" typeRef="number"/>' for name in parameters)
    return (
        '<businessKnowledgeModel id="fn_p" name="p"><encapsulatedLogic '
        f'xmlns:u="urn:understudy:dmn:1" u:indicator="{indicator}">{named}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )


def test_a_model_calls_an_indicator_by_its_name():
    source = make.model(
        function(FISHER.name, *FISHER.parameters),
        make.decision("d", make.literal("p(1, 4, 6, 12) = p(6, 12, 1, 4)"), ("fn_p",)),
    )

    assert read_model(source).evaluate("d", {}).output is True


@pytest.mark.parametrize(
    ("indicator", "parameters", "expected"),
    [
        ("fischer", FISHER.parameters, 'There is no indicator "fischer". Name one of fisher_exact'),
        (FISHER.name, ("a", "b"), "Give the function the parameters selected_a, considered_a"),
    ],
)
def test_an_indicator_that_cannot_be_called_refuses_the_model(indicator, parameters, expected):
    with pytest.raises(DmnRefused) as refused:
        read_model(make.model(function(indicator, *parameters)))

    finding = refused.value.findings[0]
    assert finding.code == "dmn-indicator"
    assert expected in f"{finding.message} {finding.remedy}"
