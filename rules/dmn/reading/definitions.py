"""Reads a whole model: its types, inputs, decisions, functions and services."""

from collections.abc import Iterable

from lxml import etree

from rules.dmn.errors import DmnRefused
from rules.dmn.reading.documents import Document, Resolver, imported_documents, read_documents
from rules.dmn.reading.elements import KINDS, read_element, variable_of
from rules.dmn.reading.item_definitions import member_names, read_types
from rules.dmn.reading.references import check_references
from rules.dmn.reading.source import Source, children, local_name
from rules.dmn.syntax import Definitions, Element, ItemDefinition, Space
from rules.feel.names import normalised
from rules.findings import Finding
from rules.xml_door import DMN_NAMESPACES

# What says nothing about results: documentation, organisation and drawings.
_IGNORED = frozenset(
    {
        *("description", "extensionElements", "itemDefinition", "knowledgeSource", "import"),
        *("textAnnotation", "association", "group", "artifact", "elementCollection"),
        *("performanceIndicator", "organizationUnit", "businessContextElement"),
    }
)


def no_imports(namespace: str) -> bytes | None:
    """Know no models that could be imported."""


def read_definitions(
    root: etree._Element,
    *,
    file_name: str,
    tolerant: bool = False,
    imports: Resolver = no_imports,
) -> Definitions:
    """
    Read a model from its root element, and the models that it imports.

    A tolerant reading keeps the findings and takes what it cannot understand as null.

    Raises:
        DmnRefused: Something in it cannot be understood.

    """
    source = Source(file_name)
    _check_root(source, root)
    documents = read_documents(root, source, imports)
    spaces = tuple(_space(document, documents) for document in documents)
    for document, space in zip(documents, spaces, strict=True):
        document.source.check_language(document.root)
        document.source.type_names = space.types
        document.source.namespaces = {space: name for name, space in document.imports.items()}
    types = tuple(
        definition
        for document, space in zip(documents, spaces, strict=True)
        for definition in read_types(document.source, document.root, space.types)
    )
    _tell_names(documents, member_names(types))
    _tell_values(documents, types)
    elements = tuple(_elements(documents, spaces))
    check_references(documents, elements)
    findings = tuple(finding for document in documents for finding in document.source.findings)
    _refuse(findings, tolerant)
    title = root.get("name", "")
    model_id = root.get("id", "")
    namespace = root.get("namespace", "")
    return Definitions(model_id, title, file_name, elements, types, findings, spaces, namespace)


def _refuse(findings: tuple[Finding, ...], tolerant: bool) -> None:
    """Raise the findings, unless they are to be kept."""
    if not tolerant and any(finding.is_error for finding in findings):
        raise DmnRefused(findings)


def _check_root(source: Source, root: etree._Element) -> None:
    """Refuse what is no DMN model at all."""
    name = etree.QName(root)
    if name.namespace not in DMN_NAMESPACES or name.localname != "definitions":
        message = f'The root element "{name.localname[:40]}" is not a DMN definitions element.'
        source.refuse(root, "dmn-root", message, "Hand in a DMN 1.1 to 1.5 model.")
        raise DmnRefused(source.findings)


def _space(document: Document, documents: list[Document]) -> Space:
    """Return what the names of one file mean; a file on its own needs nothing."""
    if len(documents) == 1:
        return Space(types={name: name for name in _type_names(document)})
    names: dict[str, str] = {}
    types = {name: document.prefix + name for name in _type_names(document)}
    imports: dict[str, dict[str, str]] = {}
    if document.prefix:
        names = {name: document.prefix + name for name in _variables(document)}
    for name, other in imported_documents(document, documents):
        members = {member: other.prefix + member for member in _variables(other)}
        if name:
            imports[name] = members
        else:
            names.update(members)
        before = f"{name}." if name else ""
        types.update({before + member: other.prefix + member for member in _type_names(other)})
    return Space(names, types, imports)


def _variables(document: Document) -> list[str]:
    """Return the names of the variables of a file."""
    return [variable_of(part) for part in children(document.root, *KINDS)]


def _type_names(document: Document) -> list[str]:
    """Return the names of the types of a file."""
    parts = children(document.root, "itemDefinition")
    return [normalised(part.get("name", "")) for part in parts]


def _tell_names(documents: list[Document], members: Iterable[str]) -> None:
    """Tell every file the names that its expressions may hold without declaring them."""
    everywhere = list(members)
    if len(documents) > 1:
        everywhere.extend(name for document in documents for name in _variables(document))
    for document in documents:
        names = (name for name in document.imports if name)
        document.source.member_names = (*everywhere, *names)


def _tell_values(documents: list[Document], types: Iterable[ItemDefinition]) -> None:
    """Tell every file the allowed values of its types, in their order."""
    values = {part.name: part.allowed.tests for part in types if part.allowed}
    for document in documents:
        names = document.source.type_names
        document.source.type_values = {
            name: values[meant] for name, meant in names.items() if meant in values
        }


def _elements(documents: list[Document], spaces: tuple[Space, ...]) -> Iterable[Element]:
    """Yield the elements of all files."""
    names = {
        document.source.global_id(part.get("id", "")): variable_of(part)
        for document in documents
        for part in children(document.root, *KINDS)
        if part.get("id")
    }
    for number, document in enumerate(documents):
        for part in children(document.root):
            if _is_element(document.source, part):
                yield read_element(document, part, names, spaces[number].types, number)


def _is_element(source: Source, part: etree._Element) -> bool:
    """Say whether a part of the model takes part in decisions; refuse unknown parts."""
    kind = local_name(part)
    if kind not in KINDS and kind not in _IGNORED:
        source.refuse_unknown(part)
    return kind in KINDS
