"""Writes the boxed expressions that came after DMN 1.3 with those that it has."""

import re
from collections.abc import Callable

from lxml import etree

from rules.dmn.reading.boxed import find_logic
from rules.dmn.reading.source import Source, child, children, local_name, text_of
from rules.dmn.writing.namespaces import MODEL

_PARTS = {
    "conditional": ("if", "then", "else"),
    "for": ("in", "return"),
    "some": ("in", "satisfies"),
    "every": ("in", "satisfies"),
    "filter": ("in", "match"),
}
_NAMES = {
    "if": "condition",
    "then": "result",
    "else": "otherwise",
    "in": "items",
    "return": "body",
    "satisfies": "body",
    "match": "body",
}
_KEPT = ("description", "extensionElements")


def write_expressions(root: etree._Element, source: Source) -> None:
    """Write conditionals, filters and iterators; the inner ones first."""
    tags = [f"{{{MODEL}}}{name}" for name in _PARTS]
    found = [element for element in root.iter(*tags) if element.getparent() is not None]
    suffix = _fresh_suffix(root) if found else ""
    for element in reversed(found):
        if _is_whole(element):
            _replace(element, suffix, source)


def _is_whole(element: etree._Element) -> bool:
    """Say whether an element has all its parts; a broken one is left for the reader to refuse."""
    parts = (child(element, name) for name in _PARTS[local_name(element)])
    return all(part is not None and find_logic(part) is not None for part in parts)


def _replace(element: etree._Element, suffix: str, source: Source) -> None:
    """Put text, or a context of functions with a text as its result, in the place of an element."""
    kind = local_name(element)
    texts: dict[str, str] = {}
    entries: list[etree._Element] = []
    for part in _PARTS[kind]:
        written = _text_of_part(element, part)
        if written is None:
            name = _NAMES[part] + suffix
            written = f"{name}({', '.join(_arguments(element, part))})"
            entries.append(_entry(name, element, part))
        texts[part] = written
    result = _literal(_WRITERS[kind](element, texts))
    new = _context(entries, result) if entries else result
    for name in ("id", "typeRef", "label"):
        if name in element.attrib:
            new.set(name, element.get(name, ""))
    for place, kept in enumerate(list(children(element, *_KEPT))):
        new.insert(place, kept)
    new.tail = element.tail
    message = f'The boxed expression "{kind}" was written as text, since DMN 1.3 has none.'
    source.warn(element, "dmn-converted", message, "Check that it still says what it should.")
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, new)


def _text_of_part(element: etree._Element, part: str) -> str | None:
    """Return the text of a part, if it is a text without a type that would be lost."""
    inner = child(element, part)
    logic = find_logic(inner) if inner is not None else None
    if inner is None or logic is None or local_name(logic) != "literalExpression":
        return None
    declared = {inner.get("typeRef"), logic.get("typeRef")} - {None, "", "Any"}
    if declared or child(logic, "importedValues") is not None:
        return None
    return text_of(logic).strip() or "null"


def _arguments(element: etree._Element, part: str) -> list[str]:
    """Return the variables that a part reads beside those of the whole model."""
    kind = local_name(element)
    if part in {"in", "if", "then", "else"}:
        return []
    if kind == "filter":
        return ["item"]
    variable = element.get("iteratorVariable", "")
    return [variable, "partial"] if kind == "for" else [variable]


def _entry(name: str, element: etree._Element, part: str) -> etree._Element:
    """Return a context entry with a function whose body is a part of an element."""
    entry = etree.Element(f"{{{MODEL}}}contextEntry")
    etree.SubElement(entry, f"{{{MODEL}}}variable", {"name": name})
    function = etree.SubElement(entry, f"{{{MODEL}}}functionDefinition")
    for parameter in _arguments(element, part):
        etree.SubElement(function, f"{{{MODEL}}}formalParameter", {"name": parameter})
    inner = child(element, part)
    logic = find_logic(inner) if inner is not None else None
    if inner is not None and logic is not None:
        function.append(logic)
        declared = inner.get("typeRef")
        if declared:
            function.set("typeRef", declared)
    return entry


def _context(entries: list[etree._Element], result: etree._Element) -> etree._Element:
    """Return a context with entries and a result."""
    context = etree.Element(f"{{{MODEL}}}context")
    context.extend(entries)
    last = etree.SubElement(context, f"{{{MODEL}}}contextEntry")
    last.append(result)
    return context


def _literal(text: str) -> etree._Element:
    """Return a literal expression."""
    element = etree.Element(f"{{{MODEL}}}literalExpression")
    etree.SubElement(element, f"{{{MODEL}}}text").text = text
    return element


def _fresh_suffix(root: etree._Element) -> str:
    """
    Return an end for names with which they stand nowhere in a model, so that they hide nothing.

    Contexts inside of each other may use the same names: only the result of a context
    reads them.
    """
    names = "|".join(sorted(set(_NAMES.values())))
    used = re.findall(rf"(?:{names})_(\d{{1,18}})", etree.tostring(root, encoding="unicode"))
    return f"_{max(map(int, used), default=0) + 1}"


# Every part begins a line of its own: a comment at its end must not swallow what follows.
def _conditional(_element: etree._Element, texts: dict[str, str]) -> str:
    """Return a conditional as text."""
    return f"if {texts['if']}\nthen {texts['then']}\nelse {texts['else']}"


def _filter(_element: etree._Element, texts: dict[str, str]) -> str:
    """Return a filter as text."""
    return f"({texts['in']}\n)[{texts['match']}\n]"


def _loop(element: etree._Element, texts: dict[str, str]) -> str:
    """Return an iterator as text."""
    kind = local_name(element)
    last = _PARTS[kind][-1]
    variable = element.get("iteratorVariable", "")
    return f"{kind} {variable} in {texts['in']}\n{last} {texts[last]}"


_WRITERS: dict[str, Callable[[etree._Element, dict[str, str]], str]] = {
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
