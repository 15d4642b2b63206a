"""Regular expressions mean what XPath says, and never more work than their budget allows."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.feel import Budget, FeelBudgetExceeded, evaluate
from rules.feel.patterns import compile_pattern, replace, split


def matches(text: str, pattern: str, flags: str = "") -> object:
    return evaluate("matches(t, p, f)", {"t": text, "p": pattern, "f": flags})


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\r", "a.", "", False),
        ("a\nb", "^b$", "", False),
        ("a\nb", "^b$", "m", True),
        ("a\n", "^$", "m", False),
        ("a\nb", "a$", "m", True),
        ("HELLO", "hello", "i", True),
        ("q", "[^Q]", "i", False),
        ("O", "[A-Z-[OI]]", "i", False),
        ("i", "[A-Z-[OI]]", "i", False),
        ("b", "[A-Z-[OI]]", "i", True),
        ("a", "\\p{Lu}", "i", False),
        ("A", "\\P{Lu}", "i", False),
        ("abAB", "(ab)\\1", "i", True),
        ("helloworld", "hello world", "x", True),
        ("hello world", "hello[ ]world", "x", True),
        ("hello world", "hello\\ sworld", "x", True),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("A.B", "a.b", "qi", True),
        ("a b", "a b", "qx", True),
        ("\u0663", "^\\d$", "", True),
        ("\u0663", "^[0-9]$", "", False),
        ("_x-1", "^\\i\\c*$", "", True),
        ("1x", "^\\i", "", False),
        (" ", "^\\s$", "", True),
        ("\u00a0", "^\\s$", "", False),
        ("\u20ac", "^\\p{Sc}$", "", True),
        ("\u03b1", "^\\p{IsGreek}$", "", True),
        ("a", "^\\P{IsGreek}$", "", True),
        ("x", "[a-z-[aeiou]]", "", True),
        ("e", "[a-z-[aeiou]]", "", False),
        ("b", "[^a-z-[b]]", "", False),
        ("-", "[a-]", "", True),
        ("", "(a)|b\\1", "", False),
        ("b", "(a)?b\\1", "", True),
        ("aaaa", "^a{2,3}?a{2}$", "", True),
    ],
)  # fmt: skip
def test_a_pattern_matches(text, pattern, flags, expected):
    assert matches(text, pattern, flags) is expected


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "]", "a**", "a{2,1}", "{1}", "*", "\\", "\\1", "(a)\\2", "(a\\1)", "[]",
     "[b-a]", "[a\\1]", "\\p{Xx}", "\\p{IsNowhere}", "\\y", "(?=a)", "(?i)a", "a{,3}", "a++",
     "[\\d-[a]b]", "[[a]]", "a{1}{2}"],
)  # fmt: skip
def test_a_text_that_is_no_pattern_is_null(pattern):
    assert matches("a", pattern) is None
    assert evaluate('replace("a", p, "b")', {"p": pattern}) is None
    assert evaluate('split("a", p)', {"p": pattern}) is None


@pytest.mark.parametrize("flags", ["X", "si ", "g"])
def test_an_unknown_flag_is_null(flags):
    assert matches("a", "a", flags) is None


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "(a.)", "<$1>", "<ab>r<ac><ad><ab>ra"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("abc", "b", "$0$0", "abbc"),
        ("abc", "(b)", "$12", "ab2c"),
        ("abc", "b", "\\$\\\\", "a$\\c"),
        ("abc", "b", "$", None),
        ("abc", "b", "\\x", None),
        ("abc", "b*", "x", None),
        ("abc", "d", "$9", "abc"),
    ],
)  # fmt: skip
def test_matches_are_replaced(text, pattern, replacement, expected):
    data = {"t": text, "p": pattern, "r": replacement}

    assert evaluate("replace(t, p, r)", data) == expected


def test_with_the_flag_q_nothing_in_a_replacement_is_special():
    assert evaluate('replace("a.b", ".", "$1", "q")') == "a$1b"


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("John Doe", "\\s", ["John", "Doe"]),
        ("a;b;c;;", ";", ["a", "b", "c", "", ""]),
        ("a1b22c", "\\d+", ["a", "b", "c"]),
        ("", ";", [""]),
        ("abc", "", None),
        ("abc", "x*", None),
    ],
)
def test_a_text_is_split(text, pattern, expected):
    assert evaluate("split(t, p)", {"t": text, "p": pattern}) == expected


ATOMS = st.sampled_from(
    ["a", "b", "A", ".", "[ab]", "[^a]", "[a-c]", "(?:ab|c)", "(a|b)", "([abc]+)", "\\d", "a|b",
     "^", "$", "\\.", "\n"]
)  # fmt: skip
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?", "+?", "??"])
PATTERNS = st.lists(
    st.tuples(ATOMS, QUANTIFIERS).map(
        lambda pair: f"(?:{pair[0]}){pair[1]}" if pair[1] else pair[0]
    ),
    min_size=1,
    max_size=5,
).map("".join)
TEXTS = st.text(alphabet="abcA1.\n", max_size=12)
FLAGS = st.sets(st.sampled_from("smi")).map("".join)


def as_python(pattern: str, flags: str) -> re.Pattern[str]:
    """Return the pattern as Python writes the same; only what both know is tried."""
    if "s" not in flags:
        pattern = re.sub(r"(?<!\\)\.", "[^\n\r]", pattern)
    if "m" in flags:
        # After the last line end, no line begins.
        pattern = re.sub(r"(?<!\[)\^", "(?:\\\\A|(?<=\n)(?!\\\\Z))", pattern)
        pattern = pattern.replace("$", "(?:(?=\n)|\\Z)")
    else:
        pattern = pattern.replace("$", "\\Z")
    known = {"s": re.DOTALL, "m": re.NOFLAG, "i": re.IGNORECASE}
    return re.compile(pattern.replace("\\d", "[0-9]"), sum(known[flag] for flag in flags))


@settings(max_examples=400, deadline=None)
@given(PATTERNS, TEXTS, FLAGS)
def test_patterns_match_as_those_of_python_do(pattern, text, flags):
    compiled = compile_pattern(pattern, flags)
    found = as_python(pattern, flags).search(text)

    saved = compiled.search(text, 0, Budget(10**6, 60))

    assert (saved and saved[:2]) == (found and found.span())


@settings(max_examples=200, deadline=None)
@given(PATTERNS, TEXTS)
def test_splitting_and_replacing_do_as_those_of_python_do(pattern, text):
    compiled, same = compile_pattern(pattern, ""), as_python(pattern, "")
    budget = Budget(10**6, 60)
    if same.search("") is not None:
        assert split(compiled, text, budget) is None
        assert replace(compiled, text, "-", budget) is None
        return
    matches = [found for found in same.finditer(text) if found.group()]
    if len(matches) == len(list(same.finditer(text))):
        assert replace(compiled, text, "<$0>", budget) == same.sub("<\\g<0>>", text)
        assert split(compiled, text, budget) == re.split(f"(?:{as_bare(same.pattern)})", text)


def as_bare(pattern: str) -> str:
    """Return a pattern whose groups are not kept, because `split` would give them back."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="ab()[]{}^$.*+?|\\-,12dpLi", max_size=16), TEXTS, st.sampled_from(["", "ix"])
)
def test_any_text_is_a_pattern_or_null(pattern, text, flags):
    budget = Budget(20_000, 60)
    try:
        compiled = compile_pattern(pattern, flags, budget)
        if compiled is not None:
            compiled.search(text, 0, budget)
    except FeelBudgetExceeded:
        pass


@given(st.text(alphabet=string.ascii_letters + "+.*", max_size=10))
def test_splitting_and_joining_give_the_text_back(text):
    assert evaluate('string join(split(t, "[+]"), "+")', {"t": text}) == text


def test_a_pattern_costs_the_same_whether_it_is_known_or_not():
    first, second = Budget(), Budget()
    compile_pattern("(new|pattern){1,30}", "", first)

    compile_pattern("(new|pattern){1,30}", "", second)

    assert first.left == second.left
