"""A cell of the plan of a pool, and how full it is."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.vocabulary import Horizon


class Fill(StrEnum):
    """How full a cell of a plan is, as the decision about a place counts it."""

    FULL = "full"
    ON_TARGET = "on_target"
    LOW = "low"
    FREE = "free"


@dataclass(frozen=True)
class CellStatus:
    """A cell of the plan in force beside the people who fill it."""

    level_rank: int
    category: str
    horizon: Horizon
    minimum: int
    target: int
    maximum: int
    members: int
    pending_exits: int

    @property
    def taken(self) -> int:
        """Return how many places are taken; whoever is about to leave frees one."""
        return self.members - self.pending_exits

    @property
    def fill(self) -> Fill:
        """Return how full it is."""
        if self.taken >= self.maximum:
            return Fill.FULL
        if self.taken >= self.target:
            return Fill.ON_TARGET
        return Fill.LOW if self.taken < self.minimum else Fill.FREE
