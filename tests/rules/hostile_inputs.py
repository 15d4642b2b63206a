# ruff: noqa: E501  (what is one input stands in one line)
"""
What somebody may hand in to harm the machine, by group.

Each entry is a name and what runs it. `tests.rules.hostile_runner` measures them.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.dmn import check_model, read_model
from rules.feel import compile_expression, compile_unary_tests, evaluate, to_json
from rules.xml_door import open_xml
from tests.rules.dmn_models import decision, input_data, literal, model, table

Attack = Callable[[], object]

DOUBLING = "for i in 1..100 return if i = 1 then {start} else {step}"
LIST_OF_ITSELF = DOUBLING.format(start="[1]", step="[partial[-1], partial[-1]]")
LETTERS = "a" * 30_000
LONG_TEXT = "a" * 190_000
MANY = list(range(20_000))
DEEP = 10_000
MEGABYTE = 1_000_000
MOST = 29_000
HUGE_INTEGER = 7**60_000


def _feel(text: str, **data: Any) -> Attack:
    return lambda: to_json(evaluate(text, data))


def _loop(body: str, **data: Any) -> Attack:
    return _feel(f"for i in 1..10**6 return {body}", **data)


def _pattern(pattern: str, text: str = LETTERS, function: str = "matches(t, p)") -> Attack:
    return _feel(function, t=text, p=pattern)


def _refusing(text: str) -> Attack:
    return lambda: compile_expression(text)


def _names(text: str, names: list[str]) -> Attack:
    return lambda: to_json(compile_expression(text, names).evaluate({}))


def _nested(levels: int, make: Callable[[Any], Any]) -> Any:
    data: Any = 1
    for _ in range(levels):
        data = make(data)
    return data


def _itself() -> list[Any]:
    data: list[Any] = []
    data += [data, data]
    return data


LOOPS: dict[str, Attack] = {
    "two loops of 10^9": _feel("for a in 1..10**9, b in 1..10**9 return a * b"),
    "a loop downwards": _feel("count(for a in 10**9..1 return a)"),
    "some": _feel("some a in 1..10**9, b in 1..10**9 satisfies a > b + 10**10"),
    "some of some": _feel("some a in 1..10**5 satisfies some b in 1..10**5 satisfies b = a + 10**6"),
    "a range of 10^20": _feel("for i in (1..10**20) return i"),
    "nested filters": _feel("{l: for i in 1..3000 return i, r: l[count(l[item > 5]) > 3]}.r"),
    "a growing result": _feel("for i in 1..10**6 return count(reverse(partial))"),
    "a long body": _feel("for i in 1..99000 return " + " and ".join(["i > 0"] * 2_000)),
    "a long test": _feel("for i in 1..99000 return i in (" + "0, " * 4_900 + "1)"),
    "a wide context": _feel("for i in 1..99000 return {" + "".join(f"k{j}: i, " for j in range(2_000)) + "z: i}"),
    "a wide call": _feel("{f: function(x) x, r: for i in 1..9999 return f(i" + ", i" * 4_900 + ")}.r"),
    "wide closures": _feel("{" + "".join(f"k{j}: 0, " for j in range(1_500)) + "r: for i in 1..99000 return function(a) i}.r"),
}  # fmt: skip

NUMBERS: dict[str, Attack] = {
    "9**9**9**9": _feel("9**9**9**9**9"),
    "9**(9**9)": _feel("9**(9**9)"),
    "1.0...1**9...9": _feel("1.000000000000000000000000000000001 ** 999999999999999999999999999999999"),
    "string(9**999999)": _feel("string(9**999999)"),
    "powers": _loop("1.000000000000000000001 ** (i + 0.1234567890123456789012345678)"),
    "large scales": _loop("round half up(1e6144 + i / 3, 6176)"),
    "remainders": _loop("modulo(9e6144, 7e-6143)"),
    "long numbers": _loop("number(s)", s="9" * 190_000),
    "factorial": _feel("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10**9)}.r"),
    "an exponent of the caller": _feel("string(x)", x=Decimal("1e999999999")),
    "digits of the caller": _feel("x = -x", x=Decimal("7" * 200_000)),
    "an integer of the caller": _feel("x + 1", x=HUGE_INTEGER),
    "a date too far": _feel('@"2020-01-01" + duration("P999999999999999999999999D") * 10**6000'),
    "regions": _loop('date and time("2020-01-01T00:00:00@Europe/B" + string(i))'),
}  # fmt: skip

STRINGS: dict[str, Attack] = {
    "doubling": _feel(DOUBLING.format(start='"aaaa"', step="partial[-1] + partial[-1]")),
    "doubling by recursion": _feel('{f: function(s) f(s + s), r: f("ab")}.r'),
    "joining": _feel(DOUBLING.format(start='"aaaa"', step="string join([partial[-1], partial[-1]])")),
    "a long delimiter": _feel('string join(for i in 1..90000 return "", s)', s="x" * 1_000),
    "growing replacements": _feel('replace(s, "a", s)', s=LETTERS),
    "a replacement of groups": _feel('replace(s, "(a+)", r)', s=LETTERS, r="$1" * 9_000),
    "a malformed replacement": _loop('replace("a", "a", r)', r="$" * 100_000),
    "a group of many digits": _feel('replace(s, "(a)", r)', s="a" * 3_000, r="$" + "1" * 5_000),
    "longer capitals": _feel(DOUBLING.format(start='"\u0390"', step="upper case(partial[-1] + partial[-1])")),
    "many capitals": _loop("upper case(s)", s="\u0390" * 60_000),
    "splitting everywhere": _feel('split(s, "a")', s=LONG_TEXT),
    "much memory": _loop("s + string(i)", s="x" * 5_000),
    "texts of the caller": _feel("upper case(s)", s="\u0390" * 2_000_000),
}  # fmt: skip

LISTS: dict[str, Attack] = {
    "doubling": _feel(DOUBLING.format(start="[1]", step="concatenate(partial[-1], partial[-1])")),
    "holding itself twice": _feel(LIST_OF_ITSELF),
    "written": _feel(f"string({LIST_OF_ITSELF})"),
    "flattened": _feel(f"flatten({LIST_OF_ITSELF})"),
    "compared": _feel(f"{{l: {LIST_OF_ITSELF}, m: {LIST_OF_ITSELF}, r: l[-1] = m[-1]}}.r"),
    "made different": _feel(f"distinct values({LIST_OF_ITSELF})"),
    "growing contexts": _feel("{r: " + DOUBLING.format(start="{}", step="{a: partial[-1], b: partial[-1]}") + "}.r"),
    "merging": _feel("for i in 1..99000 return if i < 2 then {} else context merge([partial[-1], {b: i}])"),
    "putting": _loop('context put(c, "a", i)', c={f"k{i}": i for i in range(20_000)}),
    "distinct values": _feel("distinct values(for i in 1..99000 return i)"),
    "union": _feel("union(l, l, l)", l=MANY),
    "positions": _feel("for i in l return index of(l, i)", l=MANY),
    "sorted": _loop("sort(l)", l=[number * 7919 % 20_011 for number in MANY]),
    "sorted by contradictions": _feel("sort(l, function(a, b) modulo(a * b, 7) < 3)", l=MANY),
    "sorted by itself": _feel("{c: function(a, b) sort(l, c)[1] < a, r: sort(l, c)}.r", l=MANY[:99]),
    "members": _feel("l" + ".a" * 140, l=[{"a": 1}] * 40_000),
}  # fmt: skip

RECURSION: dict[str, Attack] = {
    "a function": _feel("{f: function(n) f(n + 1), r: f(1)}.r"),
    "by itself": _feel("{f: function(g) g(g), r: f(f)}.r"),
    "each other": _feel("{f: function(n, g) g(n, f), h: function(n, g) g(n, h), r: f(1, h)}.r"),
    "fibonacci": _feel("{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(50)}.r"),
    "ackermann": _feel("{a: function(m, n) if m = 0 then n + 1 else if n = 0 then a(m - 1, 1) else a(m - 1, a(m, n - 1)), r: a(4, 4)}.r"),
    "in a filter": _feel("{f: function(n) [n][f(item) > 0], r: f(1)}.r"),
    "in a loop": _feel("{f: function(n) for i in 1..n return f(n), r: f(9)}.r"),
    "in parentheses": _feel("{f: function(n) " + "(1 + " * 45 + "f(n)" + ")" * 45 + ", r: f(1)}.r"),
    "with growing data": _feel("{f: function(n) f(concatenate(n, n)), r: f([1])}.r"),
    "a chain of closures": _feel("{r: for i in 1..9999 return if i = 1 then function(x) x else function(x) partial[-1](x)}.r[-1](1)"),
}  # fmt: skip

PATTERNS: dict[str, Attack] = {
    "(a+)+": _pattern("^(a+)+$", LETTERS + "!"),
    "(a*)*": _pattern("(a*)*b"),
    "(a+a+)+": _pattern("(a+a+)+y"),
    "a?{1000}": _pattern("(a?){1000}a{1000}", "a" * 1_000),
    "lazy and empty": _pattern("(?:(?:x??){1000}a)*b"),
    "huge counts": _pattern("((a{1000}){1000}){1000}"),
    "nothing many times": _pattern("(?:(?:){9999}){9999}"),
    "groups in a loop": _pattern("(" + "()" * 900 + "a)*b"),
    "fifty groups in a loop": _pattern("(" + "()" * 49 + "a)*b"),
    "references back": _pattern("(a*)*(a*)*\\1\\2b", "a" * 300),
    "references to long groups": _pattern("(.+)\\1\\1\\1b"),
    "a huge class": _pattern("[" + "".join(map(chr, range(0x4E00, 0x5500))) + "]*b", "\u4e00" * 30_000),
    "classes in classes": _pattern("[a-z-[a-y-[" * 60),
    "many alternatives": _pattern("(" + "|".join(["a"] * 900) + ")*b"),
    "deep groups": _pattern("(" * 900 + "a" + ")" * 900),
    "a long pattern": _pattern("a" * 100_000),
    "all to the end": _pattern(".*b$", LONG_TEXT),
    "an address": _pattern("^([a-z])(([-.]|[_]+)?([a-z]+))*(@){1}[a-z]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.][a-z]{2}))$", LETTERS + "!"),
    "replacing": _pattern("a.*b|a", function='replace(t, p, "b")'),
    "many large ones": _loop('matches("a", "(a{1,99}){1,48}" + string(i))'),
}  # fmt: skip

DEEP_TEXTS: dict[str, Attack] = {
    name: _refusing(text)
    for name, text in {
        "parentheses": "(" * DEEP + "1" + ")" * DEEP,
        "brackets": "[" * DEEP + "1" + "]" * DEEP,
        "braces": "{a:" * DEEP,
        "if": "if true then " * DEEP + "1" + " else 1" * DEEP,
        "else": "if true then 1 else " * 1_400 + "1",
        "not": "not(" * 7_000 + "true" + ")" * 7_000,
        "minus": "-" * DEEP + "1",
        "functions": "function(a) " * 2_000 + "1",
        "paths": "a" + ".a" * DEEP,
        "filters": "a" + "[1]" * 9_000,
        "filters in filters": "a[" * DEEP + "1" + "]" * DEEP,
        "calls of calls": "a" + "()" * DEEP,
        "loops": "for a in b return " * 1_000 + "1",
        "loops in loops": "for a in " * 3_000 + "b",
        "types": "a instance of " + "list<" * 5_000,
        "instances": "a" + " instance of Any" * 1_500,
        "powers": "2" + "**2" * 9_000,
        "comparisons": "1" + "<1" * DEEP,
        "between": "1" + " between 1 and 1" * 1_500,
        "in": "1 in (" * 4_000,
        "ranges": "[1.." * 7_000,
        "comments": "/*" * DEEP + "*/" * DEEP,
        "mixed": "([{a:-" * 4_000,
        "loop variables": "for " + ", ".join(f"a{i} in 1..2" for i in range(60)) + " return 1",
    }.items()
}

LONG_TEXTS: dict[str, Attack] = {
    name: _refusing(text)
    for name, text in {
        "a sum": "1" + "+1" * (MEGABYTE // 2),
        "a list": "[" + "1," * (MEGABYTE // 2) + "1]",
        "a string": '"' + "x" * MEGABYTE + '"',
        "a name": "x" * MEGABYTE,
        "words": "x " * (MEGABYTE // 2),
        "spaces": " " * MEGABYTE + "1",
        "strings": '"a"' + '+"a"' * (MEGABYTE // 4),
        "digits": "9" * MEGABYTE,
        "quotes": '"' * MEGABYTE,
        "points": "." * MEGABYTE,
        "a shorter sum": "1" + "+1" * (MOST // 2),
        "a shorter list": "[" + "a," * (MOST // 2 - 1) + "1]",
        "conditions": " or ".join(["a"] * (MOST // 5)),
        "calls": "[" + "a()," * (MOST // 4 - 1) + "1]",
        "backslashes": '"' + "\\" * (MOST | 1),
        "comments without end": "[" + "1/*" * (MOST // 3),
        "strings without end": '{"' * (MOST // 2),
        "spaces in a call": "f(a" + " " * MOST + "1)",
        "a key that is almost a name": "{" + "a" * 500 + "$: 1}",
        "keys that are almost names": "{" + "a" * 300 + "$: 1, " * 90,
        "many lines": "\n" * MOST + "1 1",
    }.items()
}
LONG_TEXTS |= {
    "tests": lambda: compile_unary_tests("1," * (MEGABYTE // 2) + "1"),
    "shorter tests": lambda: compile_unary_tests("<1," * (MOST // 3) + "1"),
    "expressions in not": lambda: compile_unary_tests("not(" + "a," * (MOST // 2 - 9) + "1) = a"),
    "names that begin alike": _names("+".join(["a b c"] * 4_000), [f"a b c {i}" for i in range(5_000)]),
    "a name in a name": _names("a-" * 14_000 + "a", ["a" + "-a" * i + "-b" for i in range(1, 250)]),
    "very many names": _names("1 + 1", [f"name {i}" for i in range(100_000)]),
}  # fmt: skip

DATA: dict[str, Attack] = {
    "deep lists": _feel("x", x=_nested(100_000, lambda data: [data])),
    "deep contexts": _feel("x.a", x=_nested(100_000, lambda data: {"a": data})),
    "a list in itself": _feel("x", x=_itself()),
    "shared parts": _feel("x", x=_nested(60, lambda data: [data, data])),
    "shared contexts": _feel("x", x=_nested(60, lambda data: {"a b": data, "b": data})),
    "many items": _feel("count(x)", x=[1] * 1_000_000),
    "many names": _feel("1", **{f"k {i}": i for i in range(100_000)}),
    "deep and equal": _feel("x = y", x=_nested(99, lambda data: [data]), y=_nested(99, lambda data: [data])),
}  # fmt: skip

_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"'
    ' namespace="urn:m">'
)


def _file(source: bytes) -> Attack:
    return lambda: open_xml(source, file_name="case.dmn")


FILES: dict[str, Attack] = {
    name: _file(source)
    for name, source in {
        "a billion laughs": b'<!DOCTYPE a [<!ENTITY b "b">' + b'<!ENTITY c "&b;&b;">' * 9 + b"]><a>&c;</a>",
        "an outer entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><a/>',
        "an outer type": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x"><a/>',
        "100,000 levels": b"<a>" * 100_000 + b"</a>" * 100_000,
        "20 MB": b"<a>" + b"<b/>" * 5_000_000,
        "open tags": b"<" * 2_000_000,
        "half declarations": (b"<!" + b" " * 1_000) * 2_000,
        "a declaration of spaces": b"<?xml " + b" " * 2_000_000,
        "wide text": "<a>".encode("utf-16") * 200_000,
        "zeros": b"\0" * 2_000_000,
        "instructions": b"<a>" + b"<?x ?>" * 100_000 + b"</a>",
        "elements": b"<a>" + b"<b/>" * 490_000 + b"</a>",
    }.items()
}  # fmt: skip
FILES["attributes"] = _file(b"<a " + b"".join(b'a%d="" ' % i for i in range(150_000)) + b"b/>")
FILES["namespaces"] = _file(
    b"<a " + b"".join(b'xmlns:a%d="u" ' % i for i in range(90_000)) + b"b/>"
)


def _model(body: str, decision: str = "d", **inputs: Any) -> Attack:
    source = f"{_HEAD}{body}</definitions>".encode()
    return lambda: read_model(source).evaluate(decision, inputs).trace


def _decision(name: str, text: str, *needs: str, logic: str = "", knows: str = "") -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        for other in needs
    )
    if knows:
        required += (
            f'<knowledgeRequirement><requiredKnowledge href="#{knows}"/></knowledgeRequirement>'
        )
    written = logic or f"<literalExpression><text>{text}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}">{required}{written}</decision>'


def _function(name: str, body: str, *needs: str) -> str:
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{other}"/></knowledgeRequirement>'
        for other in needs
    )
    logic = body if "<" in body else f"<literalExpression><text>{body}</text></literalExpression>"
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}">{required}<encapsulatedLogic>'
        f'<formalParameter name="n"/>{logic}</encapsulatedLogic></businessKnowledgeModel>'
    )


def _table(rules: int, cell: str, policy: str = "COLLECT") -> str:
    rule = f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    return (
        f'<decisionTable hitPolicy="{policy}"><input><inputExpression><text>n</text>'
        f'</inputExpression></input><output name="o"/>{rule * rules}</decisionTable>'
    )


def _contexts(count: int) -> str:
    entries = "".join(
        f"<contextEntry><variable name='k {i}'/><literalExpression><text>k {i} + k {i - 1}</text>"
        "</literalExpression></contextEntry>"
        for i in range(count)
    )
    return f"<context>{entries}</context>"


_SERVICE = '<decisionService id="s" name="s"><outputDecision href="#e99"/>{}</decisionService>'

MODELS: dict[str, Attack] = {
    "a chain of decisions": _model("".join(_decision(f"d{i}", "1", *([f"d{i - 1}"] if i else [])) for i in range(3_900)), "d3899"),
    "diamonds": _model("".join(_decision(f"d{i}", "1", *([f"d{i - 1}", f"d{i - 2}"] if i > 1 else [])) for i in range(2_500)), "d2499"),
    "a circle": _model(_decision("a", "b", "b") + _decision("b", "a", "a"), "a"),
    "5,000 mistakes": _model("".join(_decision(f"d{i}", "1 +") for i in range(5_000))),
    "10,000 rules": _model(_decision("d", "", logic=_table(10_000, "&lt; 5"))),
    "two megabytes of sums": _model("".join(_decision(f"d{i}", "1+" * 140 + "1") for i in range(5_000))),
    "a megabyte of lists": _model("".join(_decision(f"d{i}", "[" + "1," * 4_900 + "1]") for i in range(90))),
    "a megabyte in a cell": _model(_decision("d", "1+" * 500_000 + "1")),
    "cells of thousands of tests": _model(_decision("d", "", logic=_table(60, "1," * 4_500 + "1"))),
    "a context of thousands of names": _model(_decision("d", "", logic=_contexts(3_900))),
    "a chain of types": _model("".join(f'<itemDefinition name="t{i}"><typeRef>t{i + 1}</typeRef></itemDefinition>' for i in range(5_000))),
    "a function": _model(_function("f", "f(n + 1)", "f") + _decision("d", "f(1)", knows="f")),
    "functions that double": _model("".join(_function(f"f{i}", f"f{i + 1}(n) + f{i + 1}(n)", f"f{i + 1}") for i in range(50)) + _function("f50", "n") + _decision("d", "f0(1)", knows="f0")),
    "a table in a loop": _model(_function("f", _table(100, "&lt; 5 + 1, " * 50 + "1")) + _decision("d", "for i in 1..99000 return f(i)", knows="f")),
    "a service in a loop": _model("".join(_decision(f"e{i}", "1", *([f"e{i - 1}"] if i else [])) for i in range(100)) + _SERVICE.format("".join(f'<encapsulatedDecision href="#e{i}"/>' for i in range(99))) + _decision("d", "for i in 1..99000 return s()", knows="s")),
    "decisions that double": _model("".join(_decision(f"d{i}", f"[d{i - 1}, d{i - 1}]" if i else "1", *([f"d{i - 1}"] if i else [])) for i in range(60)), "d59"),
    "a loop in a decision": _model(_decision("d", "count(for i in 1..10**9 return i)")),
}  # fmt: skip


class Checking:
    """The checks of a model, which is read before anything is measured."""

    def __init__(self, *parts: str) -> None:
        self._parts = parts

    def prepare(self) -> None:
        self._model = read_model(model(*self._parts))

    def __call__(self) -> object:
        return check_model(self._model)


def _grid(
    rules: int,
    columns: int,
    cell: str,
    *,
    policy: str = "UNIQUE",
    kind: str = "number",
    **extra: str,
) -> Checking:
    """Return the checks of a table; `r` and `c` in its cells stand for rule and column."""
    names = [f"n{column}" for column in range(columns)]
    rows = [
        (
            [cell.format(r=rule, c=column, s=rule + column) for column in range(columns)],
            [f'"{rule}"'],
        )
        for rule in range(rules)
    ]
    logic = table(policy, names, rows, **extra)
    return Checking(
        *(input_data(name, kind) for name in names),
        decision("d", logic, tuple(f"in_{name}" for name in names)),
    )


_TEXTS = ", ".join(f'"a{number}"' for number in range(900))
_MEMBERS = "".join(
    f'<itemComponent name="m{i}"><typeRef>number</typeRef></itemComponent>' for i in range(1_500)
)
_TYPE = f'<itemDefinition id="g" name="g">{_MEMBERS}</itemDefinition>'
_TYPES = (
    "".join(
        f'<itemDefinition name="t{i}">'
        + f'<itemComponent name="a{{}}"><typeRef>t{i + 1}</typeRef></itemComponent>' * 9
        + "</itemDefinition>"
        for i in range(15)
    ).format(*range(135))
    + '<itemDefinition name="t15"><typeRef>number</typeRef></itemDefinition>'
)

CHECKS: dict[str, Attack] = {
    "20 rules of 400 columns": _grid(20, 400, "{s}"),
    "20 rules of 400 ranges": _grid(20, 400, "[{r}..{s}]", policy="FIRST"),
    "300 rules of 20 texts": _grid(300, 20, "\"a{r}\"", kind="string", allowed=", ".join(f"\"a{i}\"" for i in range(300))),
    "1,200 rules that all overlap": _grid(1_200, 1, "> {r}", policy="ANY"),
    "1,200 rules by priority": _grid(1_200, 1, "> {r}", policy="PRIORITY", values=", ".join(f'"{i}"' for i in range(1_200))),
    "1,200 texts": _grid(1_200, 2, '"{r}"', policy="FIRST", kind="string"),
    "texts that are not allowed": _grid(1_200, 1, '"b{r}"', kind="string", allowed=_TEXTS),
    "results that are not allowed": _grid(1_200, 1, "{r}", values=_TEXTS),
    "600 tables": Checking(input_data("s", "number"), *(decision(f"d{i}", table("UNIQUE", ["s"], [(["< 60"], ["1"])]).replace('"t"', f'"t{i}"').replace('"r1"', f'"r{i}"'), ("in_s",)) for i in range(600))),
    "3,900 decisions": Checking(*(decision(f"d{i}", literal(str(i))) for i in range(3_900))),
    "4,000 unknown names": Checking(*(decision(f"d{i}", literal(f"naam{i}")) for i in range(3_900))),
    "long unknown names": Checking(*(decision(f"d{'x' * 50}{i}", literal("x" * 50 + str(i))) for i in range(3_000))),
    "unknown members": Checking(_TYPE, input_data("s", "g"), decision("d", literal("[" + ",".join(f"s.nm{i}" for i in range(1_500)) + "]"), ("in_s",))),
    "1,500 members": Checking(_TYPE, input_data("s", "g"), decision("d", table("UNIQUE", [f"s.m{i}" for i in range(30)], [([str(r + c) for c in range(30)], ["1"]) for r in range(60)]), ("in_s",))),
    "types of types": Checking(_TYPES, input_data("x", "t0"), decision("d", table("UNIQUE", ["x.a0", "count(x)"], [(["1", "2"], ["1"])]), ("in_x",))),
    "a column that takes long": Checking(input_data("s", "number"), decision("d", table("UNIQUE", ["count(for i in 1..30000 return i) + s"], [([f"< {60 - i}"], ["1"]) for i in range(50)]), ("in_s",))),
    "columns that are calculated": Checking(input_data("s", "number"), decision("d", table("UNIQUE", [f"s * {i}" for i in range(60)], [([f"> {i + k}" for k in range(60)], ["1"]) for i in range(40)]), ("in_s",))),
}  # fmt: skip

GROUPS: dict[str, dict[str, Attack]] = {
    "loops": LOOPS,
    "numbers": NUMBERS,
    "strings": STRINGS,
    "lists": LISTS,
    "recursion": RECURSION,
    "patterns": PATTERNS,
    "deep texts": DEEP_TEXTS,
    "long texts": LONG_TEXTS,
    "data": DATA,
    "files": FILES,
    "models": MODELS,
    "checks": CHECKS,
}
# What is so cheap, or so plainly without a value, that it needs no error. A pattern is
# answered where the machine is fast enough, because its time only grows with the text.
ANSWERED = {
    *(("patterns", name) for name in PATTERNS),
    *(("checks", name) for name in CHECKS),  # What is too large is a finding.
    ("numbers", "9**9**9**9"),
    ("numbers", "9**(9**9)"),
    ("numbers", "1.0...1**9...9"),
    ("numbers", "string(9**999999)"),
    ("numbers", "an exponent of the caller"),
    ("numbers", "digits of the caller"),
    ("numbers", "an integer of the caller"),
    ("numbers", "a date too far"),
}
