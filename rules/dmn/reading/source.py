"""The elements of a file, with what every reader needs: text, place, and collected findings."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from lxml import etree

from rules.dmn.errors import DmnRefused
from rules.dmn.types import plain_name, written_type
from rules.feel import FeelBudgetExceeded, FeelSyntaxError
from rules.feel.budget import SourceBudget
from rules.feel.names import normalised
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import Literal, Node, TypeName, UnaryTests
from rules.feel.values import TYPE_NAMES
from rules.findings import Finding
from rules.xml_door import DMN_NAMESPACES

EXTENSION_NAMESPACE = "urn:understudy:dmn:1"
_FEEL_LANGUAGES = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)
_TYPE_NAMESPACES = frozenset({*_FEEL_LANGUAGES, "http://www.w3.org/2001/XMLSchema"})
_NOTHING: Node = Literal(None)
_SHOWN = 80
_MOST_FINDINGS = 200
_NodeT = TypeVar("_NodeT", bound=Node)


class Source:
    """One file that is being read; findings are collected, so that all are told at once."""

    def __init__(self, file_name: str, namespace: str = "") -> None:
        self.file_name = file_name
        self.findings: list[Finding] = []
        self.member_names: tuple[str, ...] = ()
        # The types that the file can name; set when all files of the model are known.
        self.type_names: Mapping[str, str] = {}
        # The allowed values of its types, the most important first.
        self.type_values: Mapping[str, tuple[Node, ...]] = {}
        # The names of the imports of the file by their namespaces.
        self.namespaces: Mapping[str, str] = {}
        self._budget = SourceBudget()
        # The namespace of an imported file stands before its ids.
        self._namespace = namespace

    def refuse(self, element: etree._Element, code: str, message: str, remedy: str) -> None:
        """Note what is wrong with an element."""
        self.refuse_at(line_of(element), nearest_id(element), code, message, remedy)

    def refuse_at(
        self, line: int | None, element_id: str | None, code: str, message: str, remedy: str
    ) -> None:
        """Note what is wrong at a place; nobody reads more than so many findings."""
        if len(self.findings) >= _MOST_FINDINGS:
            raise DmnRefused(self.findings)
        self.findings.append(
            Finding(
                code,
                message,
                remedy,
                element_id=element_id or None,
                file_name=self.file_name,
                line=line,
            )
        )

    def warn(self, element: etree._Element, code: str, message: str, remedy: str) -> None:
        """Note what somebody should look at, though the model can be used."""
        if len(self.findings) >= _MOST_FINDINGS:
            return  # Doubts never refuse a model, however many they are.
        self.refuse(element, code, message, remedy)
        self.findings[-1] = replace(self.findings[-1], severity="warning")

    def global_id(self, element_id: str) -> str:
        """Return the id that an element of this file has in the whole model."""
        return f"{self._namespace}#{element_id}" if self._namespace else element_id

    def type_ref(self, element: etree._Element) -> str:
        """Return the type that an element declares, or an empty text."""
        return self.type_in(element, element.get("typeRef") or "")

    def type_in(self, element: etree._Element, written: str) -> str:
        """Return the name of a type as an element wrote it; refuse one that nobody knows."""
        name = normalised(self.without_prefix(element, written.strip()))
        for part in _named_in(written_type(name)) if name else ():
            if part not in self.type_names and not self.is_built_in(part):
                message = f'The type "{part[:_SHOWN]}" does not exist.'
                remedy = "Add an item definition with this name, or choose another type."
                self.refuse(element, "dmn-type-unknown", message, remedy)
        return name

    def is_built_in(self, name: str) -> bool:
        """Say whether the language itself has a type."""
        return plain_name(name) in TYPE_NAMES or name in {"Any", "any"}

    def without_prefix(self, element: etree._Element, written: str) -> str:
        """Return a type name without the prefix of a namespace, which old files write."""
        prefix, sign, name = written.partition(":")
        if not sign or "<" in prefix:
            return written
        namespace = element.nsmap.get(prefix) or ""
        if namespace in self.namespaces:
            imported = self.namespaces[namespace]
            return f"{imported}.{name}" if imported else name
        own = element.getroottree().getroot().get("namespace")
        if prefix == "feel" or namespace in _TYPE_NAMESPACES or namespace == own:
            return name
        return written

    def refuse_unknown(self, element: etree._Element) -> None:
        """Note an element that is not supported."""
        name = local_name(element)
        message = f'The element "{name}" is not supported here.'
        self.refuse(element, "dmn-unsupported", message, "Express it in another way.")

    def check_language(self, element: etree._Element) -> None:
        """Refuse any expression language but FEEL."""
        language = element.get("expressionLanguage")
        if language and language not in _FEEL_LANGUAGES and language.lower() != "feel":
            message = f'The expression language "{language[:_SHOWN]}" is not supported.'
            self.refuse(element, "dmn-language", message, "Write the expression in FEEL.")

    def expression(self, element: etree._Element | None, names: Iterable[str]) -> Node:
        """Return the expression in an element with a text; an empty one is null."""
        return self._parsed(element, names, parse_expression, _NOTHING)

    def tests(self, element: etree._Element | None, names: Iterable[str]) -> UnaryTests:
        """Return the unary tests in an element with a text; an empty one accepts anything."""
        return self._parsed(element, names, parse_unary_tests, UnaryTests(()))

    def _parsed(
        self,
        element: etree._Element | None,
        names: Iterable[str],
        parse: Callable[[str, Collection[str], SourceBudget], _NodeT],
        empty: _NodeT,
    ) -> _NodeT:
        """Parse the text of an element; a syntax error becomes a finding."""
        if element is None:
            return empty
        self.check_language(element)
        text = text_of(element)
        if not text.strip():
            return empty
        try:
            return parse(text, (*names, *self.member_names), self._budget)
        except FeelBudgetExceeded as error:
            self.refuse(element, "dmn-too-large", str(error), "Split the model into several.")
            raise DmnRefused(self.findings) from None
        except FeelSyntaxError as error:
            short = " ".join(text.split())
            shown = short if len(short) <= _SHOWN else short[:_SHOWN] + "..."
            message = f'The expression "{shown}" cannot be read: {error}'
            remedy = f"Write {error.expected} there." if error.expected else "Correct it."
            line = line_of(child(element, "text"))
            line = None if line is None else line + error.line - 1
            self.refuse_at(line, nearest_id(element), "feel-syntax", message, remedy)
            return empty


def _named_in(wanted: TypeName) -> Iterator[str]:
    """Yield all names in a type."""
    yield wanted.name
    for part in wanted.parts:
        yield from _named_in(part)


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    tag: str = element.tag
    return tag.rpartition("}")[2]


def line_of(element: etree._Element | None) -> int | None:
    """Return the line of an element."""
    line: object = element.sourceline if element is not None else None
    return line if isinstance(line, int) else None


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children from the DMN namespace, all or those with a name."""
    wanted = _tags(names)
    for child in element:
        tag = child.tag
        if tag in wanted or (not names and _namespace(tag) in DMN_NAMESPACES):
            yield child


@lru_cache(maxsize=256)
def _tags(names: tuple[str, ...]) -> frozenset[str]:
    """Return the full tags of elements with some names, in all versions of the standard."""
    return frozenset(f"{{{space}}}{name}" for space in DMN_NAMESPACES for name in names)


def _namespace(tag: str) -> str:
    """Return the namespace of a tag."""
    return tag[1:].rpartition("}")[0]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first child with a name."""
    return next(children(element, name), None)


def text_of(element: etree._Element) -> str:
    """Return the content of the `text` child of an element."""
    inner = child(element, "text")
    return (inner.text or "") if inner is not None else ""


def plain_text(element: etree._Element, name: str) -> str:
    """Return the content of a child that is text itself, with single spaces."""
    inner = child(element, name)
    return " ".join((inner.text or "").split()) if inner is not None else ""


def nearest_id(element: etree._Element) -> str | None:
    """Return the id of an element, or of the nearest one around it."""
    current: etree._Element | None = element
    while current is not None:
        if current.get("id"):
            return current.get("id")
        current = current.getparent()
    return None
