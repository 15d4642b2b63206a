"""Small decision models as text, for the tests."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(*parts: str, namespace: str = NAMESPACE) -> bytes:
    body = "\n".join(parts)
    return f'<definitions xmlns="{namespace}" id="m" name="m">\n{body}\n</definitions>'.encode()


def input_data(name: str, type_ref: str = "Any", attributes: str = "") -> str:
    return (
        f'<inputData id="in_{name}" name="{name}" {attributes}>'
        f'<variable name="{name}" typeRef="{type_ref}"/></inputData>'
    )


def decision(name: str, logic: str, needs: tuple[str, ...] = (), type_ref: str = "") -> str:
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>'
        + "".join(requirement(need) for need in needs)
        + f"{logic}</decision>"
    )


def requirement(need: str) -> str:
    if need.startswith("in_"):
        inner = f'<requiredInput href="#{need}"/>'
    elif need.startswith("fn_"):
        return f'<knowledgeRequirement><requiredKnowledge href="#{need}"/></knowledgeRequirement>'
    else:
        inner = f'<requiredDecision href="#{need}"/>'
    return f"<informationRequirement>{inner}</informationRequirement>"


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def cell(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def table(
    policy: str,
    inputs: list[str],
    rules: list[tuple[list[str], list[str]]],
    *,
    outputs: tuple[str, ...] = ("",),
    aggregation: str = "",
    values: str = "",
    default: str = "",
    allowed: str = "",
) -> str:
    columns = "".join(
        f"<input>{cell('inputExpression', text)}"
        f"{cell('inputValues', allowed) if allowed else ''}</input>"
        for text in inputs
    )
    results = "".join(
        f"<output name={quoteattr(name)}>"
        f"{cell('outputValues', values) if values else ''}"
        f"{cell('defaultOutputEntry', default) if default else ''}</output>"
        for name in outputs
    )
    rows = "".join(
        f'<rule id="r{number}"><description>Because of {number}.</description>'
        + "".join(cell("inputEntry", text) for text in tests)
        + "".join(cell("outputEntry", text) for text in answers)
        + "</rule>"
        for number, (tests, answers) in enumerate(rules, start=1)
    )
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    content = columns + results + rows
    return f'<decisionTable id="t" hitPolicy="{policy}"{extra}>{content}</decisionTable>'
