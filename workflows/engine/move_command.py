"""The command that lets a case go on at another element than the one it has come to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """
    Withdraw what waits in one scope of a case, and go on at another element of it.

    Whether the case can go on from there was looked at before, see `workflows.engine.moving`.

    Attributes:
        scope: Number of the scope.
        tokens: The tokens that are withdrawn, with everything within and beside them.
        joins: Joins whose tokens are withdrawn.
        element_id: Where one token goes on.
        reason: Why, for the history.

    """

    scope: int
    tokens: Sequence[int]
    joins: Sequence[str]
    element_id: str
    reason: str
