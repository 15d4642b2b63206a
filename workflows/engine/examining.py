"""Read one file of those that are handed in, by the kind that its name says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules import dmn, xml_door
from rules.dmn import DmnRefused
from rules.findings import Finding
from rules.sentences import Sentence
from rules.xml_door import XmlRefused
from workflows.engine import forms
from workflows.engine.forms import FormDocumentRefused
from workflows.engine.source_files import Part, SourceFile
from workflows.engine.spiff import reader
from workflows.engine.spiff.suppressions import Suppression, suppressions

DMN_ENDINGS = (".dmn", ".dmn.xml")
BPMN_ENDINGS = (".bpmn", ".bpmn.xml", ".bpmn20.xml")
_LONGEST_KEY = 120
_EXAMINED = 64  # Files that are published again and again, such as those of the product.


@dataclass(frozen=True)
class ReadFile:
    """What is in one file, what was found while it was read, and what its author accepts."""

    file: SourceFile
    parts: Sequence[Part] = ()
    findings: Sequence[Finding] = ()
    suppressions: Sequence[Suppression] = ()


def read_file(file: SourceFile) -> ReadFile:
    """Read one file by its ending."""
    if not file.name.isprintable():
        shown = "".join(one if one.isprintable() else "?" for one in file.name)
        return _refused(
            file,
            "file-name",
            Sentence("The name of a file has characters in it that cannot be shown."),
            Sentence("Name it with letters, digits, -, _ and dots."),
            file_name=shown,
        )
    name = file.name.lower()
    readers: tuple[tuple[tuple[str, ...], Callable[[SourceFile, str], ReadFile]], ...] = (
        ((".form.json",), _read_form),
        (DMN_ENDINGS, _read_decisions),
        (BPMN_ENDINGS, _read_processes),
    )
    for endings, reader_of in readers:
        if name.endswith(endings):
            return reader_of(file, file.content_hash)
    return _refused(
        file,
        "file-kind",
        Sentence("The file “%(file)s” is of no kind that can be published.", file=file.name),
        Sentence("Name it .bpmn, .dmn or .form.json."),
        file_name=file.name,
    )


def _refused(file: SourceFile, code: str, message: str, remedy: str, *, file_name: str) -> ReadFile:
    """Return a file in which there is nothing, because it cannot be read."""
    return ReadFile(file, findings=(Finding(code, message, remedy, file_name=file_name),))


def _read_form(file: SourceFile, content_hash: str) -> ReadFile:
    """Read a form document."""
    try:
        document = forms.read_form(file.content, file.name)
    except FormDocumentRefused as refused:
        return ReadFile(file, findings=refused.findings)
    part = Part("form", document.id, document.title or document.id, file, content_hash)
    return ReadFile(file, [part])


def _read_decisions(file: SourceFile, content_hash: str) -> ReadFile:
    """Read a DMN file: every decision in it can be called, and its tables are checked."""
    names, findings = _checked_decisions(file)
    parts = [Part("decision", key, name, file, content_hash) for key, name in names]
    return ReadFile(file, parts, [*findings, *_too_long(parts)])


@lru_cache(maxsize=_EXAMINED)
def _checked_decisions(file: SourceFile) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Return key and name of the decisions of a file, and what is wrong or doubtful with it."""
    try:
        model = dmn.read_model(file.content, file_name=file.name)
    except DmnRefused as refused:
        return (), refused.findings
    names = tuple((key, decision.name or key) for key, decision in model.decisions.items())
    return names, dmn.check_model(model)


def _read_processes(file: SourceFile, content_hash: str) -> ReadFile:
    """Read a BPMN file: every process in it can be started or called."""
    try:
        root = xml_door.open_xml(file.content, file_name=file.name)
    except XmlRefused as refused:
        return ReadFile(file, findings=(refused.finding,))
    read = reader.read_processes(root, file_name=file.name)
    parts = [
        Part("process", model.key, model.name or model.key, file, content_hash, model)
        for model in read.processes
    ]
    accepted = tuple(suppressions(root))
    return ReadFile(file, parts, [*read.findings, *_too_long(parts)], accepted)


def _too_long(parts: Iterable[Part]) -> list[Finding]:
    """Find keys that are too long to keep."""
    return [
        Finding(
            "key-too-long",
            Sentence(
                "The id “%(key)s…” is longer than %(longest)s characters.",
                key=part.key[:40],
                longest=_LONGEST_KEY,
            ),
            Sentence("Give it a shorter id."),
            file_name=part.file.name,
        )
        for part in parts
        if len(part.key) > _LONGEST_KEY
    ]
