"""Examine files before they are published: what is in them, and what is wrong with it."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rules import dmn, xml_door
from rules.dmn import DmnRefused
from rules.dmn.writing import carry_imports, models_by_namespace
from rules.findings import Finding
from rules.xml_door import XmlRefused
from workflows.engine import forms, services
from workflows.engine.checks import check
from workflows.engine.forms import FormDocumentRefused
from workflows.engine.model import ProcessModel
from workflows.engine.spiff import reader

MAX_FILES = 200
_DMN_ENDINGS = (".dmn", ".dmn.xml")
_LONGEST_KEY = 120
_EXAMINED = 64  # Files that are published again and again, such as those of the product.
_REMEDIES = {
    "decision": "Publish the DMN file with this decision too, or correct the name.",
    "form": "Publish the form document with this id too, or correct the name.",
    "process": "Publish the BPMN file with this process too, or correct the name.",
    "service": "Use a service that the installation offers.",
}


@dataclass(frozen=True)
class SourceFile:
    """A file as it was handed in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Part:
    """One process, decision or form in a file."""

    kind: str
    key: str
    name: str
    file: SourceFile
    content_hash: str
    process: ProcessModel | None = field(default=None, repr=False)


Examined = tuple[list[Part], list[Finding]]


def examine(files: Sequence[SourceFile], known: frozenset[tuple[str, str]]) -> Examined:
    """
    Return what is in the files, and every finding over all of them.

    `known` are kind and key of what is in force already: references may lead there.
    """
    if not files or len(files) > MAX_FILES:
        return [], [
            Finding(
                "file-count",
                f"{len(files)} files were handed in.",
                f"Hand in 1 to {MAX_FILES} files that end in .bpmn, .dmn or .form.json.",
            )
        ]
    parts: list[Part] = []
    findings: list[Finding] = []
    for file in _with_imports(files):
        found, faults = _examine_file(file)
        parts += found
        findings += faults
    findings += _twice(parts)
    offered = known | {(part.kind, part.key) for part in parts}
    is_complete = not any(finding.is_error for finding in findings)
    findings += _unresolved(parts, offered, is_complete=is_complete)
    return parts, findings


def _with_imports(files: Sequence[SourceFile]) -> list[SourceFile]:
    """
    Return the files, in which decision models carry the others that they import.

    A version then stays what it was, whatever is published later.
    """

    def found(namespace: str) -> bytes | None:
        models = [file.content for file in files if file.name.lower().endswith(_DMN_ENDINGS)]
        return models_by_namespace(models).get(namespace)

    return [
        replace(file, content=carry_imports(file.content, found, file_name=file.name))
        if file.name.lower().endswith(_DMN_ENDINGS)
        else file
        for file in files
    ]


def _examine_file(file: SourceFile) -> Examined:
    """Examine one file by its ending."""
    if not file.name.isprintable():
        return [], [
            Finding(
                "file-name",
                "The name of a file has characters in it that cannot be shown.",
                "Name it with letters, digits, -, _ and dots.",
                file_name="".join(one if one.isprintable() else "?" for one in file.name),
            )
        ]
    name = file.name.lower()
    examiners: tuple[tuple[tuple[str, ...], Callable[[SourceFile, str], Examined]], ...] = (
        ((".form.json",), _examine_form),
        (_DMN_ENDINGS, _examine_decisions),
        ((".bpmn", ".bpmn.xml", ".bpmn20.xml"), _examine_processes),
    )
    for endings, examiner in examiners:
        if name.endswith(endings):
            return examiner(file, hashlib.sha256(file.content).hexdigest())
    return [], [
        Finding(
            "file-kind",
            f"The file “{file.name}” is of no kind that can be published.",
            "Name it .bpmn, .dmn or .form.json.",
            file_name=file.name,
        )
    ]


def _examine_form(file: SourceFile, content_hash: str) -> Examined:
    """Examine a form document."""
    try:
        document = forms.read_form(file.content, file.name)
    except FormDocumentRefused as refused:
        return [], refused.findings
    return [Part("form", document.id, document.title or document.id, file, content_hash)], []


def _examine_decisions(file: SourceFile, content_hash: str) -> Examined:
    """Examine a DMN file: every decision in it can be called, and its tables are checked."""
    names, findings = _checked_decisions(file)
    parts = [Part("decision", key, name, file, content_hash) for key, name in names]
    return parts, [*findings, *_too_long(parts)]


@lru_cache(maxsize=_EXAMINED)
def _checked_decisions(file: SourceFile) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Return key and name of the decisions of a file, and what is wrong or doubtful with it."""
    try:
        model = dmn.read_model(file.content, file_name=file.name)
    except DmnRefused as refused:
        return (), refused.findings
    names = tuple((key, decision.name or key) for key, decision in model.decisions.items())
    return names, dmn.check_model(model)


def _examine_processes(file: SourceFile, content_hash: str) -> Examined:
    """Examine a BPMN file: every process in it can be started or called."""
    try:
        root = xml_door.open_xml(file.content, file_name=file.name)
    except XmlRefused as refused:
        return [], [refused.finding]
    read = reader.read_processes(root, file_name=file.name)
    parts = [
        Part("process", model.key, model.name or model.key, file, content_hash, model)
        for model in read.processes
    ]
    return parts, [*check(read), *_too_long(parts)]


def _too_long(parts: Iterable[Part]) -> list[Finding]:
    """Find keys that are too long to keep."""
    return [
        Finding(
            "key-too-long",
            f"The id “{part.key[:40]}…” is longer than {_LONGEST_KEY} characters.",
            "Give it a shorter id.",
            file_name=part.file.name,
        )
        for part in parts
        if len(part.key) > _LONGEST_KEY
    ]


def _twice(parts: Iterable[Part]) -> list[Finding]:
    """Find ids that two files, or two places of one file, define."""
    seen: dict[tuple[str, str], Part] = {}
    findings = []
    for part in parts:
        first = seen.setdefault((part.kind, part.key), part)
        if first is not part:
            findings.append(
                Finding(
                    "defined-twice",
                    f"The {part.kind} “{part.key}” is in {first.file.name} already.",
                    "Keep one of them, or give one another id.",
                    element_id=part.key,
                    file_name=part.file.name,
                )
            )
    return findings


def _unresolved(
    parts: Iterable[Part], offered: frozenset[tuple[str, str]], *, is_complete: bool
) -> list[Finding]:
    """Find references to what is neither in the files nor in force."""
    found = offered | {("service", name) for name in services.names()}
    findings = []
    for part in parts:
        references = part.process.references if part.process else frozenset()
        for kind, key in sorted(references - found):
            element_id, line = _place(part.process, key)
            remedy = _REMEDIES.get(kind, "Correct the name.")
            if not is_complete and kind != "service":
                remedy += " A file with faults may be the one that has it."
            findings.append(
                Finding(
                    f"unknown-{kind}",
                    f"The process “{part.key}” refers to the {kind} “{key}”, which does not exist.",
                    remedy,
                    element_id=element_id,
                    file_name=part.file.name,
                    line=line,
                )
            )
    return findings


def _place(process: ProcessModel | None, key: str) -> tuple[str | None, int | None]:
    """Return id and line of the first element that refers to a key."""
    for node in process.nodes.values() if process else ():
        named = (getattr(node, name, None) for name in ("form", "decision", "service", "called"))
        if key in named:
            return node.id, node.line
    return None, None
