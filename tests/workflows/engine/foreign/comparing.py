"""What of one model is missing in another: every element, attribute and text, the picture too."""

from collections import Counter
from collections.abc import Iterator

from lxml.etree import _Element as Element

from rules.xml_door import open_xml
from workflows.engine.foreign.report import owner_of


def missing(before: bytes, after: bytes) -> list[tuple[str, str]]:
    """Return what was there and is not there any more, each with the id of its element."""
    old = open_xml(before, file_name="before.bpmn", any_ids=True)
    new = open_xml(after, file_name="after.bpmn")
    return list(_missing(old, new, ""))


def _missing(old: Element, new: Element, owner: str) -> Iterator[tuple[str, str]]:
    owner = owner_of(new).get("id") or owner
    for name, value in old.attrib.items():
        if new.get(name) != value:
            yield owner, f"{name}={value}"
    if _text(old.text) != _text(new.text):
        yield owner, _text(old.text)
    following = iter(new.iterchildren("*"))
    for child in old.iterchildren("*"):
        found = next((each for each in following if _is_same(child, each)), None)
        if found is None:
            yield owner, f"<{child.tag}>"
            return
        yield from _missing(child, found, owner)


def _is_same(old: Element, new: Element) -> bool:
    """Say whether it is the same element; one with an id may have become another kind."""
    return new.tag == old.tag or (old.get("id") is not None and old.get("id") == new.get("id"))


def _text(text: str | None) -> str:
    return (text or "").strip()


INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def lost(before: bytes, after: bytes) -> list[tuple[str, ...]]:
    """
    Return what another program lost of a model that it read and wrote again.

    It may write elements in another order, numbers in another form, and leave out what
    holds anyhow: the attributes whose value BPMN says is the default.
    """
    old = open_xml(before, file_name="before.bpmn")
    new = open_xml(after, file_name="after.bpmn")
    return sorted((_statements(old) - _statements(new)).elements())


def _statements(root: Element) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for element in root.iter("*"):
        owner = next(
            (each.get("id", "") for each in (element, *element.iterancestors()) if each.get("id")),
            "",
        )
        said = (f"{name}={_value(str(value))}" for name, value in element.attrib.items())
        found[(owner, str(element.tag), " ".join(_text(element.text).split()))] += 1
        found.update(
            (owner, str(element.tag), one)
            for one in said
            if one not in HOLDS_ANYHOW and INSTANCE not in one
        )
    return found


def _value(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return " ".join(text.split())


HOLDS_ANYHOW = frozenset(
    {
        "completionQuantity=1",
        "startQuantity=1",
        "isForCompensation=false",
        "triggeredByEvent=false",
        "isInterrupting=true",
        "cancelActivity=true",
        "parallelMultiple=false",
        "isSequential=false",
        "testBefore=false",
        "isCollection=false",
        "gatewayDirection=Unspecified",
        "instantiate=false",
        "eventGatewayType=Exclusive",
        "isClosed=false",
        "processType=None",
        "textFormat=text/plain",
        "associationDirection=None",
        "itemKind=Information",
        "behavior=All",
        "isUnlimited=true",
        "expressionLanguage=http://www.w3.org/1999/XPath",
        "waitForCompletion=true",
        "typeLanguage=http://www.w3.org/2001/XMLSchema",
        "implementation=##WebService",
        "minimum=0",
        "maximum=1",
        "capacity=0",
        "isImmediate=true",
        "messageVisibleKind=initiating",
        "name=",
    }
)
