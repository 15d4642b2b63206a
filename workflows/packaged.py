"""The processes, decisions and forms that come with the product."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows.service_catalogue  # noqa: F401 (registers what the processes call)
from rules import decisions
from workflows.actors import SYSTEM
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import DefinitionVersion

FOLDERS = (("bpmn", ".bpmn"), ("bpmn/forms", ".form.json"))


def sources() -> list[SourceFile]:
    """Return every packaged file; a file dropped into `bpmn/` is one of them."""
    found = [SourceFile(name, content) for name, content in sorted(decisions.packaged().items())]
    for folder, ending in FOLDERS:
        found += [SourceFile(entry.name, entry.read_bytes()) for entry in _entries(folder, ending)]
    return found


@cache
def scenarios(key: str) -> tuple[Mapping[str, Any], ...]:
    """Return the packaged scenarios of a process, in the order of their titles."""
    read = (orjson.loads(entry.read_bytes()) for entry in _entries("bpmn/scenarios", ".json"))
    found = [document for document in read if document["process"] == key]
    return tuple(sorted(found, key=lambda document: document["title"]))


def publish(session: Session, *, now: datetime) -> list[DefinitionVersion]:
    """
    Publish what is packaged and not yet in force; answer with the new versions.

    Raises:
        PublishRefused: A packaged file has an error.

    """
    every = sources()
    if _were_published(session, every):
        return []
    # What an organisation changed since must not be undone by an update of the product.
    return definitions.publish(session, every, actor=SYSTEM, now=now, brings_back=False).new


def _were_published(session: Session, files: Sequence[SourceFile]) -> bool:
    """Say whether the content of every file was published: then there is nothing to examine."""
    wanted = {file.content_hash for file in files}
    column = DefinitionVersion.content_hash
    return wanted <= set(session.scalars(select(column).where(column.in_(wanted))))


def _entries(folder: str, ending: str) -> Iterator[Traversable]:
    """Yield the files of a packaged folder in the order of their names."""
    package, *inner = folder.split("/")
    place = files(package).joinpath(*inner)
    if not place.is_dir():
        return
    for entry in sorted(place.iterdir(), key=lambda each: each.name):
        if entry.name.endswith(ending):
            yield entry
