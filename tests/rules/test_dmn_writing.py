"""Writing a model as DMN 1.3 loses nothing and changes no answer."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from rules import decisions
from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.dmn.writing import write_model
from rules.xml_door import DMN_NAMESPACES
from tests.rules.dmn_models import NAMESPACE, decision, input_data, literal, model, table

NEWEST = DMN_NAMESPACES[-1]
PACKAGED = sorted(decisions.packaged().items())


def newest(*parts: str) -> bytes:
    return model(*parts, namespace=NEWEST)


@pytest.mark.parametrize("namespace", DMN_NAMESPACES)
def test_every_version_is_written_as_the_one_of_the_editor(namespace):
    source = model(decision("d", literal("1 + 1")), namespace=namespace)

    written = write_model(source)

    assert etree.QName(etree.fromstring(written.content)).namespace == NAMESPACE
    assert read_model(written.content).evaluate("d", {}).output == 2
    assert written.findings == ()


def test_documentation_drawings_extensions_and_ids_are_kept():
    source = f"""<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="{NEWEST}" xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:kie="urn:kie" id="m" name="m"
  namespace="urn:m" expressionLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/">
  <dmn:description>Why this is so.</dmn:description>
  <dmn:extensionElements><kie:note kie:by="Ada">Look here.</kie:note></dmn:extensionElements>
  <dmn:decision id="d" name="d" kie:colour="red"><dmn:variable id="v" name="d" typeRef="number"/>
    <dmn:literalExpression id="l"><dmn:text>1</dmn:text></dmn:literalExpression></dmn:decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="g" useAlternativeInputDataShape="true">
    <dmndi:DMNShape id="s" dmnElementRef="d"><dc:Bounds x="1" y="2" width="3" height="4"/>
    </dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</dmn:definitions>""".encode()

    written = write_model(source).content.decode()

    assert "20230324" not in written
    assert "useAlternativeInputDataShape" not in written
    for kept in (
        *("<dmn:description>Why this is so.</dmn:description>", 'kie:colour="red"'),
        *('<kie:note kie:by="Ada">Look here.</kie:note>', 'id="g"', 'dmnElementRef="d"'),
        *('<dc:Bounds x="1" y="2" width="3" height="4"/>', 'id="v"', 'id="l"'),
        'xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"',
    ):
        assert kept in written
    assert read_model(written.encode()).evaluate("d", {}).output == 1


def test_the_prefixes_of_old_type_names_are_resolved():
    source = model(
        '<itemDefinition name="small"><typeRef xmlns:f="http://www.omg.org/spec/FEEL/20140401">'
        "f:number</typeRef></itemDefinition>",
        input_data("a", "feel:number"),
        decision("d", literal("a + 1"), ("in_a",), type_ref="own:small"),
        namespace=DMN_NAMESPACES[0],
    ).replace(b"<definitions ", b'<definitions namespace="urn:own" xmlns:own="urn:own" ')

    written = write_model(source).content

    assert re.findall(rb'typeRef="([^"]*)"', written) == [b"number", b"small"]
    assert b"<typeRef" in written and b">number</typeRef>" in written
    assert read_model(written).evaluate("d", {"a": 1}).output == 2


NUMBERS = literal("numbers // all of them")
NESTED = table("FIRST", ["x"], [(["> 2"], ['"big"']), (["-"], ['"small"'])])
NEWER = {
    "conditional": f"<conditional><if>{literal('x > 2')}</if><then>{literal('1')}</then>"
    f"<else>{literal('2')}</else></conditional>",
    "conditional with a table": f"<conditional><if>{literal('x > 2')}</if><then>{NESTED}</then>"
    f"<else>{literal('condition_1')}</else></conditional>",
    "filter": f"<filter><in>{NUMBERS}</in><match>{literal('item > x')}</match></filter>",
    "for": f'<for iteratorVariable="i"><in>{NUMBERS}</in>'
    f"<return>{literal('i * x + count(partial)')}</return></for>",
    "for with a type": f'<for iteratorVariable="i"><in>{NUMBERS}</in><return typeRef="string">'
    f"{literal('if i > x then string(i) else i')}</return></for>",
    "for with a table": f'<for iteratorVariable="i"><in>{NUMBERS}</in>'
    f"<return>{NESTED.replace('<text>x<', '<text>i<')}</return></for>",
    "some": f'<some iteratorVariable="i"><in>{NUMBERS}</in>'
    f"<satisfies>{literal('i > x')}</satisfies></some>",
    "every": f'<every iteratorVariable="i"><in>{NUMBERS}</in>'
    f"<satisfies>{literal('i > x')}</satisfies></every>",
}
NEWER["nested tables"] = (
    f'<for iteratorVariable="j"><in>{NUMBERS}</in>'
    f"<return>{NEWER['for with a table']}</return></for>"
)
NEWER["nested"] = (
    f'<for iteratorVariable="j"><in>{NUMBERS}</in><return>{NEWER["filter"]}</return></for>'
)


@pytest.mark.parametrize("kind", NEWER)
def test_what_came_after_version_1_3_is_written_with_what_it_has(kind):
    source = newest(
        input_data("x", "number"),
        input_data("numbers", "list<number>".replace("<", "&lt;")),
        input_data("condition_1"),
        decision("d", NEWER[kind], ("in_x", "in_numbers", "in_condition_1")),
    )

    written = write_model(source)

    names = {etree.QName(part).localname for part in etree.fromstring(written.content).iter()}
    assert names.isdisjoint({"conditional", "filter", "for", "some", "every"})
    assert {finding.code for finding in written.findings} == {"dmn-converted"}
    assert all(finding.line and finding.severity == "warning" for finding in written.findings)
    for x in range(5):
        inputs = {"x": x, "numbers": [1, 2, 3, 4], "condition_1": "else"}
        expected = read_model(source).evaluate("d", inputs).output
        assert read_model(written.content).evaluate("d", inputs).output == expected


CONSTRAINED = (
    '<itemDefinition name="even"><typeRef>number</typeRef>'
    "<typeConstraint><text>even(?)</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="pair" isCollection="true"><typeRef>even</typeRef><allowedValues>'
    "<text>&lt; 10</text></allowedValues><typeConstraint><text>count(?) = 2</text>"
    "</typeConstraint></itemDefinition>"
    '<itemDefinition name="holder"><itemComponent name="pair" isCollection="true">'
    "<typeRef>number</typeRef><typeConstraint><text>count(?) = 2</text></typeConstraint>"
    "</itemComponent></itemDefinition>"
)


@pytest.mark.parametrize(
    ("type_ref", "good", "bad"),
    [
        ("even", ["2"], ["3"]),
        ("pair", ["[2, 4]"], ["[2]", "[2, 4, 6]", "[2, 3]", "[2, 12]"]),
        ("holder", ["{pair: [1, 2]}"], ["{pair: [1]}", "{pair: 1}"]),
    ],
)
def test_type_constraints_are_written_as_allowed_values(type_ref, good, bad):
    texts = [*good, *bad]
    parts = [decision(f"d{n}", literal(text), type_ref=type_ref) for n, text in enumerate(texts)]
    source = newest(CONSTRAINED, *parts)

    written = write_model(source).content

    assert b"typeConstraint" not in written
    for ready in (read_model(source), read_model(written)):
        found = [ready.evaluate(f"d{n}", {}).output is not None for n in range(len(texts))]
        assert found == [True] * len(good) + [False] * len(bad)


@pytest.mark.parametrize(("name", "source"), PACKAGED)
def test_the_packaged_models_stay_as_they_are(name, source):
    written = write_model(source, file_name=name)

    before = etree.fromstring(source, etree.XMLParser(remove_comments=True))
    assert written.findings == ()
    assert etree.tostring(before, method="c14n") == etree.tostring(
        etree.fromstring(written.content), method="c14n"
    )


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(sorted(NEWER)),
    x=st.integers(-3, 6) | st.none() | st.just("a"),
    numbers=st.lists(st.integers(-3, 6) | st.none(), max_size=4),
)
def test_reading_what_was_written_answers_the_same(kind, x, numbers):
    source = newest(
        input_data("x"), input_data("numbers"), decision("d", NEWER[kind], ("in_x", "in_numbers"))
    )
    once = write_model(source).content
    inputs = {"x": x, "numbers": numbers}

    outcomes = []
    for content in (source, once, write_model(once).content):
        try:
            outcomes.append(read_model(content).evaluate("d", inputs).output)
        except DecisionFailed as failed:
            outcomes.append(failed.finding.code)

    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_what_is_no_model_is_not_written():
    for source in (b"<definitions", b"<definitions/>"):
        with pytest.raises(DmnRefused):
            write_model(source)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"])
def test_every_encoding_that_is_let_in_is_written_as_utf_8(encoding):
    text = newest(decision("d", literal('"Größe"'))).decode()
    source = f'<?xml version="1.0" encoding="{encoding}"?>{text}'

    written = write_model(source.encode(encoding, "xmlcharrefreplace")).content

    assert "Größe" in written.decode("utf-8")
    assert read_model(written).evaluate("d", {}).output == "Größe"


def test_many_warnings_do_not_stop_the_writing():
    parts = [decision(f"d{n}", NEWER["some"]) for n in range(250)]

    written = write_model(newest(*parts))

    assert b"<some" not in written.content
    assert len(written.findings) == 200
