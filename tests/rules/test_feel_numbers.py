"""Numbers: decimals of 34 digits, rounded half to even; what has no value is null."""

import operator
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.feel import evaluate, to_json

ORACLE = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
NUMBERS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent, ORACLE),
    st.integers(-(10**34) + 1, 10**34 - 1),
    st.one_of(st.integers(-40, 10), st.integers(-6170, 6100)),
)
OPERATIONS = {"+": ORACLE.add, "-": ORACLE.subtract, "*": ORACLE.multiply, "/": ORACLE.divide}
ORDERS = {"<": operator.lt, ">=": operator.ge, "=": operator.eq}


@settings(max_examples=100)
@given(a=NUMBERS, b=NUMBERS, sign=st.sampled_from(sorted(OPERATIONS)))
@example(a=Decimal("9E+6144"), b=Decimal("9E+6144"), sign="+")
@example(a=Decimal(1), b=Decimal(0), sign="/")
@example(a=Decimal(0), b=Decimal(0), sign="/")
def test_an_operation_gives_34_digits_or_null(a, b, sign):
    try:
        wanted = OPERATIONS[sign](a, b)
    except DecimalException:
        wanted = None

    found = evaluate(f"a {sign} b", {"a": a, "b": b})

    assert found == wanted
    to_json(found)
    assert evaluate("number(string(x)) = x", {"x": found}) in {True, None}


@settings(max_examples=100)
@given(a=NUMBERS, b=NUMBERS, sign=st.sampled_from(sorted(ORDERS)))
def test_a_comparison_is_exact(a, b, sign):
    assert evaluate(f"a {sign} b", {"a": a, "b": b}) is ORDERS[sign](a, b)


UNARY = (
    *("-x", "abs(x)", "sqrt(x)", "exp(x)", "log(x)", "odd(x)", "even(x)", "floor(x)", "x ** x"),
    *("ceiling(x)", "decimal(x, 2)", "modulo(x, 7)", "x ** 2", "2 ** x", "string(x)", "[1][x]"),
    *('@"P1D" * x', '@"P1M" / x', "date(x, 1, 1)", "time(1, 1, x)", "stddev(x, 1)", "mean(x, 1)"),
    *("[x..x]", "sublist([1], x)", 'substring("a", x)', "x in [x..1]", "product(x, x)"),
)


@settings(max_examples=100)
@given(x=NUMBERS, text=st.sampled_from(UNARY))
def test_no_number_makes_an_expression_raise(x, text):
    to_json(evaluate(text, {"x": x}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-1.234567890123456789012345678901234", "-1.234567890123456789012345678901234"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666666666667"),
        ("9999999999999999999999999999999999 + 0.5", "1E34"),
        ("9999999999999999999999999999999998 + 0.5", "9999999999999999999999999999999998"),
        ("9 ** 9 ** 9", ORACLE.power(ORACLE.power(9, 9), 9)),
        ("10 ** -6176", "1E-6176"),
        ("0 ** 0", 1),
    ],
)
def test_numbers_keep_34_digits(text, expected):
    assert evaluate(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["9 ** (9 ** 9)", "1 ** 1000000000", "10 ** 6145", "0 ** -1", "(-8) ** 0.5", "1 / 0"]
)
def test_what_is_too_large_or_not_defined_is_null(text):
    assert evaluate(text) is None


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+7000"])
def test_a_decimal_that_is_no_number_of_the_language_is_null(text):
    facts = {"x": Decimal(text), "items": [Decimal(text), 1]}

    assert evaluate("x", facts) is None
    assert evaluate("x > 1", facts) is None
    assert evaluate("sum(items)", facts) is None


def test_longer_decimals_are_rounded_when_they_come_in():
    assert evaluate("x", {"x": Decimal("1." + "0" * 33 + "5")}) == 1
    assert evaluate("x", {"x": Decimal("1." + "0" * 33 + "51")}) == Decimal("1." + "0" * 32 + "1")
