"""Ids of other tools that are not accepted here: mended, with everything that refers to them."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from lxml.etree import _Element as Element

from rules.xml_door import DMN_NAMESPACES, ID_PATTERN
from workflows.engine.foreign.report import Row, Severity, about
from workflows.engine.spiff.notation import BPMN, local, tag
from workflows.engine.spiff.refusals import FLOW_NODES, NODES

_DRAWN = "http://www.omg.org/spec/BPMN/20100524/DI"
_REFERENCES = frozenset({"default", "bpmnElement", "calledElement"})
_TEXTS = frozenset({"incoming", "outgoing", "source", "target"})
_NEED_ONE = FLOW_NODES | frozenset(NODES) | {"process", "sequenceFlow"}
_LONGEST = 80
# Parts of decisions, which other tools write into extensions; their ids are checked as well.
_DECISIONS = tuple(f"{{{namespace}}}*" for namespace in DMN_NAMESPACES)


def mend_ids(root: Element) -> Iterator[Row]:
    """Give ids where they are missing, mend those that are not accepted, and plain references."""
    taken = {element.get("id", "") for element in root.iter("*")} - {""}
    yield from _mend_references(root, taken)
    seen: set[str] = set()
    # What flows and pictures refer to comes first, so that it keeps an id that is there twice.
    for element in chain(root.iter(f"{{{BPMN}}}*"), root.iter(*_DECISIONS)):
        old = element.get("id")
        if old is None:
            if local(element) in _NEED_ONE:
                element.set("id", _free(local(element), taken))
                yield about(element, "id-added", Severity.TRANSLATED, "", element.get("id", ""))
            continue
        is_twice = old in seen
        seen.add(old)
        if ID_PATTERN.fullmatch(old) and not is_twice:
            continue
        new = _free(accepted(old), taken)
        element.set("id", new)
        if not is_twice:
            _follow(root, old, new)
        yield about(element, "id-twice" if is_twice else "id", Severity.TRANSLATED, old, new)


def rename(root: Element, element: Element, new: str) -> Row:
    """Give an element another id; what refers to it follows."""
    old = element.get("id", "")
    element.set("id", new)
    _follow(root, old, new)
    return about(element, "id", Severity.TRANSLATED, old, new)


def accepted(text: str) -> str:
    """Return an id that is accepted and looks like a text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain)[: _LONGEST - 5]
    return found if ID_PATTERN.fullmatch(found) else f"_{found}"


def _free(wanted: str, taken: set[str]) -> str:
    """Return an id that nothing in the file has, and take it."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    taken.add(found)
    return found


def _follow(root: Element, old: str, new: str) -> None:
    """Let everything that refers to an id refer to another one."""
    for element, name in _places(root):
        if _read(element, name) == old:
            _write(element, name, new)
    for element in root.iter(*_DECISIONS):
        if element.get("href") == f"#{old}":
            element.set("href", f"#{new}")


def _mend_references(root: Element, taken: set[str]) -> Iterator[Row]:
    """Take the prefix from references into the file itself; here they are plain ids."""
    own = {prefix for prefix, uri in root.nsmap.items() if uri == root.get("targetNamespace")}
    for element, name in _places(root):
        old = _read(element, name)
        prefix, colon, rest = old.partition(":")
        if colon and prefix in own and old not in taken and rest in taken:
            _write(element, name, rest)
            if element.tag.startswith(f"{{{BPMN}}}"):
                yield about(element, "reference", Severity.TRANSLATED, old, rest)


def _places(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield every attribute, and every text as an empty name, that refers to an id."""
    for element in root.iter(f"{{{BPMN}}}*", f"{{{_DRAWN}}}*"):
        for name in element.attrib:
            if str(name) in _REFERENCES or str(name).endswith("Ref"):
                yield element, str(name)
        name = local(element)
        if name.endswith(("Ref", "Refs")) or (name in _TEXTS and not len(element)):
            yield element, ""


def _read(element: Element, name: str) -> str:
    """Return what a place refers to."""
    return (element.get(name, "") if name else element.text or "").strip()


def _write(element: Element, name: str, value: str) -> None:
    """Let a place refer to something else."""
    if name:
        element.set(name, value)
    else:
        element.text = value


def process_of(root: Element, key: str) -> Element | None:
    """Return the process with an id."""
    return next((each for each in root.iterchildren(tag("process")) if each.get("id") == key), None)
