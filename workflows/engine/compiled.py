"""Bundles in compiled form, kept in memory by their content hash."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from rules import dmn, xml_door
from rules.dmn import DecisionModel
from workflows.database import table_of
from workflows.engine import entities, forms, manifests
from workflows.engine.failures import CaseNotFound
from workflows.engine.forms import FormDocument
from workflows.engine.manifests import Entry
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.prepared import Prepared
from workflows.engine.recent import Recent
from workflows.engine.source_files import Part
from workflows.engine.spiff import reader
from workflows.engine.tables import Bundle, DefinitionVersion, Instance

_instance = table_of(Instance)
_CASE = Prepared(
    select(*_instance.c, Bundle.bundle_hash)
    .join_from(_instance, Bundle, _instance.c.bundle_id == Bundle.id)
    .where(_instance.c.id == bindparam("number"))
)
Content = tuple[str, str, str]  # kind, key and hash
_MOST_BUNDLES = 256
_MOST_DOCUMENTS = 1_024

_bundles = Recent(_MOST_BUNDLES)
_documents = Recent(_MOST_DOCUMENTS)


@dataclass(frozen=True)
class CompiledBundle:
    """
    A process, all that it calls and asks, and its forms, ready to run.

    `forms` are found by their key, and by key and link; see `places.form_of`.
    """

    executable: ExecutableProcess
    forms: Mapping[str, FormDocument]
    manifest: Mapping[str, str]


def load(session: Session, bundle_id: int, bundle_hash: str) -> CompiledBundle:
    """Return the compiled bundle; only the first use in this process reads the database."""
    bundle: CompiledBundle = _bundles.get(bundle_hash, lambda: _compile(session, bundle_id))
    return bundle


def of_case(session: Session, instance_id: int) -> tuple[Instance, CompiledBundle]:
    """
    Return a case as it is now with its compiled bundle, in one statement.

    Raises:
        CaseNotFound: There is no such case.

    """
    values = _CASE.one_or_none(session, number=instance_id)
    if values is None:
        raise CaseNotFound(instance_id)
    bundle = load(session, values["bundle_id"], values.pop("bundle_hash"))
    return entities.present(session, Instance, values), bundle


def kept(kind: str, key: str, content_hash: str) -> Any | None:
    """Return the model of a document without its source, if it was read before."""
    return _documents.kept((kind, key, content_hash) if kind == "process" else (kind, content_hash))


def process(key: str, content_hash: str, source: bytes, file_name: str) -> ProcessModel:
    """Return the model of one process of a BPMN file that was accepted before."""

    def make() -> ProcessModel:
        root = xml_door.open_xml(source, file_name=file_name)
        read = reader.read_processes(root, file_name=file_name)
        return next(model for model in read.processes if model.key == key)

    model: ProcessModel = _documents.get(("process", key, content_hash), make)
    return model


def decision_model(content_hash: str, source: bytes, file_name: str) -> DecisionModel:
    """Return the model of a DMN file that was accepted before."""
    model: DecisionModel = _documents.get(
        ("decision", content_hash), lambda: dmn.read_model(source, file_name=file_name)
    )
    return model


def decided_by(
    session: Session, bundle: CompiledBundle, key: str, content_hash: str
) -> DecisionModel | None:
    """Return the version of a decision with this content; the bundle has it, unless it is old."""
    for entry in manifests.entries(bundle.manifest):
        if (entry.kind, entry.key, entry.content_hash) == ("decision", key, content_hash):
            return bundle.executable.decisions[entry.key + entry.link]
    row = _sources(session, {f"decision:{key}": content_hash}).get(("decision", key, content_hash))
    return None if row is None else decision_model(content_hash, row.source, row.file_name)


def form(content_hash: str, source: bytes, file_name: str) -> FormDocument:
    """Return the form document that was accepted before."""
    document: FormDocument = _documents.get(
        ("form", content_hash), lambda: forms.read_form(source, file_name)
    )
    return document


def _compile(session: Session, bundle_id: int) -> CompiledBundle:
    """Read every document of a bundle and put the compiled parts together."""
    found = session.execute(
        select(Bundle.process_key, Bundle.manifest).where(Bundle.id == bundle_id)
    ).one()
    return assemble(session, found.process_key, found.manifest, {})


def assemble(
    session: Session, process_key: str, manifest: Mapping[str, str], drafts: Mapping[Content, Part]
) -> CompiledBundle:
    """
    Put the bundle together that a manifest names; what is no version yet is among `drafts`.

    Contents are known by their hashes, so that of a draft is kept in memory like any other.
    """
    latest = manifests.latest(manifest)
    parts = _parts(session, manifest, drafts)
    processes = _by_name(parts["process"], latest)
    return CompiledBundle(
        executable=ExecutableProcess(
            process=processes[process_key],
            called={
                key: model for key, model in processes.items() if key == model.key != process_key
            },
            decisions=_by_name(parts["decision"], latest),
            linked={key: model for key, model in processes.items() if key != model.key},
            latest=latest,
        ),
        forms=_by_name(parts["form"], latest),
        manifest=manifest,
    )


def assembled(
    session: Session, process_key: str, manifest: Mapping[str, str], drafts: Mapping[Content, Part]
) -> tuple[str, CompiledBundle]:
    """Return the hash of a bundle that may hold drafts, and the bundle, made at its first use."""
    bundle_hash = manifests.digest(process_key, manifest)
    bundle: CompiledBundle = _bundles.get(
        bundle_hash, lambda: assemble(session, process_key, manifest, drafts)
    )
    return bundle_hash, bundle


def source_of(session: Session, content: Content) -> bytes | None:
    """Return the source of a version with this content, if there is one."""
    kind, key, content_hash = content
    row = _sources(session, {f"{kind}:{key}": content_hash}).get(content)
    return None if row is None else row.source


def _parts(
    session: Session, manifest: Mapping[str, str], drafts: Mapping[Content, Part]
) -> dict[str, list[tuple[Entry, Any]]]:
    """Return the compiled documents that a manifest names, by their kind."""
    sources = _sources(session, manifest)
    found: dict[str, list[tuple[Entry, Any]]] = {kind: [] for kind in _READERS}
    for entry in manifests.entries(manifest):
        content = entry.kind, entry.key, entry.content_hash
        if content in drafts:
            file = drafts[content].file
            source, file_name = file.content, file.name
        else:
            row = sources[content]
            source, file_name = row.source, row.file_name
        found[entry.kind].append((entry, _READERS[entry.kind](entry, source, file_name)))
    return found


def _by_name(parts: Iterable[tuple[Entry, Any]], latest: Mapping[str, str]) -> dict[str, Any]:
    """
    Return documents by their key and link.

    What the own core does not have is found by its plain key as well, first in the
    version that a call of the latest one means: readers know no other name.
    """
    in_use = frozenset(latest.values())

    def is_far(part: tuple[Entry, Any]) -> tuple[bool, bool]:
        entry, _ = part
        return latest.get(entry.key) != entry.link, entry.link not in in_use

    named = {entry.key + entry.link: part for entry, part in parts}
    for entry, part in sorted(parts, key=is_far):
        named.setdefault(entry.key, part)
    return named


def _linked_process(entry: Entry, source: bytes, file_name: str) -> ProcessModel:
    """Return the model of a process, which knows its link."""
    model = process(entry.key, entry.content_hash, source, file_name)
    return replace(model, link=entry.link) if entry.link else model


_READERS: Mapping[str, Callable[[Entry, bytes, str], Any]] = {
    "process": _linked_process,
    "decision": lambda entry, source, name: decision_model(entry.content_hash, source, name),
    "form": lambda entry, source, name: form(entry.content_hash, source, name),
}


def _sources(session: Session, manifest: Mapping[str, str]) -> dict[tuple[str, str, str], Any]:
    """Return the documents that a manifest names, in one statement."""
    wanted = {(each.kind, each.key, each.content_hash) for each in manifests.entries(manifest)}
    version = DefinitionVersion
    rows = session.execute(
        select(
            version.kind, version.key, version.content_hash, version.source, version.file_name
        ).where(tuple_(version.kind, version.key, version.content_hash).in_(sorted(wanted)))
    )
    return {(row.kind, row.key, row.content_hash): row for row in rows}
