"""Decision models that others import: among the files, in force, or packaged with the product."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from rules.decisions import packaged
from rules.dmn.writing import carry_imports, models_by_namespace
from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.examining import DMN_ENDINGS
from workflows.engine.source_files import Reference, SourceFile
from workflows.engine.surroundings import Find

_Models = dict[str, list[SourceFile]]


def with_imports(
    files: Sequence[SourceFile], known: Iterable[Reference], find: Find
) -> tuple[list[SourceFile], list[Finding]]:
    """
    Return the files, in which decision models carry the others that they import.

    A version then stays what it was, whatever is published later. What is handed in goes
    before what is in force, and that before what is packaged.
    """
    shelf = _Shelf(files, known, find)
    findings: list[Finding] = []
    carrying = []
    for file in files:
        if _is_decision_model(file):
            content = carry_imports(file.content, shelf.content, file_name=file.name)
            findings += shelf.ambiguous(file.name)
            file = replace(file, content=content)  # noqa: PLW2901  (the same file, complete)
        carrying.append(file)
    return carrying, findings


class _Shelf:
    """Decision models by namespace; what is not handed in is read when it is asked for."""

    def __init__(self, files: Sequence[SourceFile], known: Iterable[Reference], find: Find) -> None:
        self._files = files
        self._known = known
        self._find = find
        self._asked: dict[str, list[SourceFile]] = {}

    def content(self, namespace: str) -> bytes | None:
        """Return the model of a namespace; nothing if there is none, or more than one."""
        found = (
            self._handed_in.get(namespace)
            or self._in_force.get(namespace)
            or self._packaged.get(namespace)
            or []
        )
        self._asked[namespace] = found
        return found[0].content if len(found) == 1 else None

    @cached_property
    def _handed_in(self) -> _Models:
        """Return the models among the files."""
        return _by_namespace(filter(_is_decision_model, self._files))

    @cached_property
    def _in_force(self) -> _Models:
        """Return the models of the decisions in force."""
        decisions = {reference for reference in self._known if reference[0] == "decision"}
        return _by_namespace(part.file for part in self._find(decisions))

    @cached_property
    def _packaged(self) -> _Models:
        """Return the models that come with the product."""
        return _by_namespace(SourceFile(name, content) for name, content in packaged().items())

    def ambiguous(self, file_name: str) -> list[Finding]:
        """Return what is wrong with the imports of the file that was read since the last time."""
        asked, self._asked = self._asked, {}
        return [
            Finding(
                "dmn-import",
                Sentence(
                    "The namespace “%(namespace)s” that is imported belongs to several"
                    " models: %(files)s.",
                    namespace=namespace,
                    files=", ".join(sorted(file.name for file in found)),
                ),
                Sentence(
                    "Give each model a namespace of its own, or hand in the one that is meant."
                ),
                file_name=file_name,
            )
            for namespace, found in asked.items()
            if len(found) > 1
        ]


def _is_decision_model(file: SourceFile) -> bool:
    """Say whether a file is a decision model by its name."""
    return file.name.lower().endswith(DMN_ENDINGS)


def _by_namespace(files: Iterable[SourceFile]) -> _Models:
    """Return different models by the namespaces that others import them by."""
    found: _Models = {}
    for content, file in {file.content: file for file in files}.items():
        for namespace in models_by_namespace([content]):
            found.setdefault(namespace, []).append(file)
    return found
