"""
The one door for XML: every BPMN and DMN file passes here before anybody reads it.

The limits stand in one place so that an upload, an import and a deployment are
refused for the same reasons. Only the parsed tree goes on, never the text: what
was checked is then also what is used.
"""

import codecs
import re
from collections.abc import Iterator

from lxml import etree

from rules.findings import Finding
from rules.sentences import Sentence

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000
ID_PATTERN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN_NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
_MODEL_TAGS = tuple(f"{{{namespace}}}" for namespace in (BPMN_NAMESPACE, *DMN_NAMESPACES))
_DECLARED_ENCODING = re.compile(r"(<\?xml[^>]*?\s)(encoding\s*=\s*[\"']([^\"'>]*)[\"'])")
_LONGEST_DECLARATION = 200
# What the world writes; each is decoded here, so the parser of XML never has to choose.
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1"), "iso-8859-1"),
}
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK_AS_LATIN = codecs.BOM_UTF8.decode("latin-1")
_FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_BYTE_ORDER_MARK = "\ufeff"
_SHOWN = 60


class XmlRefused(Exception):
    """The file is not let in; the finding says where and how to mend it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def open_xml(source: bytes, *, file_name: str, any_ids: bool = False) -> etree._Element:
    """
    Parse a model file and return its root element, or refuse it.

    Comments are left out of the tree. Lines are available as `sourceline`. With
    `any_ids`, ids may be as other tools write them; whoever asks for it mends them.

    Raises:
        XmlRefused: The file breaks a limit or is no well-formed XML.

    """
    text = read_text(source, file_name=file_name)
    _refuse_declarations(text, file_name)
    root = _parsed(text, file_name)
    _check_tree(root, file_name, any_ids=any_ids)
    return root


def _refused(file_name: str, code: str, message: str, remedy: str, **place: object) -> XmlRefused:
    """Return the refusal for one finding."""
    return XmlRefused(Finding(code, message, remedy, file_name=file_name, **place))  # type: ignore[arg-type]


def read_text(source: bytes, *, file_name: str) -> str:
    """
    Return the text of a model file, whose encoding is known by its first bytes.

    The declaration loses its encoding: the text is characters and no longer bytes.

    Raises:
        XmlRefused: The file is too large, or not in an encoding that is accepted.

    """
    if len(source) > MAX_BYTES:
        size, most = len(source), MAX_BYTES
        message = Sentence(
            "The file has %(size)s bytes; at most %(most)s are accepted.", size=size, most=most
        )
        remedy = Sentence("Split the model, or remove embedded pictures from it.")
        raise _refused(file_name, "xml-too-large", message, remedy)
    wide = source.startswith(_BYTE_ORDER_MARKS)
    encoding = "utf-16" if wide else _declared_encoding(source, file_name)
    try:
        text = source.decode(encoding).removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = None if wide else source.count(b"\n", 0, error.start) + 1
        name = encoding.upper()
        message = Sentence("The file is not encoded as %(encoding)s.", encoding=name)
        remedy = Sentence("Save the file as UTF-8.")
        raise _refused(file_name, "xml-encoding", message, remedy, line=line) from None
    if "\0" in text[:2]:  # XML has no such character; wider encodings are full of it.
        message = Sentence("The file is in an encoding that is not supported, such as UTF-32.")
        remedy = Sentence("Save the file as UTF-8.")
        raise _refused(file_name, "xml-encoding", message, remedy, line=1)
    # Spaces keep the columns of the findings right.
    return _DECLARED_ENCODING.sub(lambda found: found[1] + " " * len(found[2]), text, count=1)


def _declared_encoding(source: bytes, file_name: str) -> str:
    """Return the encoding that the first line declares; without a word it is UTF-8."""
    start = source[:_LONGEST_DECLARATION].decode("latin-1").removeprefix(_MARK_AS_LATIN)
    declared = _DECLARED_ENCODING.match(start)
    encoding = _ENCODINGS.get(declared[3].lower()) if declared else "utf-8"
    if encoding is None:
        name = _shown(declared[3] if declared else "")
        message = Sentence('The file declares the encoding "%(encoding)s".', encoding=name)
        remedy = Sentence("Save the file as UTF-8, and declare it as that.")
        raise _refused(file_name, "xml-encoding", message, remedy, line=1)
    return encoding


def _refuse_declarations(text: str, file_name: str) -> None:
    """
    Refuse a document type or entity anywhere in the text.

    The text is searched, not the tree, because the danger lies in parsing it.
    """
    found = _FORBIDDEN.search(text)
    if found:
        kind = found[1].upper()
        message = Sentence(
            "The file contains a %(kind)s declaration, which can hide other files in it.", kind=kind
        )
        remedy = Sentence(
            "Remove the <!%(kind)s ...> declaration; BPMN and DMN need none.", kind=kind
        )
        line = text.count("\n", 0, found.start()) + 1
        raise _refused(file_name, "xml-doctype", message, remedy, line=line)


def _parsed(text: str, file_name: str) -> etree._Element:
    """Return the root of the parsed text."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise _syntax_refused(error, file_name) from None
    except (ValueError, etree.LxmlError) as error:
        why = _sentence(str(error))
        message = Sentence("The file cannot be read as XML: %(why)s", why=why)
        remedy = Sentence("Export the model again from the editor it was made with.")
        raise _refused(file_name, "xml-syntax", message, remedy) from None
    if root is None:  # An empty tree is possible for some broken input.
        message, remedy = Sentence("The file is empty."), Sentence("Hand in a model file.")
        raise _refused(file_name, "xml-syntax", message, remedy)
    return root


def _syntax_refused(error: etree.XMLSyntaxError, file_name: str) -> XmlRefused:
    """Return the refusal of text that is no well-formed XML."""
    line, column = error.position
    reason = str(error.msg or "").rpartition(", line ")[0] or str(error.msg or "")
    if "depth" in reason.lower():
        return _too_deep(file_name, None, line)
    return _refused(
        file_name,
        "xml-syntax",
        Sentence("The file is not well-formed XML: %(why)s", why=_sentence(reason)),
        Sentence("Export the model again from the editor it was made with, or mend this line."),
        line=line or None,
        column=column or None,
    )


def _line(element: etree._Element) -> int | None:
    """Return the line on which an element starts."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _too_deep(file_name: str, element_id: str | None, line: int | None) -> XmlRefused:
    """Return the refusal of a tree that is nested too deeply."""
    return _refused(
        file_name,
        "xml-too-deep",
        Sentence("Elements are nested more than %(max_depth)s deep.", max_depth=MAX_DEPTH),
        Sentence("Move inner sub-processes or contexts into models of their own."),
        element_id=element_id,
        line=line,
    )


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """Yield every node with its depth, in document order, without recursion."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "pi")):
        if event == "start":
            depth += 1
            yield element, depth
        elif event == "end":
            depth -= 1
        else:
            yield element, depth + 1


def _check_tree(root: etree._Element, file_name: str, *, any_ids: bool) -> None:
    """Refuse instructions, too many or too deep elements, and bad or repeated ids."""
    outside = root.getprevious() if root.getprevious() is not None else root.getnext()
    if outside is not None:
        raise _instruction_refused(file_name, outside)
    first_lines: dict[str, int | None] = {}
    for count, (element, depth) in enumerate(_walk(root), start=1):
        tag = element.tag
        if not isinstance(tag, str):
            raise _instruction_refused(file_name, element)
        if depth > MAX_DEPTH:
            raise _too_deep(file_name, _safe_id(element), _line(element))
        if count > MAX_ELEMENTS:
            message = Sentence("The file has more than %(most)s elements.", most=MAX_ELEMENTS)
            remedy = Sentence("Split the model into several files.")
            line = _line(element)
            raise _refused(file_name, "xml-too-many-elements", message, remedy, line=line)
        if tag.startswith(_MODEL_TAGS) and not any_ids:
            _check_id(element, first_lines, file_name)


def _instruction_refused(file_name: str, element: etree._Element) -> XmlRefused:
    """Return the refusal of a processing instruction."""
    return _refused(
        file_name,
        "xml-instruction",
        Sentence("The file contains a processing instruction (<?...?>)."),
        Sentence("Remove it; only the XML declaration in the first line is accepted."),
        line=_line(element),
    )


def _check_id(element: etree._Element, first_lines: dict[str, int | None], file_name: str) -> None:
    """Refuse an id that is malformed or was used before in the file."""
    value = element.get("id")
    if value is None:
        return
    if not ID_PATTERN.fullmatch(value):
        name = etree.QName(element).localname
        message = Sentence(
            'The id "%(value)s" of the element %(name)s is not accepted.',
            value=_shown(value),
            name=_shown(name),
        )
        remedy = Sentence(
            "Use a letter or _ first, then letters, digits, _, . and -; 80 characters at most."
        )
        raise _refused(file_name, "xml-id", message, remedy, line=_line(element))
    if value in first_lines:
        raise _refused(
            file_name,
            "xml-duplicate-id",
            Sentence(
                'The id "%(value)s" is used twice, first in line %(line)s.',
                value=value,
                line=first_lines[value],
            ),
            Sentence("Give each element an id of its own."),
            element_id=value,
            line=_line(element),
        )
    first_lines[value] = _line(element)


def _safe_id(element: etree._Element) -> str | None:
    """Return the id of an element if it can be shown."""
    value = element.get("id")
    return value if value and ID_PATTERN.fullmatch(value) else None


def _shown(value: str) -> str:
    """Return a value from the file, short and printable."""
    short = value if len(value) <= _SHOWN else value[:_SHOWN] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in short)


def _sentence(reason: str) -> str:
    """Return the parser's reason as the end of a sentence."""
    return _shown(" ".join(reason.split())).rstrip(".") + "."
