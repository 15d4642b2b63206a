"""What a process may refer to, because it exists or is published together with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Known:
    """
    The keys that are available; `None` means that a kind is not checked.

    `form_fields` tells, where it is known, which fields each form writes.
    """

    decisions: Collection[str] | None = None
    forms: Collection[str] | None = None
    services: Collection[str] | None = None
    processes: Collection[str] | None = None
    form_fields: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Collection[str] | None:
        """Return the keys of a kind of reference."""
        return {
            "decision": self.decisions,
            "form": self.forms,
            "service": self.services,
            "process": self.processes,
        }[kind]
