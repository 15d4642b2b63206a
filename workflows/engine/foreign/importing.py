"""
Import a model of another tool: what has a counterpart is translated, everything else is kept.

Nothing is left out of the file and nothing is changed that is not told, element by element.
What would have to be decided by a person stays as it is, and the report names it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from rules import xml_door
from rules.sentences import Sentence
from rules.xml_door import XmlRefused
from workflows.engine.foreign import camunda7, camunda8, spiffworkflow
from workflows.engine.foreign.beginnings import complete
from workflows.engine.foreign.conditions import translate_expressions
from workflows.engine.foreign.ids import accepted, mend_ids, process_of, rename
from workflows.engine.foreign.leftovers import note_leftovers
from workflows.engine.foreign.report import Row, Severity, about
from workflows.engine.foreign.standard import (
    note_lanes,
    note_quantities,
    note_unread,
    translate_owners,
)
from workflows.engine.foreign.tools import Tool, recognise
from workflows.engine.foreign.translation import Translation
from workflows.engine.source_files import SourceFile
from workflows.engine.spiff.notation import BPMN, UNDERSTUDY, children, local, tag
from workflows.engine.spiff.refusals import FLOW_NODES, NODES
from workflows.errors import Invalid

_TRUE = ("true", "1")
_DIALECTS: dict[str, Callable[[Translation], None]] = {
    "camunda7": camunda7.translate,
    "camunda8": camunda8.translate,
    "spiffworkflow": spiffworkflow.translate,
}


class ImportRefused(Invalid):
    """The file cannot be imported; the sentence says why and what to do."""


@dataclass(frozen=True)
class Candidate:
    """A process in the file that can become a draft; `nodes` counts its elements."""

    id: str
    name: str
    nodes: int
    is_executable: bool


@dataclass(frozen=True)
class Imported:
    """
    A model as it goes into a draft, and the report about it.

    Attributes:
        file: The translated file.
        key: The id of the process that becomes the draft.
        name: Its name.
        chosen: Its id in the file, once ids are mended.
        candidates: The processes that could have been chosen.

    """

    file: SourceFile
    tool: Tool
    key: str
    name: str
    chosen: str
    candidates: Sequence[Candidate]
    rows: Sequence[Row]


def import_model(
    file: SourceFile, *, process_id: str | None = None, key: str | None = None
) -> Imported:
    """
    Return a foreign model as a draft can hold it, with the report.

    `process_id` chooses one of several processes; without it the one that is marked as
    executable is taken, or the largest. `key` gives it another id.

    Raises:
        ImportRefused: The file is no BPMN, breaks a limit, or has no such process.

    """
    root = _opened(file)
    rows = [*_comments(file), *mend_ids(root)]
    found = _candidates(root, PurePath(file.name).name.partition(".")[0])
    chosen = _chosen(found, process_id)
    process = process_of(root, chosen.id)
    assert process is not None
    if key is not None and key != chosen.id:
        if any(each.get("id") == key for each in root.iter("*")):
            raise ImportRefused(
                Sentence(
                    "Something else in the file has the id “%(key)s”. Choose another.", key=key
                )
            )
        rows.append(rename(root, process, key))
    rows += _make_executable(root, process)
    tool = recognise(root)
    translation = _translated(root, process, tool)
    complete(translation)
    rows += translation.rows
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Imported(
        SourceFile(_file_name(process.get("id", "")), content),
        tool,
        process.get("id", ""),
        chosen.name,
        chosen.id,
        found,
        rows,
    )


def still_open(source: bytes, key: str) -> list[Row]:
    """
    Return what of a foreign notation has to be mended in a draft, as it is now.

    Raises:
        ImportRefused: The text cannot be read.

    """
    root = _opened(SourceFile("draft.bpmn", source))
    process = process_of(root, key)
    if process is None:
        return []
    translation = _translated(root, process, recognise(root))
    return [row for row in translation.rows if row.severity is Severity.MEND]


def _translated(root: Element, process: Element, tool: Tool) -> Translation:
    """Translate a process in place, and name what is left."""
    translation = Translation(root, process)
    translate = _DIALECTS.get(tool.dialect)
    if translate is not None:
        translate(translation)
    translate_expressions(translation, tool.dialect)
    translate_owners(translation)
    note_lanes(translation)
    note_quantities(translation)
    note_unread(translation)
    note_leftovers(translation)
    return translation


def _opened(file: SourceFile) -> Element:
    """Return the definitions of a file, with our namespace declared on them."""
    try:
        root = xml_door.open_xml(file.content, file_name=file.name, any_ids=True)
    except XmlRefused as refused:
        raise ImportRefused(
            Sentence.together((refused.finding.message, refused.finding.remedy))
        ) from None
    if root.tag != tag("definitions"):
        raise ImportRefused(
            Sentence(
                "The file is no BPMN 2.0 model. Export the diagram as BPMN 2.0 XML and hand"
                " that in."
            )
        )
    return root if UNDERSTUDY in root.nsmap.values() else _with_our_namespace(root)


def _with_our_namespace(root: Element) -> Element:
    """Return the same definitions, in which what is ours has a name that people can read."""
    prefix = "understudy" if "understudy" not in root.nsmap else "understudy-bpmn"
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    known: Any = {**root.nsmap, prefix: UNDERSTUDY}  # the default namespace has no prefix
    found = etree.Element(root.tag, attributes, known)
    found.text = root.text
    found.extend(list(root))
    return found


def _comments(file: SourceFile) -> list[Row]:
    """Say that comments are left out; the editor would leave them out, too."""
    count = xml_door.read_text(file.content, file_name=file.name).count("<!--")
    return [Row("comments", Severity.TRANSLATED, found=str(count))] if count else []


def _candidates(root: Element, otherwise: str) -> list[Candidate]:
    """Return the processes that hold something, in the order of the file."""
    pools = {
        pool.get("processRef", ""): pool.get("name", "") for pool in root.iter(tag("participant"))
    }
    found = []
    for process in children(root, "process"):
        nodes = sum(1 for each in process.iter(f"{{{BPMN}}}*") if local(each) in _COUNTED)
        key = process.get("id", "")
        name = process.get("name") or pools.get(key) or root.get("name") or otherwise or key
        if nodes:
            is_executable = process.get("isExecutable") in _TRUE
            found.append(Candidate(key, " ".join(name.split())[:200], nodes, is_executable))
    return found


_COUNTED = FLOW_NODES | frozenset(NODES)


def _chosen(found: Sequence[Candidate], process_id: str | None) -> Candidate:
    """Return the process that becomes the draft."""
    if not found:
        raise ImportRefused(
            Sentence(
                "There is no process in the file. A choreography, a conversation or an empty"
                " pool cannot become one; draw the process of one participant."
            )
        )
    if process_id is not None:
        chosen = next((each for each in found if each.id == process_id), None)
        if chosen is None:
            names = ", ".join(each.id for each in found)
            raise ImportRefused(
                Sentence(
                    "There is no process “%(process_id)s” in the file, but: %(names)s.",
                    process_id=process_id,
                    names=names,
                )
            )
        return chosen
    return max(found, key=lambda each: (each.is_executable, each.nodes))


def _make_executable(root: Element, process: Element) -> list[Row]:
    """Mark the chosen process as executable, and every other one as drawn only."""
    rows = []
    for each in children(root, "process"):
        found = each.get("isExecutable")
        shown = "" if found is None else f'isExecutable="{found}"'
        if each is process:
            if found not in _TRUE:
                each.set("isExecutable", "true")
                done = 'isExecutable="true"'
                rows.append(about(each, "executable", Severity.TRANSLATED, shown, done))
            continue
        if found not in ("false", "0"):
            each.set("isExecutable", "false")
        rows.append(about(each, "process-drawn", Severity.KEPT, shown, 'isExecutable="false"'))
    return rows


def _file_name(key: str) -> str:
    """Return the name of the file of a draft."""
    return f"{accepted(key)}.bpmn"
