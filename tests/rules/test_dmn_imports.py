"""Models that import others; the caller hands them in by their namespaces."""

import pytest

from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.dmn.writing import carry_imports, models_by_namespace
from tests.rules.dmn_models import NAMESPACE, decision, input_data, literal, model


def part(name: str, *parts: str, imports: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Return a model with a namespace, `urn:<name>`."""
    written = "".join(
        f'<import name="{prefix}" namespace="urn:{target}" importType="{NAMESPACE}"/>'
        for prefix, target in imports
    )
    return model(written, *parts).replace(
        b"<definitions ", f'<definitions namespace="urn:{name}" '.encode()
    )


def needs(*targets: str) -> str:
    return "".join(
        f'<informationRequirement><requiredDecision href="urn:{target}"/></informationRequirement>'
        for target in targets
    )


def using(name: str, text: str, *targets: str) -> str:
    return decision(name, needs(*targets) + literal(text))


BASE = part(
    "base",
    '<itemDefinition name="small"><typeRef>number</typeRef><allowedValues><text>&lt; 10</text>'
    "</allowedValues></itemDefinition>",
    '<businessKnowledgeModel id="fn_double" name="double"><encapsulatedLogic>'
    f'<formalParameter name="x" typeRef="small"/>{literal("x * 2")}</encapsulatedLogic>'
    "</businessKnowledgeModel>",
    input_data("first name", "string").replace("in_first name", "in_name"),
    decision("greeting of the day", literal('"Hello, " + first name'), ("in_name",)).replace(
        'id="greeting of the day"', 'id="greeting"'
    ),
)
LEFT = part(
    "left",
    using("told", '"L: " + the base.greeting of the day', "base#greeting"),
    imports=(("the base", "base"),),
)
RIGHT = part(
    "right",
    using("told", '"R: " + base.greeting of the day', "base#greeting"),
    imports=(("base", "base"),),
)
LIBRARY = {"urn:base": BASE, "urn:left": LEFT, "urn:right": RIGHT}


def read(source: bytes, library: dict[str, bytes] | None = None):
    return read_model(
        source, file_name="top.dmn", imports=(LIBRARY if library is None else library).get
    )


def test_a_model_reads_decisions_of_several_imports_that_share_one():
    top = part(
        "top",
        using("both", 'left.told + "; " + right.told', "left#told", "right#told"),
        imports=(("left", "left"), ("right", "right")),
    )
    ready = read(top)

    evaluation = ready.evaluate("both", {"first name": "Ada"})

    assert evaluation.output == "L: Hello, Ada; R: Hello, Ada"
    assert [*ready.decisions] == ["both"]
    assert ready.decisions["both"].inputs == ("left.the base.first name",)
    assert [record.name for record in evaluation.records] == [
        *("left.the base.greeting of the day", "left.told", "right.told", "both"),
    ]


def test_functions_and_types_are_imported_too():
    top = part(
        "top",
        input_data("n", "base.small"),
        '<decision id="d" name="d"><informationRequirement><requiredInput href="#in_n"/>'
        "</informationRequirement><knowledgeRequirement>"
        '<requiredKnowledge href="urn:base#fn_double"/></knowledgeRequirement>'
        f"{literal('base.double(n)')}</decision>",
        decision("is", literal("12 instance of base.small")),
        imports=(("base", "base"),),
    )
    ready = read(top)

    assert ready.evaluate("d", {"n": 4}).output == 8
    assert ready.evaluate("is", {}).output is True
    with pytest.raises(DecisionFailed, match=r'"n" is not of the type base\.small'):
        ready.evaluate("d", {"n": 12})


def test_an_import_without_a_name_puts_its_elements_beside_the_own_ones():
    top = part("top", using("d", "greeting of the day", "base#greeting"), imports=(("", "base"),))

    assert read(top).evaluate("d", {"first name": "Ada"}).output == "Hello, Ada"


def test_equal_names_in_two_models_stay_apart():
    top = part(
        "top",
        decision("told", literal('"mine"')),
        decision("d", needs("left#told") + literal("told + left.told"), ("told",)),
        imports=(("left", "left"),),
    )

    assert read(top).evaluate("d", {"first name": "Ada"}).output == "mineL: Hello, Ada"


REFUSED = {
    "missing": (part("top", imports=(("x", "nowhere"),)), 'imported model "x" is missing'),
    "no DMN": (
        part("top", imports=(("x", "base"),)).replace(NAMESPACE.encode() + b'"/>', b'xsd"/>'),
        'is of the type "xsd"',
    ),
    "twice": (
        part("top", imports=(("x", "base"), ("x", "left"))),
        'Two imports have the name "x"',
    ),
    "without namespace": (
        part("top", imports=(("x", "base"),)).replace(b'namespace="urn:base"', b""),
        "has no namespace",
    ),
    "itself": (part("top", imports=(("x", "top"),)), "leads back"),
    "not imported": (part("top", using("d", "1", "base#greeting")), "points outside"),
    "wrong element": (
        part("top", using("d", "1", "base#gone"), imports=(("base", "base"),)),
        'needs "urn:base#gone", which is missing',
    ),
    "unknown type": (
        part("top", input_data("n", "base.large"), imports=(("base", "base"),)),
        'type "base.large" does not exist',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_import_that_cannot_be_followed_is_refused(case):
    source, message = REFUSED[case]

    with pytest.raises(DmnRefused, match=message) as caught:
        read(source)

    assert all(finding.line and finding.remedy for finding in caught.value.findings)


def test_a_circle_of_imports_is_refused_in_the_file_that_closes_it():
    library = {
        "urn:a": part("a", imports=(("b", "b"),)),
        "urn:b": part("b", imports=(("a", "a"),)),
    }

    with pytest.raises(DmnRefused, match="leads back to the model") as caught:
        read(part("top", imports=(("a", "a"),)), library)

    assert {finding.file_name for finding in caught.value.findings} == {"a", "b"}


def test_a_broken_import_is_told_with_its_own_place():
    library = {"urn:base": part("base", decision("d", literal("1 +")))}

    with pytest.raises(DmnRefused) as caught:
        read(part("top", imports=(("base", "base"),)), library)

    found = caught.value.findings[0]
    assert (found.code, found.file_name, found.element_id) == ("feel-syntax", "base", "d")
    library["urn:base"] = b"<definitions"
    with pytest.raises(DmnRefused, match="not well-formed"):
        read(part("top", imports=(("base", "base"),)), library)
    library["urn:base"] = LEFT
    with pytest.raises(DmnRefused, match="is another model"):
        read(part("top", imports=(("base", "base"),)), library)


def test_too_many_imports_are_refused():
    library = {f"urn:{n}": part(str(n), imports=(("next", str(n + 1)),)) for n in range(40)}

    with pytest.raises(DmnRefused, match="More than 20 models are imported"):
        read(part("top", imports=(("first", "0"),)), library)


def test_a_model_can_carry_what_it_imports():
    top = part("top", using("d", "left.told", "left#told"), imports=(("left", "left"),))

    alone = carry_imports(top, LIBRARY.get)

    assert read(alone, {}).evaluate("d", {"first name": "Ada"}).output == "L: Hello, Ada"
    assert carry_imports(alone, {}.get) == alone
    assert carry_imports(BASE, LIBRARY.get) == BASE
    assert carry_imports(b"<import", LIBRARY.get) == b"<import"
    with pytest.raises(DmnRefused, match='"left" is missing'):
        read(carry_imports(top, {}.get), {})


def test_models_are_found_by_their_namespaces():
    found = models_by_namespace([BASE, b"<broken", LEFT, b"<definitions namespace='x'/>"])

    assert found == {"urn:base": BASE, "urn:left": LEFT}
