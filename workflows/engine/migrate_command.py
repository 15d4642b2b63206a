"""The command that lets a running case go on in another version of its process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Migrate:
    """
    Put the tokens of a case into another version; the step gets that version.

    What needs both versions was decided before, so that the step and its replay read the
    new one only.

    Attributes:
        before: Number of the version that the case leaves.
        after: Number of the version that it comes to.
        reason: Why, for the history.
        renamed: By the key of a process: the new id of an element or flow by its old one.
        dropped: Tokens that only listened, and for what is no longer waited.
        renewed: Tokens that begin to wait anew, as the new version says.
        added: Pairs of a host and an element: what is waited for besides from now on. A
            host is a token, or the number of a scope below zero.

    """

    before: int
    after: int
    reason: str
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dropped: Sequence[int] = ()
    renewed: Sequence[int] = ()
    added: Sequence[Sequence[Any]] = ()
