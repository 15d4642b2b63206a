"""Examine files before they are published: what is in them, and what is wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.findings import Finding
from rules.sentences import Sentence, Term
from workflows.engine.callers import FindCallers, broken, nobody
from workflows.engine.checks import Known, check
from workflows.engine.checks.help import with_help
from workflows.engine.checks.suppressing import suppress
from workflows.engine.decision_imports import with_imports
from workflows.engine.examining import ReadFile, read_file
from workflows.engine.source_files import Part, Reference, SourceFile
from workflows.engine.surroundings import Find, around, nothing

__all__ = ["Part", "SourceFile", "examine"]

MAX_FILES = 200


def examine(
    files: Sequence[SourceFile],
    known: frozenset[Reference],
    find: Find = nothing,
    find_callers: FindCallers = nobody,
) -> tuple[list[Part], list[Finding]]:
    """
    Return what is in the files, and every finding over all of them.

    `known` are kind and key of what is in force already: references may lead there,
    and `find` gives what they lead to, so that it can be looked at, too. Those whom
    `find_callers` gives for some keys must not break by what is in the files.
    """
    if not files or len(files) > MAX_FILES:
        count = Finding(
            "file-count",
            Sentence("%(number)s files were handed in.", number=len(files)),
            Sentence(
                "Hand in 1 to %(max_files)s files that end in .bpmn, .dmn or .form.json.",
                max_files=MAX_FILES,
            ),
        )
        return [], [with_help(count)]
    complete, ambiguous = with_imports(files, known, find)
    read = [read_file(file) for file in complete]
    parts = [part for each in read for part in each.parts]
    twice = _twice(parts)
    is_complete = not twice and not any(one.is_error for each in read for one in each.findings)
    offered = known | {(part.kind, part.key) for part in parts}
    surroundings = replace(around(parts, offered, find), is_complete=is_complete)
    findings = [one for each in read for one in _all_of(each, surroundings)]
    if is_complete:
        callers = find_callers({part.key for part in parts if part.kind == "process"})
        findings += broken(callers, parts, offered, find)
    return parts, [with_help(finding) for finding in (*findings, *ambiguous, *twice)]


def _all_of(read: ReadFile, known: Known) -> list[Finding]:
    """Return what was found in a file, and by the checks of the processes in it."""
    processes = [part.process for part in read.parts if part.process is not None]
    found = [*read.findings, *(one for process in processes for one in check(process, known))]
    if processes:
        found.sort(key=lambda finding: finding.line or 0)
    return suppress(found, read.suppressions, read.file.name)


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
                    Sentence(
                        "“%(key)s” (%(kind)s) is in %(file)s already.",
                        key=part.key,
                        kind=Term("definition", part.kind),
                        file=first.file.name,
                    ),
                    Sentence("Keep one of them, or give one another id."),
                    element_id=part.key,
                    file_name=part.file.name,
                )
            )
    return findings
