"""Random syntax trees of the language, for the property tests."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from rules.feel import YearsMonths
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    ListLiteral,
    Literal,
    Loop,
    Name,
    Negation,
    Or,
    Path,
    Quantified,
    RangeLiteral,
    Test,
    TypeName,
)

NAMES = st.sampled_from(["a", "b", "score", "member", "people", "x1", "_y", "\u00e9t\u00e9"])
FUNCTIONS = st.sampled_from(["count", "sum", "string", "not", "substring", "list contains", "f"])
TYPES = st.recursive(
    st.sampled_from(["number", "string", "Any", "date and time"]).map(TypeName),
    lambda inner: inner.map(lambda part: TypeName("list", (part,))),
    max_leaves=2,
)

LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 10**6).map(Decimal),
    st.decimals(min_value=0, max_value=1000, places=3),
    st.text("ab \u00e9\u4e2d\U0001f40e'(){}", max_size=8),
    st.sampled_from(["tab\t", 'quote"', "back\\slash", "line\nend"]),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(1, 500).map(YearsMonths),
).map(Literal)


def _inner(tree: st.SearchStrategy) -> st.SearchStrategy:
    pairs = st.lists(st.tuples(NAMES, tree), max_size=3).map(dict)
    loops = st.lists(st.builds(Loop, NAMES, tree), min_size=1, max_size=2).map(tuple)
    operands = st.lists(tree, min_size=2, max_size=3).map(tuple)
    items = st.lists(tree, max_size=3).map(tuple)
    comparison = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    return st.one_of(
        st.builds(Negation, tree),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), tree, tree),
        st.builds(Comparison, comparison, tree, tree),
        st.builds(And, operands),
        st.builds(Or, operands),
        st.builds(Between, tree, tree, tree),
        st.builds(In, tree, st.lists(tree, min_size=2, max_size=3).map(tuple)),
        st.builds(In, tree, st.tuples(st.builds(Test, comparison, tree))),
        st.builds(If, tree, tree, tree),
        st.builds(For, loops, tree),
        st.builds(Quantified, st.booleans(), loops, tree),
        st.builds(ListLiteral, items),
        st.builds(ContextLiteral, pairs.map(lambda entries: tuple(entries.items()))),
        st.builds(RangeLiteral, tree, tree, st.booleans(), st.booleans()),
        st.builds(Path, tree, NAMES),
        st.builds(Filter, tree, tree),
        st.builds(Call, FUNCTIONS.map(Name), items),
        st.builds(FunctionLiteral, st.just(("p",)), st.just((None,)), tree),
        st.builds(FunctionLiteral, st.just(("p",)), st.tuples(TYPES), tree),
        st.builds(InstanceOf, tree, TYPES),
    )


TREES = st.recursive(st.one_of(LITERALS, NAMES.map(Name)), _inner, max_leaves=12)

PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=6),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
CONTEXTS = st.dictionaries(NAMES, PLAIN, max_size=4)
