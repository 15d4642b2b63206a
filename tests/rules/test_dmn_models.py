"""Whole models: requirements, boxed expressions, types, functions and services."""

from datetime import UTC, datetime

import pytest

from rules.dmn import DecisionFailed, read_model
from rules.xml_door import DMN_NAMESPACES
from tests.rules.dmn_models import decision, input_data, literal, model, requirement, table

REQUIRED = 'xmlns:u="urn:understudy:dmn:1" u:required="true"'


def test_required_decisions_are_answered_first():
    source = model(
        decision("c", literal("b + 1"), ("b",)),
        decision("b", literal("a * 2"), ("in_a",)),
        input_data("a", "number"),
    )

    evaluation = read_model(source).evaluate("c", {"a": 5})

    assert evaluation.output == 11
    assert [record["decision"] for record in evaluation.trace] == ["b", "c"]


@pytest.mark.parametrize("namespace", DMN_NAMESPACES)
def test_every_version_is_read(namespace):
    source = model(decision("d", literal("1 + 1")), namespace=namespace)

    assert read_model(source).evaluate("d", {}).output == 2


def test_a_decision_tells_its_inputs_also_those_of_required_decisions():
    source = model(
        input_data("a", "number", REQUIRED),
        input_data("b"),
        decision("inner", literal("a"), ("in_a",)),
        decision("outer", literal("inner + b"), ("inner", "in_b")),
    )

    outer = read_model(source).decisions["outer"]

    assert outer.inputs == ("a", "b")
    assert [(part.type_ref, part.required) for part in outer.input_data] == [
        ("number", True),
        ("Any", False),
    ]


def test_a_missing_input_is_null_unless_the_model_requires_it():
    source = model(input_data("a", "number"), decision("d", literal("a = null"), ("in_a",)))
    strict = model(input_data("a", "number", REQUIRED), decision("d", literal("a"), ("in_a",)))

    assert read_model(source).evaluate("d", {}).output is True
    with pytest.raises(DecisionFailed, match='input "a" is missing'):
        read_model(strict).evaluate("d", {})
    with pytest.raises(DecisionFailed, match='input "a" is missing'):
        read_model(strict).evaluate("d", {"a": None})


def test_an_input_of_the_wrong_type_is_named():
    source = model(input_data("a", "number"), decision("d", literal("a"), ("in_a",)))

    with pytest.raises(DecisionFailed, match='"a" is not of the type number'):
        read_model(source).evaluate("d", {"a": "five"})


def test_texts_become_dates_where_the_model_says_so():
    source = model(
        input_data("born", "date"),
        decision("d", literal("years and months duration(born, today()).years"), ("in_born",)),
    )

    evaluation = read_model(source).evaluate(
        "d", {"born": "1990-05-17"}, now=datetime(2026, 11, 20, tzinfo=UTC)
    )

    assert evaluation.output == 36


def test_an_unknown_decision_is_refused_with_the_known_ones():
    with pytest.raises(DecisionFailed, match=r'no decision "x"\. Ask for one of d\.'):
        read_model(model(decision("d", literal("1")))).evaluate("x", {})


BOXED = {
    "context": (
        '<context><contextEntry><variable name="a"/>{two}</contextEntry>'
        '<contextEntry><variable name="b c"/>{a_plus_one}</contextEntry>'
        "<contextEntry>{b_c_twice}</contextEntry></context>",
        6,
    ),
    "list": ("<list>{two}{three}</list>", [2, 3]),
    "relation": (
        '<relation><column name="n"/><column name="m"/><row>{two}{three}</row></relation>',
        [{"n": 2, "m": 3}],
    ),
    "conditional": (
        "<conditional><if>{yes}</if><then>{two}</then><else>{three}</else></conditional>",
        2,
    ),
    "filter": ("<filter><in>{numbers}</in><match>{item_big}</match></filter>", [3]),
    "for": ('<for iteratorVariable="i"><in>{numbers}</in><return>{i_twice}</return></for>', [4, 6]),
    "some": (
        '<some iteratorVariable="i"><in>{numbers}</in><satisfies>{i_big}</satisfies></some>',
        True,
    ),
    "every": (
        '<every iteratorVariable="i"><in>{numbers}</in><satisfies>{i_big}</satisfies></every>',
        False,
    ),
}
PARTS = {
    "two": "2",
    "three": "3",
    "yes": "true",
    "numbers": "[2, 3]",
    "a_plus_one": "a + 1",
    "b_c_twice": "b c * 2",
    "item_big": "item > 2",
    "i_big": "i > 2",
    "i_twice": "i * 2",
}


@pytest.mark.parametrize("kind", BOXED)
def test_a_boxed_expression_has_its_value(kind):
    logic, expected = BOXED[kind]
    parts = {name: literal(text) for name, text in PARTS.items()}
    source = model(decision("d", logic.format(**parts)))

    assert read_model(source).evaluate("d", {}).output == expected


def test_a_function_of_the_model_is_called_by_name_and_by_invocation():
    function = (
        '<businessKnowledgeModel id="fn_add" name="add up"><encapsulatedLogic>'
        '<formalParameter name="x" typeRef="number"/><formalParameter name="y"/>'
        f"{literal('x + y')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    invocation = (
        f"<invocation>{literal('add up')}"
        f'<binding><parameter name="y"/>{literal("1")}</binding>'
        f'<binding><parameter name="x"/>{literal("2")}</binding></invocation>'
    )
    source = model(
        function,
        decision("called", literal("add up(2, 3)"), ("fn_add",)),
        decision("invoked", invocation, ("fn_add",)),
    )

    assert read_model(source).evaluate("called", {}).output == 5
    assert read_model(source).evaluate("invoked", {}).output == 3


def test_a_service_is_called_as_a_function():
    service = (
        '<decisionService id="fn_s" name="service"><outputDecision href="#inner"/>'
        '<inputData href="#in_a"/></decisionService>'
    )
    source = model(
        input_data("a", "number"),
        decision("inner", literal("a * 10"), ("in_a",)),
        service,
        decision("outer", literal("service(4)"), ("fn_s",)),
    )

    assert read_model(source).evaluate("outer", {}).output == 40


def test_types_of_the_model_are_checked_in_depth():
    types = (
        '<itemDefinition name="grades" isCollection="true"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="person"><itemComponent name="last grades"><typeRef>grades</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    source = model(
        types,
        input_data("p", "person"),
        decision("d", literal("count(p.last grades)"), ("in_p",)),
    )

    assert read_model(source).evaluate("d", {"p": {"last grades": ["A", "B"]}}).output == 2
    with pytest.raises(DecisionFailed, match='"p" is not of the type person'):
        read_model(source).evaluate("d", {"p": {"last grades": ["A", "Z"]}})


def test_the_outcome_does_not_depend_on_the_order_of_requirements():
    parts = [input_data("a", "number"), decision("x", literal("a + 1"), ("in_a",))]
    outer = decision("y", literal("x * a"), ("x", "in_a"))

    first = read_model(model(*parts, outer)).evaluate("y", {"a": 3})
    second = read_model(model(outer, *reversed(parts))).evaluate("y", {"a": 3})

    assert first.output == second.output == 12
    assert requirement("x") in outer


def test_the_input_decisions_of_a_service_are_handed_in_and_never_decided():
    source = model(
        decision("given", literal('"decided"')),
        decision("shout", literal('given + "!"'), ("given",)),
        '<decisionService id="service" name="service"><outputDecision href="#shout"/>'
        '<inputDecision href="#given"/></decisionService>',
    )
    ready = read_model(source)

    assert ready.evaluate("service", {"given": "said"}).output == "said!"
    assert ready.evaluate("service", {}).output is None
    assert ready.evaluate("shout", {}).output == "decided!"


def test_the_result_of_a_service_and_of_a_function_has_its_declared_type():
    types = (
        '<itemDefinition name="tellsText"><functionItem outputTypeRef="string"/></itemDefinition>'
    )
    source = model(
        types,
        decision("inner", literal("1000")),
        '<decisionService id="service" name="service"><variable name="service" '
        'typeRef="tellsText"/><outputDecision href="#inner"/></decisionService>',
        '<businessKnowledgeModel id="fn_f" name="f"><variable name="f" typeRef="number"/>'
        f'<encapsulatedLogic><formalParameter name="x"/>{literal("x")}</encapsulatedLogic>'
        "</businessKnowledgeModel>",
        decision("number", literal("f([7])"), ("fn_f",)),
        decision("text", literal('f("seven")'), ("fn_f",)),
    )
    ready = read_model(source)

    assert ready.evaluate("service", {}).output is None
    assert ready.evaluate("number", {}).output == 7
    assert ready.evaluate("text", {}).output is None


def test_functions_of_a_model_have_the_types_of_their_parameters():
    types = (
        '<itemDefinition name="counts"><functionItem outputTypeRef="number">'
        '<parameters name="a" typeRef="number"/></functionItem></itemDefinition>'
    )
    source = model(
        types,
        input_data("a", "number"),
        decision("inner", literal("a"), ("in_a",)),
        '<decisionService id="fn_s" name="s"><outputDecision href="#inner"/>'
        '<inputData href="#in_a"/></decisionService>',
        '<businessKnowledgeModel id="fn_f" name="f"><encapsulatedLogic>'
        f'<formalParameter name="x" typeRef="string"/>{literal("1")}</encapsulatedLogic>'
        "</businessKnowledgeModel>",
        decision("d", literal("[s instance of counts, f instance of counts]"), ("fn_s", "fn_f")),
    )

    assert read_model(source).evaluate("d", {}).output == [True, False]


PERSON = (
    '<itemDefinition name="person"><itemComponent name="name"><typeRef>string</typeRef>'
    '</itemComponent><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
    '<itemDefinition name="people" isCollection="true"><typeRef>person</typeRef></itemDefinition>'
    '<itemDefinition name="pair" isCollection="true"><typeRef>number</typeRef>'
    "<typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="node"><itemComponent name="next"><typeRef>node</typeRef>'
    "</itemComponent></itemDefinition>"
)
CONVERSIONS = [
    ("number", "[1]", 1),
    ("number", "[[1]]", None),
    ("number", '"1"', None),
    ("list<number>", "1", [1]),
    ("list<number>", '["1"]', None),
    ("date and time", 'date("2026-02-01")', "2026-02-01T00:00:00Z"),
    ("person", '{name: "Ada", age: 36, extra: 1}', {"name": "Ada", "age": 36, "extra": 1}),
    ("person", '{name: "Ada"}', None),
    ("person", '{name: "Ada", age: null}', {"name": "Ada", "age": None}),
    ("people", '{name: "Ada", age: 36}', [{"name": "Ada", "age": 36}]),
    ("pair", "[1, 2]", [1, 2]),
    ("pair", "[1, 2, 3]", None),
    ("node", "{next: {next: null}}", {"next": {"next": None}}),
    ("node", "{next: {next: 1}}", None),
]


@pytest.mark.parametrize(("type_ref", "text", "expected"), CONVERSIONS)
def test_a_result_is_converted_to_its_type_or_null(type_ref, text, expected):
    declared = type_ref.replace("<", "&lt;")

    on_the_decision = model(PERSON, decision("d", literal(text), type_ref=declared))
    boxed = literal(text).replace("<literalExpression", f'<literalExpression typeRef="{declared}"')
    on_the_expression = model(PERSON, decision("d", boxed))

    assert read_model(on_the_decision).evaluate("d", {}).output == expected
    assert read_model(on_the_expression).evaluate("d", {}).output == expected


INSTANCES = [
    ('{name: "Ada", age: 36} instance of person', True),
    ('{name: "Ada"} instance of person', False),
    ("[1, 2, 3] instance of pair", True),
    ("1 instance of pair", False),
    ('[{name: "Ada", age: 36}] instance of list<person>', True),
    ("1 instance of nothing", None),
]


@pytest.mark.parametrize(("text", "expected"), INSTANCES)
def test_an_expression_knows_the_types_of_its_model(text, expected):
    assert (
        read_model(model(PERSON, decision("d", literal(text)))).evaluate("d", {}).output is expected
    )


def test_an_argument_that_is_not_of_its_type_stops_the_call():
    function = (
        '<businessKnowledgeModel id="fn_f" name="f"><encapsulatedLogic>'
        f'<formalParameter name="p" typeRef="person"/>{literal("p != null")}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    source = model(PERSON, function, decision("d", literal('f({name: "Ada"})'), ("fn_f",)))

    assert read_model(source).evaluate("d", {}).output is None


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        ("<conditional><if>{text}</if><then>{two}</then><else>{three}</else></conditional>", None),
        ("<conditional><if>{null}</if><then>{two}</then><else>{three}</else></conditional>", 3),
        ("<filter><in>{numbers}</in><match>{two}</match></filter>", None),
        ("<filter><in>{two}</in><match>{item_big}</match></filter>", []),
    ],
)
def test_what_is_no_condition_has_no_result(logic, expected):
    parts = {name: literal(text) for name, text in PARTS.items()}
    source = model(decision("d", logic.format(**parts, text=literal('"a"'), null=literal("null"))))

    assert read_model(source).evaluate("d", {}).output == expected


def test_a_function_in_a_context_calls_itself():
    function = (
        '<context><contextEntry><variable name="f"/><functionDefinition>'
        f'<formalParameter name="n"/>{literal("if n < 2 then 1 else n * f(n - 1)")}'
        f"</functionDefinition></contextEntry><contextEntry>{literal('f(5)')}</contextEntry></context>"
    )

    assert read_model(model(decision("d", function))).evaluate("d", {}).output == 120


def test_an_element_needs_no_id():
    source = model(
        f'<decision name="one"><variable name="one"/>{literal("1")}</decision>',
        f'<decision name="two"><variable name="two"/>{literal("2")}</decision>',
    )

    assert [read_model(source).evaluate(name, {}).output for name in ("one", "two")] == [1, 2]


def test_priorities_come_from_the_type_where_the_column_has_none():
    colours = (
        '<itemDefinition name="colour"><typeRef>string</typeRef><allowedValues>'
        '<text>"red", "green"</text></allowedValues></itemDefinition>'
    )
    rules = [(["-"], ['"green"']), (["-"], ['"red"'])]
    source = model(colours, decision("d", table("PRIORITY", ["1"], rules), type_ref="colour"))

    assert read_model(source).evaluate("d", {}).output == "red"


@pytest.mark.parametrize(("length", "is_answered"), [(300, True), (3_000, False)])
def test_a_long_row_of_type_names_is_followed_or_given_up(length, is_answered):
    types = [
        f'<itemDefinition name="t{n}"><typeRef>t{n + 1}</typeRef></itemDefinition>'
        for n in range(length)
    ]
    last = f'<itemDefinition name="t{length}"><typeRef>number</typeRef></itemDefinition>'
    typed = literal("1").replace("<literalExpression", '<literalExpression typeRef="t0"')
    ready = read_model(model(*types, last, decision("d", typed)))

    if is_answered:
        assert ready.evaluate("d", {}).output == 1
        return
    with pytest.raises(DecisionFailed, match="takes too much"):
        ready.evaluate("d", {})
