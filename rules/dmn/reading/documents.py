"""The files of a model: the one that was handed in, and all that it imports."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree

from rules.dmn.reading.source import (
    EXTENSION_NAMESPACE,
    Source,
    child,
    children,
    local_name,
)
from rules.feel.names import normalised
from rules.xml_door import DMN_NAMESPACES, XmlRefused, open_xml

# Answers a namespace with the bytes of the model that has it, or with nothing.
Resolver = Callable[[str], bytes | None]
# A model may carry the text of what it imports.
CARRIED = f"{{{EXTENSION_NAMESPACE}}}importedModel"
_MAX_DOCUMENTS = 20
_SHOWN = 120
_REMEDY = "Hand in the imported model too, or copy its elements into this one."


@dataclass
class Document:
    """
    One file.

    Attributes:
        prefix: What stands before the names of an imported file in the whole model.
        imports: The namespaces of its imports by their names.

    """

    root: etree._Element
    source: Source
    prefix: str = ""
    imports: dict[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """Return the namespace that others import it by."""
        return str(self.root.get("namespace", ""))


def read_documents(root: etree._Element, source: Source, resolver: Resolver) -> list[Document]:
    """Return the file with this root and then all imported ones, each once."""
    carried = _carried(root)
    documents = {str(root.get("namespace", "")): Document(root, source)}
    waiting = deque(documents.values())
    while waiting:
        document = waiting.popleft()
        for element in children(document.root, "import"):
            namespace = _imported_namespace(document, element)
            if namespace is None or namespace in documents:
                continue
            if len(documents) >= _MAX_DOCUMENTS:
                message = f"More than {_MAX_DOCUMENTS} models are imported."
                document.source.refuse(element, "dmn-import", message, "Merge some of them.")
                return list(documents.values())
            content = carried.get(namespace) or resolver(namespace)
            imported = _opened(document, element, namespace, content)
            if imported is not None:
                documents[namespace] = imported
                waiting.append(imported)
    _refuse_cycles(documents)
    return list(documents.values())


def _carried(root: etree._Element) -> dict[str, bytes]:
    """Return the models that a file carries itself, by their namespaces."""
    extensions = child(root, "extensionElements")
    parts = extensions.iterchildren(CARRIED) if extensions is not None else ()
    return {part.get("namespace", ""): (part.text or "").encode() for part in parts}


def _imported_namespace(document: Document, element: etree._Element) -> str | None:
    """Note an import of a document and return its namespace, or refuse it."""
    name = normalised(element.get("name", ""))
    namespace = element.get("namespace", "")
    kind = element.get("importType", "")
    message = ""
    if kind not in DMN_NAMESPACES:
        message = f'The import "{_short(name)}" is of the type "{_short(kind)}".'
        remedy = "Import DMN models only."
    elif not namespace:
        message = f'The import "{_short(name)}" has no namespace.'
        remedy = "Give it the namespace of the imported model."
    elif name in document.imports:
        message = f'Two imports have the name "{_short(name)}".'
        remedy = "Give each import a name of its own."
    if message:
        document.source.refuse(element, "dmn-import", message, remedy)
        return None
    document.imports[name] = namespace
    return namespace


def _opened(
    document: Document, element: etree._Element, namespace: str, content: bytes | None
) -> Document | None:
    """Return an imported file, or refuse the import."""
    name = normalised(element.get("name", ""))
    if content is None:
        message = f'The imported model "{_short(name or namespace)}" is missing.'
        document.source.refuse(element, "dmn-import", message, _REMEDY)
        return None
    place = PurePosixPath(element.get("locationURI") or "").name or name or "imported model"
    try:
        root = open_xml(content, file_name=place)
    except XmlRefused as error:
        document.source.findings.append(error.finding)
        return None
    if local_name(root) != "definitions" or root.get("namespace") != namespace:
        message = f'What was found for the import "{_short(name)}" is another model.'
        document.source.refuse(element, "dmn-import", message, _REMEDY)
        return None
    prefix = f"{document.prefix}{name}." if name else document.prefix
    return Document(root, Source(place, namespace), prefix)


def _refuse_cycles(documents: dict[str, Document]) -> None:
    """Refuse imports that lead back to the model they stand in."""
    for document in documents.values():
        for element in children(document.root, "import"):
            first = element.get("namespace", "")
            if document.namespace in _reached(first, documents):
                name = _short(element.get("name", "") or first)
                message = f'The import "{name}" leads back to the model that it stands in.'
                remedy = "Move what both models need into a third one."
                document.source.refuse(element, "dmn-import-cycle", message, remedy)


def _reached(first: str, documents: dict[str, Document]) -> set[str]:
    """Return the namespaces that can be reached from one, itself included."""
    reached: set[str] = set()
    waiting = [first]
    while waiting:
        namespace = waiting.pop()
        if namespace in reached or namespace not in documents:
            continue
        reached.add(namespace)
        waiting.extend(documents[namespace].imports.values())
    return reached


def imported_documents(
    document: Document, documents: list[Document]
) -> Iterator[tuple[str, Document]]:
    """Yield the imports of a document by name, as far as they are there."""
    by_namespace = {other.namespace: other for other in documents}
    for name, namespace in document.imports.items():
        if namespace in by_namespace:
            yield name, by_namespace[namespace]


def _short(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
