"""Where something in force is used, and which running cases have which version of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflows import form_uses, models_in_force
from workflows.engine import manifests
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.nodes import (
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    Node,
    ReceiveTask,
    SendTask,
    StartEvent,
    ThrowEvent,
)
from workflows.engine.tables import Bundle, DefinitionVersion, Instance
from workflows.form_uses import Place
from workflows.models_in_force import ModelInForce
from workflows.studio_states import DraftKind, Subject


@dataclass(frozen=True)
class Named:
    """A process, decision or form in force."""

    kind: str
    key: str
    name: str


@dataclass(frozen=True)
class MessageLink:
    """A message by which two processes meet; `is_sent` says in which direction."""

    message: str
    is_sent: bool
    other: Named


@dataclass(frozen=True)
class RunningCases:
    """How many open cases of a process have a version of something."""

    version: int
    process: Named
    number: int


@dataclass(frozen=True)
class WhereUsed:
    """
    What is around something in force.

    Attributes:
        places: Steps that call it, ask it or decide by it.
        importing: Decisions of other files that read it.
        uses: What it uses itself.
        messages: How it meets other processes.
        running: Open cases by version.

    """

    subject: Named
    version: int
    places: Sequence[Place] = ()
    importing: Sequence[Named] = ()
    uses: Sequence[Named] = ()
    messages: Sequence[MessageLink] = ()
    running: Sequence[RunningCases] = ()


def find(session: Session, subject: Subject) -> WhereUsed:
    """
    Return where something is used, in a number of statements that never grows.

    Raises:
        DefinitionNotFound: There is nothing in force with this key.

    """
    models = models_in_force.read(session)
    own = next((one for one in models if (one.kind, one.key) == (subject.kind, subject.key)), None)
    if own is None:
        raise DefinitionNotFound(subject.kind, subject.key)
    keys = _together(models, own)
    return WhereUsed(
        subject=_named(own),
        version=own.version,
        places=list(_places(models, own.kind, keys)),
        importing=list(_importing(models, own, keys)),
        uses=list(_uses(models, own)),
        messages=list(_messages(models, own)),
        running=_running(session, models, own.kind, keys),
    )


def _named(model: ModelInForce) -> Named:
    """Return what something is called."""
    return Named(model.kind, model.key, model.name)


def _together(models: Sequence[ModelInForce], own: ModelInForce) -> frozenset[str]:
    """Return the keys that stand for one file: decisions come several in one."""
    if own.kind != DraftKind.DECISION:
        return frozenset({own.key})
    same = (each for each in models if each.kind == own.kind)
    return frozenset(each.key for each in same if each.content_hash == own.content_hash)


def _places(models: Sequence[ModelInForce], kind: str, keys: frozenset[str]) -> Iterator[Place]:
    """Yield the elements that refer to something."""
    for each in models:
        for node in each.process.nodes.values() if each.process is not None else ():
            if _reference(node) in {(kind, key) for key in keys}:
                yield form_uses.place_of(each, node)


def _reference(node: Node) -> tuple[str, str | None]:
    """Return kind and key of what a node refers to."""
    if isinstance(node, CallActivity):
        return DraftKind.PROCESS, node.called
    if isinstance(node, BusinessRuleTask):
        return DraftKind.DECISION, node.decision
    return DraftKind.FORM, form_uses.form_of(node)


def _importing(
    models: Sequence[ModelInForce], own: ModelInForce, keys: frozenset[str]
) -> Iterator[Named]:
    """Yield decisions of other files that import one of these and read it."""
    space = own.decisions.definitions.namespace if own.decisions is not None else ""
    wanted = {f"{space}#{key}" for key in keys}
    for each in models:
        if each.decisions is None or each.key in keys:
            continue
        elements = {part.id: part for part in each.decisions.definitions.elements}
        read = {one.target for one in elements[each.key].requirements}
        if read & wanted:
            yield _named(each)


def _uses(models: Sequence[ModelInForce], own: ModelInForce) -> Iterator[Named]:
    """Yield what a process refers to."""
    if own.process is None:
        return
    for each in models:
        if (each.kind, each.key) in own.process.references:
            yield _named(each)


def _messages(models: Sequence[ModelInForce], own: ModelInForce) -> Iterator[MessageLink]:
    """Yield the messages that a process sends to others, and those that it gets from them."""
    if own.process is None:
        return
    sent, awaited = _sent(own), _awaited(own)
    for each in models:
        if each.process is None or each.key == own.key:
            continue
        for message in sorted(sent & _awaited(each)):
            yield MessageLink(message, True, _named(each))
        for message in sorted(awaited & _sent(each)):
            yield MessageLink(message, False, _named(each))


def _sent(model: ModelInForce) -> set[str]:
    """Return the messages that a process sends."""
    nodes = model.process.nodes.values() if model.process is not None else ()
    found = (node for node in nodes if isinstance(node, ThrowEvent | SendTask))
    return {node.message.name for node in found if node.message is not None}


def _awaited(model: ModelInForce) -> set[str]:
    """Return the messages that a process waits for, or that begin it."""
    waiting = StartEvent | CatchEvent | BoundaryEvent | ReceiveTask
    nodes = model.process.nodes.values() if model.process is not None else ()
    found = (node for node in nodes if isinstance(node, waiting))
    names = {node.message.name for node in found if node.message is not None}
    return names | (set(model.process.message_starts) if model.process is not None else set())


def _running(
    session: Session, models: Sequence[ModelInForce], kind: str, keys: frozenset[str]
) -> list[RunningCases]:
    """Return how many open cases have which version, the newest first."""
    numbers = _numbers(session, kind, keys)
    found: dict[tuple[int, str], int] = {}
    for row in session.execute(_open_by_bundle()):
        for version in _versions_in(row.manifest, kind, keys, numbers):
            place = (version, row.definition_key)
            found[place] = found.get(place, 0) + row.number
    names = {each.key: each.name for each in models if each.kind == DraftKind.PROCESS}
    return [
        RunningCases(number, Named(DraftKind.PROCESS, key, names.get(key, key)), found[number, key])
        for number, key in sorted(found, key=lambda place: (-place[0], place[1]))
    ]


def _numbers(session: Session, kind: str, keys: frozenset[str]) -> dict[tuple[str, str], int]:
    """Return the numbers of all versions, by key and content."""
    version = DefinitionVersion
    rows = session.execute(
        select(version.key, version.content_hash, version.version).where(
            version.kind == kind, version.key.in_(keys)
        )
    )
    return {(row.key, row.content_hash): row.version for row in rows}


def _open_by_bundle() -> Select[str, int, dict[str, Any]]:
    """Return the query for the open cases of each process, by what they run on."""
    counted = (
        select(Instance.bundle_id, Instance.definition_key, func.count().label("number"))
        .where(Instance.status.in_(OPEN_STATUSES))
        .group_by(Instance.bundle_id, Instance.definition_key)
        .subquery()
    )
    return select(counted.c.definition_key, counted.c.number, Bundle.manifest).join(
        Bundle, Bundle.id == counted.c.bundle_id
    )


def _versions_in(
    manifest: manifests.Manifest,
    kind: str,
    keys: frozenset[str],
    numbers: dict[tuple[str, str], int],
) -> set[int]:
    """Return the versions of something that a case has; calls may bring a second one."""
    return {
        numbers[entry.key, entry.content_hash]
        for entry in manifests.entries(manifest)
        if entry.kind == kind and entry.key in keys and (entry.key, entry.content_hash) in numbers
    }
