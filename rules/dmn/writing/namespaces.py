"""Copies the elements of a model into the namespaces of DMN 1.3."""

from lxml import etree

from rules.dmn.reading.source import Source, line_of

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"
_DRAWING = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_MEANT = {
    **dict.fromkeys(
        (
            "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
            "http://www.omg.org/spec/DMN/20180521/MODEL/",
            "https://www.omg.org/spec/DMN/20211108/MODEL/",
            "https://www.omg.org/spec/DMN/20230324/MODEL/",
        ),
        MODEL,
    ),
    **dict.fromkeys(
        (
            "http://www.omg.org/spec/FEEL/20140401",
            "http://www.omg.org/spec/DMN/20180521/FEEL/",
            "https://www.omg.org/spec/DMN/20211108/FEEL/",
            "https://www.omg.org/spec/DMN/20230324/FEEL/",
        ),
        _FEEL,
    ),
    **dict.fromkeys(
        (
            "http://www.omg.org/spec/DMN/20180521/DMNDI/",
            "https://www.omg.org/spec/DMN/20211108/DMNDI/",
            "https://www.omg.org/spec/DMN/20230324/DMNDI/",
        ),
        _DRAWING,
    ),
}
_TYPES = frozenset({"typeRef", "outputTypeRef"})
# Attributes that came after version 1.3; they only say how something is drawn.
_LATER = frozenset({"useAlternativeInputDataShape"})


def in_version_1_3(old: etree._Element, source: Source) -> etree._Element:
    """Return a copy of a model with the names that version 1.3 has for everything."""
    used: dict[str | None, str] = {old.prefix: _meant(etree.QName(old).namespace or "")}
    for prefix, namespace in old.nsmap.items():
        # One name for each namespace, or it would be left to chance which one is written.
        if _meant(namespace) not in used.values():
            used[prefix] = _meant(namespace)
    # The stubs know neither the default namespace nor that a line can be set.
    root = etree.Element(_tag(old), _attributes(old, source), nsmap=used)  # type: ignore[arg-type]
    _fill(root, old, source)
    return root


def _fill(new: etree._Element, old: etree._Element, source: Source) -> None:
    """Copy the content of an element."""
    new.text = _text(old, source)
    for part in old:
        added = {
            prefix: _meant(namespace)
            for prefix, namespace in part.nsmap.items()
            if _meant(namespace) not in new.nsmap.values()
        }
        inner = etree.SubElement(new, _tag(part), _attributes(part, source), nsmap=added)  # type: ignore[arg-type]
        inner.sourceline = line_of(part)  # type: ignore[assignment]
        _fill(inner, part, source)
        inner.tail = part.tail


def _text(old: etree._Element, source: Source) -> str | None:
    """Return the text of an element; the name of a type is written without a prefix."""
    if etree.QName(old).localname == "typeRef" and old.text:
        return source.without_prefix(old, old.text.strip())
    return old.text


def _tag(element: etree._Element) -> str:
    """Return the name of an element in version 1.3."""
    name = etree.QName(element)
    return str(etree.QName(_meant(name.namespace or "") or None, name.localname))


def _attributes(element: etree._Element, source: Source) -> dict[str, str]:
    """Return the attributes of an element in version 1.3."""
    attributes = {}
    for key, value in element.attrib.items():
        name = etree.QName(key)
        if name.localname in _LATER:
            continue
        written = _meant(str(value))
        if name.namespace is None and name.localname in _TYPES:
            written = source.without_prefix(element, written)
        namespace = None if name.namespace is None else _meant(name.namespace)
        attributes[str(etree.QName(namespace, name.localname))] = written
    return attributes


def _meant(namespace: str) -> str:
    """Return what version 1.3 writes for a namespace of any version."""
    return _MEANT.get(namespace, namespace)
