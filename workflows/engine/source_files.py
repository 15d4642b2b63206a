"""Files as they were handed in, and the processes, decisions and forms in them."""

import hashlib
from dataclasses import dataclass, field

from workflows.engine.model import ProcessModel

Reference = tuple[str, str]  # kind and key of a process, decision or form


@dataclass(frozen=True)
class SourceFile:
    """A file as it was handed in."""

    name: str
    content: bytes

    @property
    def content_hash(self) -> str:
        """Return what tells this content from every other one."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Part:
    """One process, decision or form in a file."""

    kind: str
    key: str
    name: str
    file: SourceFile
    content_hash: str
    process: ProcessModel | None = field(default=None, repr=False)
