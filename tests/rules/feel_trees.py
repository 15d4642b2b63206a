"""Random syntax trees of the language, of all kinds of nodes, for the property tests."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from rules.feel import YearsMonths
from rules.feel.builtins import FUNCTIONS
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
    UnaryTests,
)

# Names that the parser must be told; no sum of other names looks like one of them.
SPECIAL_NAMES = ("date of birth", "p-q", "if only", "in and out", "r+s/t", "d'or")
WORDS = ("a", "b", "score", "member", "x1", "_y", "\u00e9t\u00e9", "item", "partial", "?")
NAMES = st.sampled_from([*WORDS, *SPECIAL_NAMES])
MEMBERS = st.sampled_from([*WORDS, *SPECIAL_NAMES, "if", "start", "time offset", "year"])
KEYS = st.one_of(NAMES, st.sampled_from(["in", "two words", "", "1a", 'quote"']))
ARGUMENT_NAMES = st.sampled_from(["string", "start position", "list", "n", "from"])
FUNCTION_NAMES = st.sampled_from([*FUNCTIONS, "now", "today", "is defined", "f"])
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def _types(inner: st.SearchStrategy) -> st.SearchStrategy:
    members = st.dictionaries(
        st.sampled_from(["a", "b", "two words"]), inner, min_size=1, max_size=2
    )
    return st.one_of(
        st.builds(lambda part: TypeName("list", (part,)), inner),
        st.builds(lambda part: TypeName("range", (part,)), inner),
        st.builds(lambda parts: TypeName("function", tuple(parts)), st.lists(inner, min_size=1)),
        members.map(lambda parts: TypeName("context", tuple(parts.values()), tuple(parts))),
    )


TYPES = st.recursive(
    st.sampled_from(
        ["number", "string", "Any", "date and time", "list", "function", "null", "lib.a type"]
    ).map(TypeName),
    _types,
    max_leaves=3,
)

LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 10**6).map(Decimal),
    st.integers(0, 4).map(Decimal),
    st.decimals(min_value=0, max_value=1000, places=3),
    st.text("ab \u00e9\u4e2d\U0001f40e'(){}", max_size=8),
    st.sampled_from(["tab\t", 'quote"', "back\\slash", "line\nend", "\\u0041", "[1..5]"]),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.sampled_from([time(9, 30), time(23, 59, 59, 500_000)]),
    st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(1, 500).map(YearsMonths),
).map(Literal)


def _some(items: st.SearchStrategy, least: int = 0, most: int = 3) -> st.SearchStrategy:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _calls(tree: st.SearchStrategy) -> st.SearchStrategy:
    named = st.dictionaries(ARGUMENT_NAMES, tree, min_size=1, max_size=3)
    functions = st.one_of(FUNCTION_NAMES.map(Name), tree.filter(_can_be_called))
    return st.one_of(
        st.builds(Call, FUNCTION_NAMES.map(Name), _some(tree)),
        st.builds(Call, functions, _some(tree)),
        st.builds(
            lambda function, pairs: Call(function, tuple(pairs.values()), tuple(pairs)),
            functions,
            named,
        ),
    )


def _can_be_called(tree: object) -> bool:
    # The language has no way to write the call of a constant.
    return not isinstance(tree, Literal)


def _functions(tree: st.SearchStrategy) -> st.SearchStrategy:
    parameters = st.dictionaries(NAMES, st.one_of(st.none(), TYPES), max_size=3)
    return st.builds(
        lambda typed, body: FunctionLiteral(tuple(typed), tuple(typed.values()), body),
        parameters,
        tree,
    )


def _inner(tree: st.SearchStrategy) -> st.SearchStrategy:
    test = st.builds(Test, COMPARISONS, tree)
    loops = _some(st.builds(Loop, NAMES, tree, st.one_of(st.none(), tree)), 1, 2)
    contexts = st.dictionaries(KEYS, tree, max_size=3).map(
        lambda entries: ContextLiteral(tuple(entries.items()))
    )
    return st.one_of(
        st.builds(Negation, tree),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), tree, tree),
        st.builds(Comparison, COMPARISONS, tree, tree),
        st.builds(And, _some(tree, 2)),
        st.builds(Or, _some(tree, 2)),
        st.builds(Between, tree, tree, tree),
        st.builds(In, tree, _some(st.one_of(tree, test), 1)),
        test,
        st.builds(If, tree, tree, tree),
        st.builds(For, loops, tree),
        st.builds(Quantified, st.booleans(), loops, tree),
        st.builds(ListLiteral, _some(tree)),
        contexts,
        st.builds(RangeLiteral, tree, tree, st.booleans(), st.booleans()),
        st.builds(Path, tree, MEMBERS),
        st.builds(Filter, tree, tree),
        _calls(tree),
        _functions(tree),
        st.builds(InstanceOf, tree, TYPES),
    )


TREES = st.recursive(st.one_of(LITERALS, NAMES.map(Name)), _inner, max_leaves=12)
CELLS = st.builds(
    UnaryTests, _some(st.one_of(TREES, st.builds(Test, COMPARISONS, TREES)), 1), st.booleans()
) | st.just(UnaryTests(()))

PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-3, 3),
        st.floats(),
        st.text(max_size=6),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.text(max_size=4), MEMBERS), inner, max_size=3),
    ),
    max_leaves=6,
)
CONTEXTS = st.dictionaries(NAMES, PLAIN, max_size=4)
